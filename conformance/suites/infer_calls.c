/* Checks of what calls on requests leave of the process, and of infer while work is in flight. */
#define TN_GROUP "infer"
#include <fenv.h>
#include <string.h>
#include <unistd.h>

#include "engine/axes.h"
#include "engine/hygiene.h"
#include "engine/ignore.h"
#include "engine/watch.h"

/* What the calls use. */
struct scene {
  tn_model *carrier;
  tn_compiled_model *compiled;
  tn_infer_request *request, *second;
  tn_tensor *tensor;
};

static tn_status call_query(test *t, struct scene *scene) {
  return tn_plugin_query(t->plugin, t->device, scene->carrier, NULL, ignore_answers, NULL,
                         &t->error);
}
static tn_status call_compile(test *t, struct scene *scene) {
  return tn_plugin_compile(t->plugin, t->device, scene->carrier, NULL, &scene->compiled, &t->error);
}
static tn_status call_create_request(test *t, struct scene *scene) {
  return tn_compiled_model_create_request(scene->compiled, NULL, &scene->request, &t->error);
}
static tn_status call_set_inputs(test *t, struct scene *scene) {
  return test_set_inputs(t, scene->request, "carrier", t->seed, 4) ? TN_OK : TN_INTERNAL;
}
static tn_status call_infer(test *t, struct scene *scene) {
  return tn_infer_request_infer(scene->request, &t->error);
}
static tn_status call_start(test *t, struct scene *scene) {
  return tn_infer_request_start(scene->request, NULL, &t->error);
}
static tn_status call_wait(test *t, struct scene *scene) {
  return tn_infer_request_wait(scene->request, -1, &t->error);
}
static tn_status call_cancel(test *t, struct scene *scene) {
  return tn_infer_request_cancel(scene->request, &t->error);
}
static tn_status call_get_tensor(test *t, struct scene *scene) {
  return tn_infer_request_get_tensor(scene->request, 0, &scene->tensor, &t->error);
}
static tn_status call_destroy_request(test *t, struct scene *scene) {
  (void)t;
  tn_infer_request_destroy(scene->request);
  scene->request = NULL;
  return TN_OK;
}
static tn_status call_destroy_model(test *t, struct scene *scene) {
  (void)t;
  tn_compiled_model_destroy(scene->compiled);
  scene->compiled = NULL;
  return TN_OK;
}

/* In an order in which they can be made. */
static const struct {
  const char *name;
  tn_status (*call)(test *t, struct scene *scene);
} calls[] = {
    {"query", call_query},
    {"compile", call_compile},
    {"create_request", call_create_request},
    {"set_tensor", call_set_inputs},
    {"infer", call_infer},
    {"start", call_start},
    {"wait", call_wait},
    {"cancel", call_cancel},
    {"get_tensor", call_get_tensor},
    {"destroy_request", call_destroy_request},
    {"destroy_model", call_destroy_model},
};

enum { CALLS = sizeof calls / sizeof *calls };

static const char *call_name(uint32_t index) {
  return index < CALLS ? calls[index].name : NULL;
}

/* Makes one call in a process whose settings are unusual, and looks whether they stay. */
static void make_watched_call(test *t, struct scene *scene, uint32_t index) {
  hygiene before, after;
  hygiene_change changes[HYGIENE_CHANGES];
  sigset_t blocked, usual;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGUSR2);
  sigprocmask(SIG_BLOCK, &blocked, &usual);
  fesetround(FE_UPWARD);
  hygiene_take(&before, STDOUT_FILENO);
  tn_status status = calls[index].call(t, scene);
  hygiene_take(&after, STDOUT_FILENO);
  fesetround(FE_TONEAREST);
  sigprocmask(SIG_SETMASK, &usual, NULL);
  EXPECT_STATUS(status, TN_OK);
  uint32_t count = hygiene_compare(&before, &after, changes, HYGIENE_CHANGES);
  for (uint32_t i = 0; i < count; i++)
    EXPECT_THAT(false, "%s leaves the process as it was; changed: %s", calls[index].name,
                changes[i].what);
  EXPECT(count == 0);
  if (count) hygiene_restore(&before);
  fesetround(FE_TONEAREST);
}

TN_CHECK_WITH(infer_process_after, INFER, 13, 0,
              "a call leaves signals, floating-point environment, locale, environment and working "
              "directory as they were, also unusual ones",
              .name_at = call_name) {
  struct scene scene = {.carrier = test_model(t, "carrier")};
  NEED(scene.carrier);
  tn_status status = TN_OK;
  for (uint32_t i = 0; i < CALLS && status == TN_OK; i++) {
    if (strcmp(calls[i].name, t->parameter) == 0)
      make_watched_call(t, &scene, i);
    else
      status = calls[i].call(t, &scene);
  }
  EXPECT_STATUS(status, TN_OK);
  if (scene.request) tn_infer_request_destroy(scene.request);
  if (scene.compiled) tn_compiled_model_destroy(scene.compiled);
}

/* --- in flight */

TN_CHECK(infer_after_each_other_way, INFER, 5, 0,
         "infer, start, infer with other inputs in turn each give their own outputs") {
  tn_infer_request *request = test_carrier_request(t);
  NEED(request);
  for (uint64_t i = 0; i < 8; i++) {
    if (!test_set_inputs(t, request, "carrier", 500 + i, 4)) return;
    if (i % 2) {
      REQUIRE_OK(tn_infer_request_start(request, NULL, &t->error));
      REQUIRE_OK(tn_infer_request_wait(request, -1, &t->error));
    } else {
      REQUIRE_OK(tn_infer_request_infer(request, &t->error));
    }
    test_expect_outputs(t, request, "carrier", 500 + i, 4);
  }
}
