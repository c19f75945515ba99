/* The deeds that steps are made of, in the worker. */
#include "sequences/world.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "engine/case_run.h"
#include "engine/models.h"
#include "engine/virtual_device.h"
#include "graph/tensor.h"

/* --- models and tensors */

tn_model *world_model(sequence_world *w, uint32_t slot) {
  return test_model(w->t, w->what->kind->models[slot]);
}

tn_model *world_refused_model(sequence_world *w) {
  return test_model(w->t, "unknown_operator");
}

static void fill_host(tn_tensor *self, uint64_t seed) {
  suite_fill(self, seed, 0);
}

/* A tensor's table that cannot resize. */
static const tn_tensor_api *without_resize(const tn_tensor_api *api) {
  static tn_tensor_api fixed;
  fixed = *api;
  fixed.resize = NULL;
  return &fixed;
}

tn_status world_make_tensor(sequence_world *w, uint32_t slot, uint32_t model, uint32_t port,
                            uint32_t variety) {
  const sequence_tensor *self = &w->model.tensors[slot];
  (void)model, (void)port, (void)variety; /* the model of the objects says what they mean */
  tn_status status = suite_host_create_tensor(w->t->host, self->type, self->rank, self->shape,
                                              TN_TENSOR_ALIGNMENT, &w->tensors[slot], &w->t->error);
  if (status != TN_OK) return status;
  if (self->fixed) w->tensors[slot]->api = without_resize(w->tensors[slot]->api);
  fill_host(w->tensors[slot], self->seed);
  return TN_OK;
}

static const tn_copy_api *copies_of(tn_tensor *self) {
  return self->api->get_extension(self, TN_STRING(TN_EXTENSION_COPY));
}

/* Fills a tensor, through a copy where the host may not touch it. */
static tn_status fill_any(sequence_world *w, tn_tensor *self, uint64_t seed) {
  if (!(self->flags & TN_TENSOR_DEVICE)) {
    fill_host(self, seed);
    return TN_OK;
  }
  const tn_copy_api *copies = copies_of(self);
  tn_tensor *source = NULL;
  if (!copies) return tni_fail(&w->t->error, TN_UNSUPPORTED, "device memory without tn.copy/1");
  tn_status status = suite_host_create_tensor(w->t->host, self->type, self->rank, self->shape,
                                              TN_TENSOR_ALIGNMENT, &source, &w->t->error);
  if (status != TN_OK) return status;
  fill_host(source, seed);
  status = copies->copy_from(self, source, &w->t->error);
  tn_tensor_release(source);
  return status;
}

tn_status world_make_remote(sequence_world *w, uint32_t slot, uint32_t model, uint32_t port,
                            uint32_t where) {
  const sequence_tensor *self = &w->model.tensors[slot];
  (void)model, (void)port;
  tn_status status = tn_remote_context_create_tensor(w->contexts[where], self->type, self->rank,
                                                     self->shape, &w->tensors[slot], &w->t->error);
  return status == TN_OK ? fill_any(w, w->tensors[slot], self->seed) : status;
}

tn_status world_release_tensor(sequence_world *w, uint32_t slot) {
  tn_tensor_release(w->tensors[slot]);
  return TN_OK;
}

tn_status world_fill_tensor(sequence_world *w, uint32_t slot) {
  return fill_any(w, w->tensors[slot], w->model.tensors[slot].seed);
}

tn_status world_fill_own(sequence_world *w, uint32_t slot, uint32_t port) {
  tn_tensor *own = NULL;
  tn_status status = tn_infer_request_get_tensor(w->requests[slot], port, &own, &w->t->error);
  return status == TN_OK ? fill_any(w, own, w->model.requests[slot].ports[port].own_seed) : status;
}

/* --- callbacks */

static void sleep_shortly(void) {
  nanosleep(&(struct timespec){0, 50000}, NULL);
}

static tn_status act(uint32_t action, tn_infer_request *request, sequence_watch *watch,
                     uint32_t which) {
  tn_tensor *tensor = NULL;
  switch (action) {
    case SEQUENCE_DO_WAIT:
      return tn_infer_request_wait(request, 0, NULL);
    case SEQUENCE_DO_INFER:
      return tn_infer_request_infer(request, NULL);
    case SEQUENCE_DO_GET:
      return tn_infer_request_get_tensor(request, 0, &tensor, NULL);
    case SEQUENCE_DO_SET:
      return tn_infer_request_set_tensor(request, 0, NULL, NULL);
    case SEQUENCE_DO_START:
      return tn_infer_request_start(request, NULL, NULL);
    case SEQUENCE_DO_REPLACE:
      return tn_infer_request_set_callback(request, world_callback(3 - which), watch, NULL);
    case SEQUENCE_DO_CANCEL:
      return tn_infer_request_cancel(request, NULL);
    default:
      return TN_OK;
  }
}

static void called(uint32_t which, sequence_watch *watch, tn_infer_request *request,
                   tn_status status, const tn_error *error) {
  if (atomic_exchange(&watch->inside, true)) watch->overlapped = true;
  while (watch->latch)
    sleep_shortly();
  watch->last_status = status;
  watch->error_fits = status == TN_OK ? !error : error && error->status == status;
  const uint32_t action = atomic_exchange(&watch->action, SEQUENCE_DO_NOTHING);
  if (action && watch->world) watch->action_status = act(action, request, watch, which);
  watch->calls[which]++;
  watch->inside = false;
}

static void first(void *user, tn_infer_request *request, tn_status status, const tn_error *error) {
  called(1, user, request, status, error);
}

static void second(void *user, tn_infer_request *request, tn_status status, const tn_error *error) {
  called(2, user, request, status, error);
}

tn_infer_callback world_callback(uint32_t which) {
  return which == 0 ? NULL : which == 1 ? first : second;
}

/* Watches outlive their sequence: a broken plugin may call back whenever it likes. */
static sequence_watch *new_watch(sequence_world *w) {
  static sequence_watch all[1024];
  static size_t count;
  sequence_watch *watch = &all[count++ % (sizeof all / sizeof *all)];
  memset(watch, 0, sizeof *watch);
  watch->world = w;
  watch->latch = w->model.hold != 0;
  return watch;
}

void *world_watch(sequence_world *w, uint32_t slot) {
  if (!w->watches[slot]) w->watches[slot] = new_watch(w);
  return w->watches[slot];
}

tn_status world_arm(sequence_world *w, uint32_t slot, uint32_t action) {
  if (w->watches[slot]) w->watches[slot]->action = action;
  return TN_OK;
}

/* --- holding */

static void set_latches(sequence_world *w, bool value) {
  for (uint32_t r = 0; r < SEQUENCE_REQUESTS; r++)
    if (w->watches[r]) w->watches[r]->latch = value;
}

tn_status world_hold(sequence_world *w, uint32_t what) {
  if (what == 1) atomic_store(&w->t->host->hold, true);
  set_latches(w, true);
  return TN_OK;
}

tn_status world_let_go(sequence_world *w) {
  suite_host_let_go(w->t->host);
  set_latches(w, false);
  return TN_OK;
}

tn_status world_start_and_wait(sequence_world *w, uint32_t slot) {
  sequence_request *self = &w->model.requests[slot];
  tn_status status = tn_infer_request_start(w->requests[slot], NULL, &w->t->error);
  if (status != TN_OK) return status;
  w->fresh_end = true;
  if (self->flight_callback) self->calls[self->flight_callback]++;
  return tn_infer_request_wait(w->requests[slot], -1, &w->t->error);
}

/* --- waiting on other threads */

static void *wait_for_end(void *argument) {
  sequence_waiter *self = argument;
  self->waits = true;
  self->status = tn_infer_request_wait(self->request, -1, NULL);
  return NULL;
}

/* The thread surely waits soon; when it comes too late, it is given the same. */
tn_status world_wait_elsewhere(sequence_world *w, uint32_t slot) {
  sequence_waiter *self = &w->waiters[slot][w->waiter_count[slot]];
  self->request = w->requests[slot];
  self->waits = false;
  if (pthread_create(&self->thread, NULL, wait_for_end, self) != 0)
    return tni_fail(&w->t->error, TN_OUT_OF_MEMORY, "the suite cannot make a thread");
  w->waiter_count[slot]++;
  while (!self->waits)
    sleep_shortly();
  sleep_shortly();
  return TN_OK;
}

void world_join_waiters(sequence_world *w, uint32_t slot) {
  for (uint32_t i = 0; i < w->waiter_count[slot]; i++)
    pthread_join(w->waiters[slot][i].thread, NULL);
  w->waiter_count[slot] = 0;
}

/* --- destroying */

tn_status world_destroy_request(sequence_world *w, uint32_t slot) {
  if (w->watches[slot] && w->watches[slot]->latch) {
    /* the plugin has threads of its own: start in the callback may come before destroy */
    w->in_doubt = w->in_doubt ||
                  (w->watches[slot]->inside && w->model.requests[slot].acted == SEQUENCE_DO_START);
    w->watches[slot]->latch = false;
  }
  tn_infer_request_destroy(w->requests[slot]);
  w->requests[slot] = NULL;
  return TN_OK;
}

tn_status world_destroy_compiled(sequence_world *w, uint32_t slot) {
  tn_compiled_model_destroy(w->compiled[slot]);
  w->compiled[slot] = NULL;
  return TN_OK;
}

tn_status world_destroy_state(sequence_world *w, uint32_t slot) {
  w->states[slot]->api->destroy(w->states[slot]);
  w->states[slot] = NULL;
  return TN_OK;
}

tn_status world_release_context(sequence_world *w, uint32_t slot) {
  tn_remote_context_release(w->contexts[slot]);
  w->contexts[slot] = NULL;
  return TN_OK;
}

/* --- extensions */

/* What a device declares is there; a table that is not is told by a case of its own. */
const tn_states_api *world_states(sequence_world *w, uint32_t slot) {
  return tn_infer_request_get_extension(w->requests[slot], TN_STRING(TN_EXTENSION_STATES));
}

static tn_status set_no_tensors(tn_infer_request *request, uint32_t port, tn_tensor *const *tensors,
                                uint64_t count, tn_error *error) {
  (void)request, (void)port, (void)tensors, (void)count;
  return tni_fail(error, TN_UNSUPPORTED, "the request has no " TN_EXTENSION_BATCH);
}

static tn_status get_no_tensor(tn_infer_request *request, uint32_t port, uint64_t index,
                               tn_tensor **out, tn_error *error) {
  (void)out;
  return set_no_tensors(request, port, NULL, index, error);
}

/* A request that is handed on takes batches only where the device below does. */
const tn_batch_api *world_batches(sequence_world *w, uint32_t slot) {
  static const tn_batch_api none = {
      .size = TN_SIZE(tn_batch_api), .set_tensors = set_no_tensors, .get_tensor = get_no_tensor};
  tn_infer_request *request = w->requests[slot];
  const tn_batch_api *api = tn_infer_request_get_extension(request, TN_STRING(TN_EXTENSION_BATCH));
  if (!api && test_is_handed_on(w->t, request->maker)) {
    test_record_not_applicable(w->t, HANDED_ON);
    w->over = true;
  }
  return api ? api : &none;
}

const tn_remote_api *world_remote(sequence_world *w) {
  return tn_plugin_get_extension(w->t->plugin, TN_STRING(TN_EXTENSION_REMOTE));
}

const tn_profiling_api *world_profiling(sequence_world *w, uint32_t slot) {
  return tn_infer_request_get_extension(w->requests[slot], TN_STRING(TN_EXTENSION_PROFILING));
}

/* The name of a variable of a model, by its place among the nodes. */
static tn_string variable_name(tn_model *model, uint32_t variable) {
  for (uint32_t i = 0; i < model->graph->node_count; i++) {
    const tn_node *node = model->graph->nodes[i];
    if (!tn_string_equal(node->operation, TN_STRING("ReadValue")) || variable-- > 0) continue;
    return tn_node_attribute(node, TN_STRING("variable_id"))->as.strings[0];
  }
  return TN_STRING("");
}

/* A plugin may list variables in any order; in flight it does not matter which is meant. */
uint32_t world_find_state(sequence_world *w, uint32_t slot, uint32_t variable) {
  const tn_states_api *api = world_states(w, slot);
  const tn_string wanted = variable_name(world_model(w, w->model.requests[slot].model), variable);
  for (uint32_t i = 0; i < api->count(w->requests[slot]); i++) {
    tn_state *handle = NULL;
    if (api->open(w->requests[slot], i, &handle, NULL) != TN_OK) return 0;
    const bool found = tn_string_equal(handle->api->name(handle), wanted);
    handle->api->destroy(handle);
    if (found) return i;
  }
  return 0;
}

tn_status world_value_sink(void *user, const tn_value *value) {
  (void)user, (void)value;
  return TN_OK;
}

tn_status world_profile_sink(void *user, const tn_profile_entry *const *entries, uint64_t count) {
  (void)entries;
  ((sequence_world *)user)->profile_entries = count;
  return TN_OK;
}

tn_status world_query_sink(void *user, const tn_node_support *const *nodes, uint64_t count) {
  (void)user, (void)nodes, (void)count;
  return TN_OK;
}

const tn_compile_options *world_perf_count(void) {
  static tn_map_entry entry;
  static tn_compile_options options;
  entry = (tn_map_entry){TN_STRING_INIT("PERF_COUNT"), tn_value_of_bool(1)};
  options = tn_compile_options_init();
  options.properties = &entry;
  options.property_count = 1;
  return &options;
}

const tn_map_entry *world_unknown_property(void) {
  static tn_map_entry entry;
  entry = (tn_map_entry){TN_STRING_INIT("NOBODY_HAS_THIS"), tn_value_of_bool(1)};
  return &entry;
}
