#include "engine/case_run.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine/hygiene.h"
#include "engine/random.h"

record_log *case_log(const test *t) {
  return objects_log(t->objects);
}

/* --- recording */

uint32_t test_about(test *t, uint32_t clause) {
  const uint32_t before = t->about;
  t->about = clause;
  return before;
}

bool test_record_truth(test *t, int truth, const char *text, const char *file, int line) {
  record_append(case_log(t),
                &(record){.kind = RECORD_TRUTH,
                          .clause = t->about,
                          .observed = truth,
                          .asked = 1,
                          .line = (uint32_t)line},
                text, file, NULL);
  return truth != 0;
}

bool test_record_that(test *t, int truth, const char *file, int line, const char *format, ...) {
  char text[900];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  return test_record_truth(t, truth, text, file, line);
}

/* A failing call has to fill the record with its status and a message. */
static void record_error(test *t, tn_status observed, const char *text, const char *file,
                         int line) {
  const tn_error *error = &t->error;
  const bool filled = error->status == observed;
  const bool told = filled && error->message[0] && memchr(error->message, 0, sizeof error->message);
  record_append(case_log(t),
                &(record){.kind = RECORD_TRUTH,
                          .clause = filled ? TNI_CLAUSE(ERROR, 4) : TNI_CLAUSE(ERROR, 2),
                          .observed = told,
                          .asked = 1,
                          .line = (uint32_t)line},
                told ? error->message : text, file, NULL);
}

/* Whether the call was handed the record of the test: its text says so. */
static bool hands_in_error(const char *text) {
  return strstr(text, "&t->error") != NULL;
}

static void record_call(test *t, uint32_t kind, tn_status observed, tn_status asked,
                        const char *text, const char *file, int line) {
  char said[1024];
  bool failed = observed != TN_OK && hands_in_error(text);
  snprintf(said, sizeof said, failed ? "%s: %.480s" : "%s", text, t->error.message);
  record_append(case_log(t),
                &(record){.kind = kind,
                          .clause = t->about,
                          .observed = observed,
                          .asked = asked,
                          .line = (uint32_t)line},
                said, file, NULL);
  if (failed) record_error(t, observed, text, file, line);
  memset(&t->error, 0, sizeof t->error);
}

bool test_record_status(test *t, tn_status observed, tn_status asked, const char *text,
                        const char *file, int line) {
  record_call(t, RECORD_STATUS, observed, asked, text, file, line);
  return observed == asked;
}

bool test_record_failure(test *t, tn_status observed, const char *text, const char *file,
                         int line) {
  record_call(t, RECORD_FAILURE, observed, TN_OK, text, file, line);
  return observed != TN_OK;
}

bool test_record_either(test *t, tn_status observed, tn_status asked, const char *text,
                        const char *file, int line) {
  record_call(t, RECORD_EITHER, observed, asked, text, file, line);
  return observed == TN_OK;
}

void test_record_not_applicable(test *t, const char *reason) {
  record_append(case_log(t), &(record){.kind = RECORD_NOT_APPLICABLE}, reason, NULL, NULL);
}

void test_record_inconclusive(test *t, const char *reason) {
  record_append(case_log(t), &(record){.kind = RECORD_INCONCLUSIVE}, reason, NULL, NULL);
}

void test_record_vacuous(test *t, const char *reason) {
  record_append(case_log(t), &(record){.kind = RECORD_VACUOUS}, reason, NULL, NULL);
}

void test_note(test *t, const char *format, ...) {
  char text[512];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  record_append(case_log(t), &(record){.kind = RECORD_NOTE}, text, NULL, NULL);
}

int64_t test_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

uint64_t test_random(test *t) {
  return suite_random_next(&t->seed);
}

/* --- engines */

static void record_left(test *t, uint32_t clause, bool clean, const char *format, long count) {
  char text[160];
  snprintf(text, sizeof text, format, count);
  if (!clean)
    record_append(case_log(t), &(record){.kind = RECORD_HYGIENE, .clause = clause}, text, NULL,
                  NULL);
}

bool engine_start(test *t) {
  const test_setup *setup = t->setup;
  t->host = calloc(1, sizeof *t->host);
  if (!t->host) return false;
  suite_host_init(t->host, setup->others, setup->other_count);
  t->host->fenced = t->check && (t->check->needs & TEST_FENCED);
  t->device = tn_string_from(setup->device);
  t->capabilities = setup->capabilities;
  tn_status status = suite_host_create_engine(t->host, setup->create, setup->properties,
                                              setup->property_count, &t->plugin, &t->error);
  if (status == TN_OK) return true;
  test_note(t, "the engine could not be made: %.300s", t->error.message);
  const uint32_t before = test_about(t, TNI_CLAUSE(LIFE, 2));
  EXPECT_STATUS(status, TN_OK);
  test_about(t, before);
  return false;
}

void engine_end(test *t) {
  if (t->plugin) {
    suite_host_let_go(t->host);
    tn_plugin_destroy(t->plugin, TN_DESTROY_NORMAL);
    const suite_host *host = t->host;
    record_left(t, TNI_CLAUSE(LIFE, 8), atomic_load(&host->ended) == 1,
                "end was called %ld times instead of once", atomic_load(&host->ended));
    record_left(t, TNI_CLAUSE(HOST, 10), atomic_load(&host->blocks) == 0,
                "%ld blocks of the host were not released", atomic_load(&host->blocks));
    record_left(t, TNI_CLAUSE(HOST, 16), atomic_load(&host->fences_hit) == 0,
                "%ld blocks of the host were written outside of their bytes",
                atomic_load(&host->fences_hit));
    record_left(t, TNI_CLAUSE(LIFE, 5), atomic_load(&host->tensors) == 0,
                "%ld tensors of the host were not released", atomic_load(&host->tensors));
    record_left(t, TNI_CLAUSE(LIFE, 5), atomic_load(&host->executors) == 0,
                "%ld executors were not destroyed", atomic_load(&host->executors));
    record_left(t, TNI_CLAUSE(LIFE, 8), atomic_load(&host->calls_after_end) == 0,
                "%ld calls of the host after end", atomic_load(&host->calls_after_end));
    record_left(t, TNI_CLAUSE(HOST, 4), atomic_load(&host->posted_twice) == 0,
                "%ld tasks were posted again before they were called",
                atomic_load(&host->posted_twice));
    record_left(t, TNI_CLAUSE(INFER, 4), atomic_load(&host->red_zones_hit) == 0,
                "%ld tensors were written outside of their bytes",
                atomic_load(&host->red_zones_hit));
  }
  if (t->host) suite_host_clear(t->host);
  free(t->host);
  t->host = NULL;
  t->plugin = NULL;
}

/* --- the case */

static void run_check(test *t) {
  bool needs_engine = !(t->check->needs & TEST_NO_ENGINE);
  bool ready = true;
  if (needs_engine)
    ready = engine_start(t);
  else
    t->device = tn_string_from(t->setup->device), t->capabilities = t->setup->capabilities;
  if (ready) t->check->run(t);
}

/* Looked at when the engine is gone: as long as it lives, processes may work for it. */
static void record_left_processes(record_log *log, uint32_t count) {
  char text[96];
  if (count == 0) return;
  snprintf(text, sizeof text, "%u processes were started and are left when the engine is destroyed",
           count);
  record_append(log, &(record){.kind = RECORD_HYGIENE, .clause = TNI_CLAUSE(THREAD, 8)}, text, NULL,
                NULL);
}

/* What cannot be put back is how the process is from now on. */
static void put_back(hygiene *last, int output) {
  hygiene_restore(last);
  hygiene_take(last, output);
}

/* Records what differs from `last`, and puts it back. */
static void record_changes(record_log *log, hygiene *last, const hygiene *now, int output,
                           const char *when) {
  hygiene_change changes[HYGIENE_CHANGES];
  char text[160];
  const uint32_t count = hygiene_compare(last, now, changes, HYGIENE_CHANGES);
  for (uint32_t i = 0; i < count; i++) {
    snprintf(text, sizeof text, "%s%s", changes[i].what, when);
    record_append(log, &(record){.kind = RECORD_HYGIENE, .clause = changes[i].clause}, text, NULL,
                  NULL);
  }
  if (count > 0) put_back(last, output);
}

/* Once for the whole case: each look takes as many system calls as there are such signals. */
static void record_real_time(record_log *log, hygiene *last, int output) {
  if (hygiene_keeps_real_time(last)) return;
  record_append(log, &(record){.kind = RECORD_HYGIENE, .clause = TNI_CLAUSE(INFER, 13)},
                "the handler of a signal of real time was changed", NULL, NULL);
  put_back(last, output);
}

void case_run(const test *what, record_log *log, int output, hygiene *last) {
  test t = *what;
  t.objects = objects_create(log);
  if (!t.objects) return;
  hygiene after;
  hygiene_children children;
  hygiene_take_children(&children);
  hygiene_go_on(last, output);
  run_check(&t);
  hygiene_take_again(&after, last, output);
  record_changes(log, last, &after, output, "");
  if (objects_destroy(&t)) {
    hygiene_take_again(&after, last, output);
    record_changes(log, last, &after, output, " when the objects of the case were destroyed");
  }
  record_real_time(log, last, output);
  record_left_processes(log, hygiene_end_children(&children));
  record_append(log, &(record){.kind = RECORD_END}, NULL, NULL, NULL);
}
