#define _GNU_SOURCE /* nanosleep */
#include "template.h"

#include <time.h>

/* An inference has three stages: the host's threads make the inputs ready, the device computes, the
 * host's threads bring the outputs where they belong. infer runs them one after the other on the
 * caller's thread. */

tn_status template_open_request(tn_kit_request *request, tn_error *error) {
  struct template_request *self = template_request_of(request);
  const tn_kit_compiled *compiled = request->compiled;
  self->inputs =
      tn_kit_allocate(compiled->engine, compiled->ports.input_count * sizeof *self->inputs);
  self->outputs =
      tn_kit_allocate(compiled->engine, compiled->ports.output_count * sizeof *self->outputs);
  if (self->inputs && self->outputs) return TN_OK;
  return tn_kit_fail(error, TN_OUT_OF_MEMORY, "no memory for a request");
}

void template_close_request(tn_kit_request *request) {
  struct template_request *self = template_request_of(request);
  tn_kit_free(request->compiled->engine, self->inputs);
  tn_kit_free(request->compiled->engine, self->outputs);
}

static tn_status check_device(const struct template_request *self, tn_error *error) {
  const struct template_compiled *compiled = template_compiled_of(self->base.compiled);
  return template_check_device(compiled->device, compiled->losses, error);
}

/* --- before the device */

/* Strided or unaligned inputs are copied here; those in the device's memory stay where they are. */
static tn_status prepare(tn_kit_request *request, tn_error *error) {
  struct template_request *self = template_request_of(request);
  TN_KIT_TRY(check_device(self, error));
  for (uint32_t i = 0; i < request->compiled->ports.input_count; i++)
    TN_KIT_TRY(tn_kit_request_input(request, i, &self->inputs[i], error));
  return TN_OK;
}

/* --- on the device */

static int before_node(void *user, const tn_node *node) {
  struct template_request *self = user;
  (void)node;
  const struct template_compiled *compiled = template_compiled_of(self->base.compiled);
  if (tn_kit_request_cancelled(&self->base)) return 1;
  if (template_device_is_lost(compiled->device, compiled->losses)) return 1;
  template_profile_before(self);
  return 0;
}

/* Half precision: every result is kept in it. The nodes of inner graphs come here by themselves. */
static void round_results(const tn_node *node, tn_tensor *const *outputs, uint32_t count) {
  if (tn_node_has_graphs(node)) return;
  for (uint32_t i = 0; i < count; i++)
    if (outputs[i] && outputs[i]->type == TN_F32) tn_kit_round_to_f16(outputs[i]);
}

static int after_node(void *user, const tn_node *node, tn_tensor *const *outputs, uint32_t count) {
  struct template_request *self = user;
  if (template_compiled_of(self->base.compiled)->half) round_results(node, outputs, count);
  self->observed = template_profile_after(self, node, self->error);
  return self->observed != TN_OK;
}

static tn_status run_program(struct template_request *self, tn_error *error) {
  const tn_kit_observer observer = {before_node, after_node, self};
  const struct template_compiled *compiled = template_compiled_of(self->base.compiled);
  tn_error unobserved; /* stopping for what was observed fills the record as well */
  self->depth = 0;
  self->observed = TN_OK;
  self->error = &unobserved;
  const tn_status status = tn_kit_program_run(compiled->program, &self->base, self->inputs,
                                              self->outputs, &observer, error);
  if (self->observed != TN_OK && error) *error = unobserved;
  if (self->observed != TN_OK) return self->observed;
  if (status != TN_CANCELLED) return status;
  TN_KIT_TRY(check_device(self, error)); /* it may be why the program was ended */
  return tn_kit_request_check_cancelled(&self->base, error);
}

static int is_remote(const tn_tensor *tensor) {
  return (tensor->flags & TN_TENSOR_DEVICE) != 0;
}

/* The kernels of this device run on the host's processor, so its memory is mapped for them, and for
 * them alone. A vendor's kernels take the tensor's address as it is. */
static tn_status with_mapped_inputs(struct template_request *self, uint32_t index,
                                    tn_error *error) {
  const uint32_t count = self->base.compiled->ports.input_count;
  while (index < count && !is_remote(self->inputs[index]))
    index++;
  if (index == count) return run_program(self, error);
  tn_tensor *remote = self->inputs[index], *mapped;
  TN_KIT_TRY(template_remote_tensor_map(remote, &mapped, error));
  self->inputs[index] = mapped;
  const tn_status status = with_mapped_inputs(self, index + 1, error);
  self->inputs[index] = remote;
  template_remote_tensor_unmap(remote, mapped);
  return status;
}

/* A slower device, for those who try how work is shared between devices. */
static void wait_a_while(double seconds) {
  struct timespec time = {0, (long)(seconds * 1e9)};
  while (nanosleep(&time, &time) != 0) {
  }
}

static tn_status run_on_the_device(struct template_request *self, tn_error *error) {
  const double seconds = template_compiled_of(self->base.compiled)->delay;
  if (seconds > 0) wait_a_while(seconds);
  return with_mapped_inputs(self, 0, error);
}

static tn_status compute(tn_kit_request *request, tn_error *error) {
  struct template_request *self = template_request_of(request);
  const struct template_compiled *compiled = template_compiled_of(request->compiled);
  if (!compiled->exclusive) return run_on_the_device(self, error);
  pthread_mutex_lock(&compiled->device->in_turn);
  const tn_status status = run_on_the_device(self, error);
  pthread_mutex_unlock(&compiled->device->in_turn);
  return status;
}

/* --- after the device */

static tn_status deliver_output(tn_kit_request *request, uint32_t index, tn_error *error) {
  const tn_tensor *result = template_request_of(request)->outputs[index];
  tn_tensor *target, *mapped;
  TN_KIT_TRY(tn_kit_request_output(request, index, result->rank, result->shape, &target, error));
  if (!is_remote(target)) return tn_kit_tensor_copy(result, target, error);
  TN_KIT_TRY(template_remote_tensor_map(target, &mapped, error));
  const tn_status status = tn_kit_tensor_copy(result, mapped, error);
  template_remote_tensor_unmap(target, mapped);
  return status;
}

static tn_status deliver(tn_kit_request *request, tn_error *error) {
  for (uint32_t i = 0; i < request->compiled->ports.output_count; i++)
    TN_KIT_TRY(deliver_output(request, i, error));
  return template_profile_removed(template_request_of(request), error);
}

void template_finish(tn_kit_request *request, tn_status status) {
  struct template_request *self = template_request_of(request);
  (void)status;
  for (uint32_t i = 0; i < request->compiled->ports.output_count; i++) {
    if (self->outputs[i]) tn_tensor_release(self->outputs[i]);
    self->outputs[i] = NULL;
  }
}

const tn_kit_stage template_stages[TEMPLATE_STAGES] = {
    {"prepare", prepare}, {"compute", compute}, {"deliver", deliver}};
