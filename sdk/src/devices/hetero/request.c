/* A request of parts: each part's own request, the tensors between them, and the run of them all.
 */
#include "devices/hetero/hetero.h"

#include <string.h>

#include "base/platform/clock.h"
#include "base/status.h"
#include "devices/hetero/apart.h"
#include "devices/hetero/at_once.h"
#include "devices/hetero/links.h"
#include "devices/hetero/parts.h"
#include "kit/request.h"
#include "tenon/abi/ext/remote.h"

static const tni_wiring *wiring_of(const tni_hetero_request *self) {
  return &tni_hetero_compiled_of(self->base.compiled)->wiring;
}

static const tni_plan *plan_of(const tni_hetero_request *self) {
  return tni_hetero_compiled_of(self->base.compiled)->plan;
}

static const tni_wire *wire_at(const tni_hetero_request *self, uint32_t number) {
  return tni_vector_at(&wiring_of(self)->wires, number);
}

const tni_allocator *tni_hetero_allocator_of(const tni_hetero_request *self) {
  return plan_of(self)->environment->allocator;
}

tn_status tni_part_named(const tni_hetero_request *self, uint32_t part, tn_status status,
                         tn_error *error) {
  if (status == TN_OK) return TN_OK;
  const tn_string device = tni_hetero_device_of(tni_hetero_compiled_of(self->base.compiled), part);
  return tni_fail_prefix(error, status, "%.*s", TNI_TEXT(device));
}

/* --- making one */

static tn_status create_parts(tni_hetero_request *self, tn_error *error) {
  const tni_plan *plan = plan_of(self);
  for (uint32_t i = 0; i < plan->part_count; i++) {
    const tn_status status =
        tn_compiled_model_create_request(plan->parts[i].compiled, NULL, &self->parts[i], error);
    TN_TRY(tni_part_named(self, i, status, error));
  }
  return TN_OK;
}

/* Where throughput counts, and there is something to run beside something else. */
static int runs_at_once(const tni_hetero_request *self) {
  const tni_hetero_compiled *compiled = tni_hetero_compiled_of(self->base.compiled);
  const tn_string hint = tn_kit_settings_string(compiled->base.settings, "PERFORMANCE_HINT");
  return !compiled->dependencies.is_chain && !tn_string_equal(hint, TN_STRING("LATENCY"));
}

tn_status tni_hetero_open_request(tn_kit_request *request, tn_error *error) {
  tni_hetero_request *self = tni_hetero_request_of(request);
  const tni_wiring *wiring = wiring_of(self);
  const tni_allocator *allocator = plan_of(self)->environment->allocator;
  const uint32_t ports = wiring->whole->input_count + wiring->whole->output_count;
  self->parts = TNI_ALLOC_ITEMS(allocator, self->parts, plan_of(self)->part_count);
  self->inputs = tni_alloc_array(allocator, wiring->whole->input_count, sizeof(tn_tensor *));
  if (!self->parts || !self->inputs)
    return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for the requests of parts");
  TN_TRY(create_parts(self, error));
  if (runs_at_once(self)) {
    const tni_dependencies *all = &tni_hetero_compiled_of(request->compiled)->dependencies;
    TN_TRY(tni_at_once_create(self, all, &self->at_once, error));
  }
  TN_TRY(tni_links_make(self, error));
  for (uint32_t i = 0; i < ports; i++)
    if (wiring->port_wire[i] != TNI_NO_WIRE) tn_kit_request_delegate_port(request, i);
  return TN_OK;
}

void tni_hetero_close_request(tn_kit_request *request) {
  tni_hetero_request *self = tni_hetero_request_of(request);
  const tni_allocator *allocator = tni_hetero_allocator_of(self);
  tni_at_once_destroy(self->at_once);
  for (uint32_t i = 0; self->parts && i < plan_of(self)->part_count; i++)
    if (self->parts[i]) tn_infer_request_destroy(self->parts[i]);
  tni_links_destroy(self);
  tni_free(allocator, self->inputs);
  tni_free(allocator, self->parts);
}

/* --- ports of the whole */

/* The functions that bring a device tensor to the host; NULL: there are none. */
static const tn_copy_api *copy_api_of(tn_tensor *tensor) {
  return tn_tensor_get_extension(tensor, TN_STRING(TN_EXTENSION_COPY));
}

/* An output of the whole may be copied from it. */
static tn_status check_reach(const tni_wire *wire, tn_tensor *tensor, tn_error *error) {
  if (!wire->is_copied || !tensor || !(tensor->flags & TN_TENSOR_DEVICE) || copy_api_of(tensor))
    return TN_OK;
  return tni_fail(error, TN_UNSUPPORTED,
                  "port '%.*s': outputs are copied from it, and the tensor's memory cannot be "
                  "copied to the host",
                  TNI_TEXT(wire->value->name));
}

tn_status tni_hetero_set_tensor(tn_kit_request *request, uint32_t port, tn_tensor *tensor,
                                tn_error *error) {
  tni_hetero_request *self = tni_hetero_request_of(request);
  const uint32_t wire = wiring_of(self)->port_wire[port];
  TN_TRY(check_reach(wire_at(self, wire), tensor, error));
  self->has_new_tensors = 1;
  return tni_link_set(self, wire, tensor, error);
}

tn_status tni_hetero_get_tensor(tn_kit_request *request, uint32_t port, tn_tensor **out,
                                tn_error *error) {
  const tni_hetero_request *self = tni_hetero_request_of(request);
  return tni_link_get(self, wiring_of(self)->port_wire[port], out, error);
}

/* --- running */

tn_status tni_part_done(tni_hetero_request *self, uint32_t part, uint64_t start_ns,
                        tn_error *error) {
  if (tn_kit_request_profiled(&self->base))
    TN_TRY(tni_hetero_profile_part(self, part, start_ns, error));
  return tni_links_hand_on(self, part, error);
}

/* One more part than before, which the next one who cancels sees; or who has cancelled is seen. */
static void note_begin(tni_hetero_request *self, uint32_t part) {
  const uint64_t before = atomic_load_explicit(&self->running, memory_order_relaxed) >> 32;
  atomic_exchange_explicit(&self->running, (before + 1) << 32 | (part + 1), memory_order_acq_rel);
}

static void note_end(tni_hetero_request *self) {
  const uint64_t last = atomic_load_explicit(&self->running, memory_order_relaxed);
  atomic_store_explicit(&self->running, last >> 32 << 32, memory_order_relaxed);
}

static tn_status run_unless_cancelled(tni_hetero_request *self, uint32_t part, tn_error *error) {
  tn_status status = tn_kit_request_check_cancelled(&self->base, error);
  return status == TN_OK ? tn_infer_request_infer(self->parts[part], error) : status;
}

static tn_status run_part(tni_hetero_request *self, uint32_t part, tn_error *error) {
  const int profiled = tn_kit_request_profiled(&self->base);
  const uint64_t start_ns = profiled ? tn_kit_request_clock(&self->base) : 0;
  tn_status status;
  do {
    note_begin(self, part);
    status = run_unless_cancelled(self, part, error);
    note_end(self);
  } while (tni_part_runs_again(self, status));
  TN_TRY(tni_part_named(self, part, status, error));
  return tni_part_done(self, part, start_ns, error);
}

static tn_status run_in_turn(tni_hetero_request *self, tn_error *error) {
  for (uint32_t part = 0; part < plan_of(self)->part_count; part++)
    TN_TRY(run_part(self, part, error));
  return TN_OK;
}

/* Where an output comes from that no part has a port for. */
static tn_status find_source(tni_hetero_request *self, const tni_copy *copy, tn_tensor **out,
                             tn_error *error) {
  *out = copy->value->constant;
  if (copy->wire != TNI_NO_WIRE) return tni_link_get(self, copy->wire, out, error);
  return *out ? TN_OK : tn_kit_request_input(&self->base, copy->input, out, error);
}

static uint64_t bytes_of(const tn_tensor *tensor) {
  return tn_dense_bytes(tensor->type, tn_tensor_element_count(tensor));
}

static tn_status copy_output(tni_hetero_request *self, const tni_copy *copy, uint64_t *bytes,
                             tn_error *error) {
  tn_tensor *from = NULL, *to;
  TN_TRY(find_source(self, copy, &from, error));
  TN_TRY(tn_kit_request_output(&self->base, copy->output, from->rank, from->shape, &to, error));
  *bytes += bytes_of(from);
  return from->flags & TN_TENSOR_DEVICE ? copy_api_of(from)->copy_to(from, to, error)
                                        : tn_kit_tensor_copy(from, to, error);
}

static void tell_copied(const tni_hetero_request *self, uint64_t bytes) {
  tni_hetero_compiled *compiled = tni_hetero_compiled_of(self->base.compiled);
  if (atomic_load_explicit(&compiled->copied, memory_order_relaxed) != bytes)
    atomic_store_explicit(&compiled->copied, bytes, memory_order_relaxed);
}

/* What is set at ports that are copied is not seen here. */
static tn_status check_apart(tni_hetero_request *self, tn_error *error) {
  if (!self->has_new_tensors && wiring_of(self)->copies.count == 0) return TN_OK;
  TN_TRY(tni_hetero_check_apart(self, error));
  self->has_new_tensors = 0;
  return TN_OK;
}

static tn_status run_parts(tn_kit_request *request, tn_error *error) {
  tni_hetero_request *self = tni_hetero_request_of(request);
  const tni_wiring *wiring = wiring_of(self);
  uint64_t bytes;
  TN_TRY(check_apart(self, error));
  TN_TRY(tni_links_hand_on(self, TNI_NO_WIRE, error));
  TN_TRY(self->at_once ? tni_at_once_run(self->at_once, error) : run_in_turn(self, error));
  TN_TRY(tni_links_copied(self, &bytes, error));
  for (size_t i = 0; i < wiring->copies.count; i++)
    TN_TRY(copy_output(self, tni_vector_at(&wiring->copies, i), &bytes, error));
  tell_copied(self, bytes);
  return tn_kit_request_profiled(request) ? tni_hetero_profile_removed(self, error) : TN_OK;
}

const tn_kit_stage tni_hetero_stages[1] = {{"parts", run_parts}};

/* --- cancelling */

int tni_part_is_cancelled(tni_hetero_request *self) {
  atomic_fetch_add_explicit(&self->running, 0, memory_order_acq_rel);
  return tn_kit_request_cancelled(&self->base);
}

/* Whoever runs is the only one that takes from the number. */
int tni_part_runs_again(tni_hetero_request *self, tn_status status) {
  if (status != TN_CANCELLED || tn_kit_request_cancelled(&self->base) ||
      atomic_load_explicit(&self->late_cancels, memory_order_acquire) == 0)
    return 0;
  atomic_fetch_sub_explicit(&self->late_cancels, 1, memory_order_relaxed);
  return 1;
}

void tni_parts_cancel(tni_hetero_request *self) {
  for (uint32_t i = 0; i < plan_of(self)->part_count; i++)
    tn_infer_request_cancel(self->parts[i], NULL);
}

/* What is asked of a part before its inference has begun is lost, and nobody says when it begins:
 * it is asked again until it has ended, for a short time. */
static void cancel_running(tni_hetero_request *self, uint64_t running) {
  enum { AGAIN_FOR_NS = 500000 };
  const int64_t deadline = tni_clock_deadline(AGAIN_FOR_NS);
  const uint32_t part = (uint32_t)running;
  if (!part) return;
  for (;;) {
    tn_infer_request_cancel(self->parts[part - 1], NULL);
    if (atomic_load_explicit(&self->running, memory_order_relaxed) != running ||
        tni_clock_now() >= deadline)
      return;
    tni_thread_yield();
  }
}

/* As many as can be under way at once. */
static void expect_late_cancels(tni_hetero_request *self, uint32_t count) {
  enum { MOST = 1024 };
  if (atomic_load_explicit(&self->late_cancels, memory_order_relaxed) < MOST)
    atomic_fetch_add_explicit(&self->late_cancels, count, memory_order_release);
}

void tni_hetero_cancel(tn_kit_request *request) {
  tni_hetero_request *self = tni_hetero_request_of(request);
  const uint64_t running = atomic_fetch_add_explicit(&self->running, 0, memory_order_acq_rel);
  expect_late_cancels(self, self->at_once ? plan_of(self)->part_count : 1);
  if (self->at_once)
    tni_parts_cancel(self);
  else
    cancel_running(self, running);
}
