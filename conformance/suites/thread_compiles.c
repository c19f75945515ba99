/* Checks of compiles in several threads, beside each other and beside inferences. Each thread has a
 * model of its own kind: what one takes from another shows in the results. */
#define TN_GROUP "thread"
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "engine/computed.h"
#include "engine/together.h"

enum { THREADS = 6 };

/* --- which models ------------------------------------------------------------------------------
 */

/* Names of models that the device takes; the first is the carrier. */
struct choice {
  const char *names[THREADS];
  uint32_t count;
};

static void choose(test *t, const char *name, struct choice *out) {
  if (out->count == THREADS || strcmp(name, t->setup->carrier) == 0) return;
  if (computed_supports(t, test_model(t, name))) out->names[out->count++] = name;
}

/* Those of the ladder first, then networks of the carrier, which most devices take. */
static void choose_models(test *t, struct choice *out) {
  static const char *const kin[] = {"chain", "two_inputs_two_outputs", "output_read_again",
                                    "convolution_activation"};
  *out = (struct choice){{"carrier"}, 1};
  for (uint32_t i = 0; i < suite_model_count; i++)
    if (suite_models[i].carrier == 1) choose(t, suite_models[i].name, out);
  for (size_t i = 0; i < sizeof kin / sizeof *kin; i++)
    choose(t, kin[i], out);
}

/* --- compiles beside each other ----------------------------------------------------------------
 */

/* What a thread is given and what it came to. Records are made by the check's own thread. */
struct worker {
  tn_plugin *plugin;
  tn_string device;
  const char *name;
  tn_model *model;
  tn_compiled_model *compiled;
  tn_status status;
};

static void compile_model(void *user) {
  struct worker *self = user;
  self->status =
      tn_plugin_compile(self->plugin, self->device, self->model, NULL, &self->compiled, NULL);
}

static void compile_together(test *t, struct worker workers[THREADS]) {
  together_run(workers, sizeof *workers, THREADS, compile_model);
  for (uint32_t i = 0; i < THREADS; i++) {
    if (workers[i].compiled) test_adopt_compiled_model(t, workers[i].compiled);
    EXPECT_THAT(workers[i].status == TN_OK, "thread %u of %u compiles %s; it got %s", i, THREADS,
                workers[i].name, tni_status_name(workers[i].status));
  }
  for (uint32_t i = 0; i < THREADS; i++)
    if (workers[i].compiled) computed_expect(t, workers[i].compiled, workers[i].name);
}

/* A worker without a model. */
static struct worker idle_worker(const test *t, const char *name) {
  return (struct worker){.plugin = t->plugin, .device = t->device, .name = name};
}

TN_CHECK_WITH(thread_parallel_compiles, COMPILE, 8, TEST_SLOW,
              "compiles of different models in several threads give the results of compiles one "
              "after another",
              .revision = 2) {
  struct choice choice;
  choose_models(t, &choice);
  for (uint32_t round = 0; round < 5; round++) {
    struct worker workers[THREADS];
    for (uint32_t i = 0; i < THREADS; i++) {
      workers[i] = idle_worker(t, choice.names[(i + round) % choice.count]);
      workers[i].model = test_model(t, workers[i].name);
      REQUIRE(workers[i].model != NULL);
    }
    compile_together(t, workers);
  }
}

TN_CHECK(thread_one_model_compiled_in_parallel, COMPILE, 8, TEST_SLOW,
         "one model may be compiled by several threads at once") {
  struct worker workers[THREADS];
  tn_model *model = test_model(t, "carrier");
  NEED(model);
  for (uint32_t i = 0; i < THREADS; i++) {
    workers[i] = idle_worker(t, "carrier");
    workers[i].model = model;
  }
  compile_together(t, workers);
}

/* --- compiles beside inferences ----------------------------------------------------------------
 */

/* A thread that compiles others of its models in turn until it is stopped. */
struct compiler {
  tn_plugin *plugin;
  tn_string device;
  tn_model *models[THREADS];
  uint32_t count;
  tn_status status;
  atomic_uint done; /* compiles so far */
  atomic_bool stop;
};

static void *compile_until_stopped(void *user) {
  struct compiler *self = user;
  while (!atomic_load(&self->stop) && self->status == TN_OK) {
    tn_model *model = self->models[atomic_load(&self->done) % self->count];
    tn_compiled_model *compiled = NULL;
    self->status = tn_plugin_compile(self->plugin, self->device, model, NULL, &compiled, NULL);
    if (self->status == TN_OK) tn_compiled_model_destroy(compiled);
    atomic_fetch_add(&self->done, 1);
  }
  return NULL;
}

/* All models but the carrier, where there are others. */
static bool give_models(test *t, struct compiler *self) {
  struct choice choice;
  choose_models(t, &choice);
  for (uint32_t i = choice.count > 1; i < choice.count; i++) {
    self->models[self->count] = test_model(t, choice.names[i]);
    if (!self->models[self->count++]) return false;
  }
  return true;
}

TN_CHECK_WITH(thread_compile_while_inferring, COMPILE, 9, TEST_SLOW,
              "compiling other models in one thread changes no result of inferences in another",
              .revision = 2) {
  pthread_t thread;
  struct compiler compiler = {.plugin = t->plugin, .device = t->device};
  tn_infer_request *request = test_carrier_request(t);
  NEED(request && give_models(t, &compiler));
  REQUIRE(pthread_create(&thread, NULL, compile_until_stopped, &compiler) == 0);
  const uint32_t enough = compiler.count > 3 ? compiler.count : 3;
  int64_t limit = test_now() + INT64_C(5000000000);
  for (int i = 0; i < 30 || (atomic_load(&compiler.done) < enough && test_now() < limit); i++) {
    uint64_t seed = test_random(t);
    if (!test_set_inputs(t, request, "carrier", seed, 4)) break;
    EXPECT_OK(tn_infer_request_infer(request, &t->error));
    test_expect_outputs(t, request, "carrier", seed, 4);
  }
  atomic_store(&compiler.stop, true);
  pthread_join(thread, NULL);
  EXPECT_STATUS(compiler.status, TN_OK);
  if (compiler.status == TN_OK && atomic_load(&compiler.done) == 0)
    INCONCLUSIVE("no compile ended while inferences ran");
}
