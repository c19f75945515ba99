/* Checks that calls survive failures of memory wherever they fall: plugins take memory in large
 * pieces, so that only what happens to begin one is ever refused. A longer name of the model moves
 * the beginnings. */
#define TN_GROUP "host"
#include <string.h>

#include "engine/altered.h"
#include "engine/scene.h"

enum {
  LONGEST = 4096, /* bytes of a name; a piece of memory is seldom less */
  MOST_NAMES = 64,
  STRIDE = 37, /* through the lengths, so that the first ones lie far apart */
  FEWEST_NAMES = 4,
  MOST_CALLS = 2000 /* of the host, in one call of the plugin */
};
static const int64_t enough_ns = 1500000000;

static tn_status name_model(tni_model *model, void *user, tn_error *error) {
  (void)error;
  model->view.name = *(const tn_string *)user;
  return TN_OK;
}

/* What the call works on, of the model with that name. */
static bool prepare(scene *self, tn_string name) {
  test *t = self->t;
  self->compiled = NULL;
  self->model = altered_model(t, self->name, name_model, &name);
  if (!self->model || strncmp(t->parameter, "compile.", 8) == 0) return self->model != NULL;
  EXPECT_OK(tn_plugin_compile(t->plugin, t->device, self->model, NULL, &self->compiled, &t->error));
  if (!self->compiled) return false;
  test_adopt_compiled_model(t, self->compiled);
  if (strncmp(t->parameter, "import.", 7) != 0) return true;
  blob_clear(&self->blob);
  const tn_status status = blob_export(t, self->compiled, &self->blob);
  return test_record_status(t, status, TN_OK, "export", __FILE__, __LINE__);
}

/* The call with its n-th allocation refused; false when there were not so many. */
static bool refuse(scene *self, const scene_call *call, long number, uint64_t length) {
  test *t = self->t;
  suite_host *host = t->host;
  const long before = atomic_load(&host->failed[SUITE_FAULT_ALLOCATE]);
  atomic_store(&host->fail_at[SUITE_FAULT_ALLOCATE],
               atomic_load(&host->calls[SUITE_FAULT_ALLOCATE]) + number);
  tn_error error;
  const tn_status status = call->run(self, &error);
  atomic_store(&host->fail_at[SUITE_FAULT_ALLOCATE], 0);
  const bool refused = atomic_load(&host->failed[SUITE_FAULT_ALLOCATE]) > before;
  EXPECT_THAT(status == TN_OK || (refused && status == TN_OUT_OF_MEMORY),
              "%s gives OUT_OF_MEMORY or succeeds; with a name of %llu bytes and allocation %ld "
              "refused it gave %s",
              call->name, (unsigned long long)length, number, tni_status_name(status));
  if (status == TN_OK) scene_undo(self, call);
  return refused;
}

static void refuse_each(scene *self, const scene_call *call, uint64_t length) {
  test *t = self->t;
  long number = 1;
  while (number <= MOST_CALLS && refuse(self, call, number, length))
    number++;
  EXPECT_THAT(number <= MOST_CALLS, "%s asks for at most %d blocks", call->name, MOST_CALLS);
}

static const char *const trials[] = {
    "compile.carrier",     "compile.multiply_add",       "compile.accumulator",
    "compile.named_sizes", "compile.needless_nodes",     "compile.products_read_twice",
    "import.multiply_add", "import.two_variables",       "import.concat_dynamic",
    "import.recurrent",    "runtime_model.multiply_add", "runtime_model.network_f32",
    "export.multiply_add", "export.concat_dynamic",      NULL};

TN_CHECK_WITH(host_survives_wherever, ERROR, 10, TEST_SLOW,
              "a call survives the failure of each allocation, wherever in it memory begins to be "
              "short: with names of many lengths",
              .names = trials) {
  scene here;
  const scene_call *call = scene_find(t, &here);
  REQUIRE(call != NULL);
  if (!call->prepare(&here)) {
    scene_clear(&here);
    NOT_APPLICABLE("the device does not have what the call is made on");
  }
  char *name = test_alloc(t, LONGEST);
  memset(name, 'n', LONGEST);
  const int64_t begun = test_now();
  uint32_t done = 0;
  while (done < MOST_NAMES && (done < FEWEST_NAMES || test_now() - begun < enough_ns)) {
    const uint64_t length = 1 + (uint64_t)(done * STRIDE % MOST_NAMES) * (LONGEST / MOST_NAMES);
    if (!prepare(&here, tn_string_make(name, length))) break;
    refuse_each(&here, call, length);
    done++;
  }
  scene_clear(&here);
  test_note(t, "%u lengths of the model's name", done);
}
