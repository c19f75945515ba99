/* Checks of what the plugin asks of its host, and of host functions that fail. */
#define TN_GROUP "host"
#include <string.h>

#include "engine/check.h"
#include "engine/failing_calls.h"
#include "engine/ignore.h"

/* --- whole lives with one fault */

/* Calls during which a host function fails. */
enum phase { PHASE_CREATE, PHASE_QUERY, PHASE_COMPILE, PHASE_REQUEST, PHASE_INFER, PHASE_START };

/* Objects of one life; each is NULL once it is gone. */
struct life {
  suite_host host;
  tn_plugin *plugin;
  tn_compiled_model *model;
  tn_infer_request *request;
  tn_model *carrier;
};

/* Sets the inputs to what other host functions made before the fault. */
static tn_status set_inputs(struct life *life, tn_tensor *const *inputs, tn_error *error) {
  tn_status status = TN_OK;
  for (uint32_t i = 0; status == TN_OK && i < life->carrier->graph->input_count; i++)
    status = tn_infer_request_set_tensor(life->request, i, inputs[i], error);
  return status;
}

static tn_status run_phase(test *t, struct life *life, enum phase phase, tn_tensor *const *inputs,
                           tn_error *error) {
  tn_status status = TN_OK;
  switch (phase) {
    case PHASE_CREATE:
      return suite_host_create_engine(&life->host, t->setup->create, t->setup->properties,
                                      t->setup->property_count, &life->plugin, error);
    case PHASE_QUERY:
      return tn_plugin_query(life->plugin, t->device, life->carrier, NULL, ignore_answers, NULL,
                             error);
    case PHASE_COMPILE:
      return tn_plugin_compile(life->plugin, t->device, life->carrier, NULL, &life->model, error);
    case PHASE_REQUEST:
      return tn_compiled_model_create_request(life->model, NULL, &life->request, error);
    case PHASE_INFER:
      status = set_inputs(life, inputs, error);
      return status == TN_OK ? tn_infer_request_infer(life->request, error) : status;
    case PHASE_START:
      status = set_inputs(life, inputs, error);
      if (status == TN_OK) status = tn_infer_request_start(life->request, NULL, error);
      return status == TN_OK ? tn_infer_request_wait(life->request, -1, error) : status;
  }
  return TN_INTERNAL;
}

/* Ends what is there, and looks whether anything is left. */
static void end_life(test *t, struct life *life, const char *after) {
  if (life->request) tn_infer_request_destroy(life->request);
  if (life->model) tn_compiled_model_destroy(life->model);
  bool had_engine = life->plugin != NULL;
  if (life->plugin) tn_plugin_destroy(life->plugin, TN_DESTROY_NORMAL);
  const suite_host *host = &life->host;
  EXPECT_THAT(atomic_load(&host->blocks) == 0 && atomic_load(&host->tensors) == 0 &&
                  atomic_load(&host->executors) == 0,
              "after %s nothing of the host is left; there are %ld blocks, %ld tensors, %ld "
              "executors",
              after, atomic_load(&host->blocks), atomic_load(&host->tensors),
              atomic_load(&host->executors));
  EXPECT_THAT(!had_engine || atomic_load(&host->ended) == 1, "after %s the engine ends", after);
  suite_host_clear(&life->host);
}

/* What all lives of a check share. */
struct trial {
  enum suite_fault fault;
  enum phase phase;
  const char *name; /* "compile whose allocation fails" */
  tn_model *carrier;
  tn_tensor *inputs[16];
};

static tn_status lives(test *t, const struct trial *trial, struct life *life, tn_error *error) {
  suite_host_init(&life->host, t->setup->others, t->setup->other_count);
  life->carrier = trial->carrier;
  for (enum phase phase = PHASE_CREATE; phase < trial->phase; phase++) {
    if (phase == PHASE_INFER && trial->phase == PHASE_START) continue;
    tn_status status = run_phase(t, life, phase, trial->inputs, error);
    if (status != TN_OK) return status;
  }
  return TN_OK;
}

/* What was made while something failed has all that it needs later. */
static void live_on(test *t, const struct trial *trial, struct life *life) {
  for (uint32_t phase = trial->phase + 1; phase <= PHASE_START; phase++) {
    const tn_status status = run_phase(t, life, phase, trial->inputs, &t->error);
    EXPECT_THAT(status == TN_OK, "after %s what follows works; it gave %s: %.200s", trial->name,
                tni_status_name(status), t->error.message);
    if (status != TN_OK) return;
  }
}

/* One life in which call `number` fails; false when the phase did not make so many calls. */
static bool live_with_fault(test *t, const struct trial *trial, long number) {
  struct life life;
  tn_error error;
  memset(&life, 0, sizeof life);
  memset(&error, 0, sizeof error);
  EXPECT_OK(lives(t, trial, &life, &t->error));
  long before = atomic_load(&life.host.calls[trial->fault]);
  atomic_store(&life.host.fail_at[trial->fault], before + number);
  tn_status status = run_phase(t, &life, trial->phase, trial->inputs, &error);
  atomic_store(&life.host.fail_at[trial->fault], 0);
  bool failed = atomic_load(&life.host.failed[trial->fault]) > 0;
  EXPECT_THAT(status == TN_OK || status == TN_OUT_OF_MEMORY,
              "%s gives OUT_OF_MEMORY or succeeds; failing call %ld it gave %s: %.200s",
              trial->name, number, tni_status_name(status), error.message);
  EXPECT_THAT(status == TN_OK || (error.status == status && error.message[0]),
              "%s fills the record; failing call %ld it did not", trial->name, number);
  EXPECT_THAT(failed || status == TN_OK, "%s succeeds when nothing fails", trial->name);
  if (status == TN_OK && trial->phase >= PHASE_INFER)
    test_expect_outputs(t, life.request, "carrier", t->seed, 4);
  if (status != TN_OK) { /* the same call works once memory is back */
    tn_status again = run_phase(t, &life, trial->phase, trial->inputs, &t->error);
    EXPECT_THAT(again == TN_OK, "%s works again afterwards; after call %ld failed it gave %s",
                trial->name, number, tni_status_name(again));
  }
  live_on(t, trial, &life);
  end_life(t, &life, trial->name);
  return failed;
}

/* The carrier and its inputs. */
static bool prepare(test *t, struct trial *trial) {
  trial->carrier = test_model(t, "carrier");
  if (!trial->carrier || trial->carrier->graph->input_count > 16) return false;
  for (uint32_t i = 0; i < trial->carrier->graph->input_count; i++) {
    int64_t shape[TN_MAX_RANK];
    const tn_value_info *port = trial->carrier->graph->inputs[i];
    suite_shape(port, 4, shape);
    trial->inputs[i] = test_tensor(t, port->type, port->rank, shape);
    if (!trial->inputs[i]) return false;
    suite_fill(trial->inputs[i], t->seed, i);
  }
  return true;
}

static void fail_each_call(test *t, enum suite_fault fault, enum phase phase, const char *name) {
  enum { MOST = 2000 };
  struct trial trial = {.fault = fault, .phase = phase, .name = name};
  REQUIRE(prepare(t, &trial));
  long number = 1;
  while (number <= MOST && live_with_fault(t, &trial, number))
    number++;
  EXPECT_THAT(number <= MOST, "%s makes at most %d calls", name, MOST);
  test_note(t, "%s: %ld calls, each made to fail once", name, number - 1);
  if (number == 1) NOT_APPLICABLE("the plugin does not call that function there");
}

TN_CHECK(host_allocations_of_create, ERROR, 10, TEST_SLOW,
         "creation survives the failure of each of its allocations") {
  fail_each_call(t, SUITE_FAULT_ALLOCATE, PHASE_CREATE, "creation whose allocation fails");
}

TN_CHECK(host_allocations_of_query, ERROR, 10, TEST_SLOW,
         "query survives the failure of each of its allocations") {
  fail_each_call(t, SUITE_FAULT_ALLOCATE, PHASE_QUERY, "query whose allocation fails");
}

TN_CHECK(host_allocations_of_compile, ERROR, 10, TEST_SLOW,
         "compile survives the failure of each of its allocations") {
  fail_each_call(t, SUITE_FAULT_ALLOCATE, PHASE_COMPILE, "compile whose allocation fails");
}

TN_CHECK(host_allocations_of_create_request, ERROR, 10, TEST_SLOW,
         "create_request survives the failure of each of its allocations") {
  fail_each_call(t, SUITE_FAULT_ALLOCATE, PHASE_REQUEST, "create_request whose allocation fails");
}

TN_CHECK_WITH(host_allocations_of_infer, ERROR, 10, TEST_SLOW,
              "infer survives the failure of each of its allocations", .revision = 2) {
  fail_each_call(t, SUITE_FAULT_ALLOCATE, PHASE_INFER, "infer whose allocation fails");
}

TN_CHECK_WITH(host_allocations_of_start, ERROR, 10, TEST_SLOW,
              "start and wait survive the failure of each of their allocations", .revision = 2) {
  fail_each_call(t, SUITE_FAULT_ALLOCATE, PHASE_START, "start whose allocation fails");
}

TN_CHECK_WITH(host_tensors_of_infer, HOST, 3, TEST_SLOW,
              "infer survives the failure of each tensor that it asks of the host", .revision = 2) {
  fail_each_call(t, SUITE_FAULT_CREATE_TENSOR, PHASE_INFER, "infer whose tensor fails");
}

TN_CHECK(host_tensors_of_create_request, HOST, 3, TEST_SLOW,
         "create_request survives the failure of each tensor that it asks of the host") {
  fail_each_call(t, SUITE_FAULT_CREATE_TENSOR, PHASE_REQUEST, "create_request whose tensor fails");
}

TN_CHECK(host_tensors_of_compile, HOST, 3, TEST_SLOW,
         "compile survives the failure of each tensor that it asks of the host") {
  fail_each_call(t, SUITE_FAULT_CREATE_TENSOR, PHASE_COMPILE, "compile whose tensor fails");
}

static const struct {
  enum phase phase;
  const char *name;
} executor_phases[] = {{PHASE_CREATE, "creation whose executor fails"},
                       {PHASE_QUERY, "query whose executor fails"},
                       {PHASE_COMPILE, "compile whose executor fails"},
                       {PHASE_REQUEST, "create_request whose executor fails"},
                       {PHASE_START, "start whose executor fails"}};

/* Executors that the plugin asks for in a life without faults. */
static long count_executors(test *t, const struct trial *trial) {
  struct life life;
  memset(&life, 0, sizeof life);
  EXPECT_OK(lives(t, trial, &life, &t->error));
  EXPECT_OK(run_phase(t, &life, PHASE_START, trial->inputs, &t->error));
  const long calls = atomic_load(&life.host.calls[SUITE_FAULT_CREATE_EXECUTOR]);
  end_life(t, &life, "a life without faults");
  return calls;
}

TN_CHECK_WITH(host_executors, HOST, 3, TEST_SLOW,
              "every call survives the failure of each executor that it asks of the host",
              .revision = 2) {
  struct trial trial = {.fault = SUITE_FAULT_CREATE_EXECUTOR, .phase = PHASE_START};
  long failed = 0;
  REQUIRE(prepare(t, &trial));
  if (count_executors(t, &trial) == 0) NOT_APPLICABLE("the plugin asks the host for no executor");
  for (size_t i = 0; i < sizeof executor_phases / sizeof *executor_phases; i++) {
    trial.phase = executor_phases[i].phase;
    trial.name = executor_phases[i].name;
    for (long number = 1; number < 100 && live_with_fault(t, &trial, number); number++)
      failed++;
  }
  if (!failed)
    VACUOUS("the plugin asked for executors in a clean run, and for none when it was to fail");
}

/* --- whose host */

static long all_calls(const suite_host *host) {
  long sum = atomic_load(&host->logged) + atomic_load(&host->blocks);
  for (uint32_t i = 0; i < SUITE_FAULT_COUNT; i++)
    sum += atomic_load(&host->calls[i]);
  return sum;
}

TN_CHECK(host_own_table, HOST, 1, 0, "an engine calls its own host, and no other engine's") {
  test *first = test_another_engine(t), *second = test_another_engine(t);
  REQUIRE(first && second);
  tn_infer_request *request = test_request(first, test_compile(first, "carrier"));
  NEED(request);
  long of_first = all_calls(first->host), of_second = all_calls(second->host);
  EXPECT(of_second > 0 || of_first == 0); /* creation asks for memory, if any of it does */
  tn_infer_request *other = test_request(second, test_compile(second, "carrier"));
  NEED(other);
  EXPECT_OK(tn_infer_request_infer(other, &t->error));
  EXPECT_OK(tn_infer_request_start(other, NULL, &t->error));
  EXPECT_OK(tn_infer_request_wait(other, -1, &t->error));
  EXPECT_THAT(all_calls(first->host) == of_first,
              "work of one engine makes no call of another's host; it made %ld",
              all_calls(first->host) - of_first);
}

TN_CHECK(host_memory_is_returned, HOST, 10, TEST_NO_ENGINE,
         "memory of the host is returned once, by calls that succeed and by calls that fail") {
  test *engine = test_another_engine(t);
  failing_scene scene;
  REQUIRE(engine != NULL);
  REQUIRE(failing_scene_create(engine, &scene));
  long blocks = atomic_load(&engine->host->blocks);
  for (uint32_t i = 0; i < failing_call_count; i++) {
    EXPECT_THAT(failing_calls[i].run(&scene, &t->error) != TN_OK, "%s fails",
                failing_calls[i].name);
    EXPECT_THAT(atomic_load(&engine->host->blocks) == blocks,
                "%s leaves no memory of the host behind; it left %ld blocks", failing_calls[i].name,
                atomic_load(&engine->host->blocks) - blocks);
  }
}

/* What is recorded before, between and after the calls has to arrive as it was written: the engine
 * of the suite looks. */
TN_CHECK(host_is_left_alone, HOST, 11, 0,
         "inferences leave alone what belongs to the process that the plugin is loaded into") {
  tn_infer_request *request = test_carrier_request(t);
  NEED(request);
  for (uint32_t i = 0; i < 3; i++) {
    EXPECT_OK(tn_infer_request_infer(request, &t->error));
    EXPECT_OK(tn_infer_request_start(request, NULL, &t->error));
    EXPECT_OK(tn_infer_request_wait(request, -1, &t->error));
  }
}

/* A host that is larger than today's: its tail must not matter. */
TN_CHECK(host_larger_table, ABI, 11, TEST_NO_ENGINE,
         "a host table with an unknown tail is accepted, and the tail has no effect") {
  struct life life;
  struct trial trial = {.phase = PHASE_INFER};
  memset(&life, 0, sizeof life);
  suite_host_init(&life.host, t->setup->others, t->setup->other_count);
  life.carrier = trial.carrier = test_model(t, "carrier");
  REQUIRE(life.carrier != NULL);
  life.host.table.size += 64; /* what follows the table in the struct is no slot */
  EXPECT_OK(run_phase(t, &life, PHASE_CREATE, NULL, &t->error));
  REQUIRE(life.plugin != NULL);
  EXPECT_OK(run_phase(t, &life, PHASE_COMPILE, NULL, &t->error));
  REQUIRE(life.model != NULL);
  EXPECT_OK(run_phase(t, &life, PHASE_REQUEST, NULL, &t->error));
  REQUIRE(life.request != NULL);
  EXPECT_OK(tn_infer_request_infer(life.request, &t->error));
  end_life(t, &life, "a life with a larger host");
}
