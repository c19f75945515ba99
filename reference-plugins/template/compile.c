#include "template.h"

#include <string.h>

/* --- from the model to what runs */

/* Passes work on the plugin's own copy: the model itself is shared and constant. */
static tn_status transform(tn_kit_graph *graph, const tn_kit_settings *settings, tn_error *error) {
  if (tn_kit_settings_bool(settings, "DISABLE_TRANSFORMATIONS")) return TN_OK;
  TN_KIT_TRY(tn_kit_graph_optimize(graph, error));
  /* The fused node rounds once where two nodes round twice: closer, but not the same. */
  if (tn_string_is(tn_kit_settings_string(settings, "EXECUTION_MODE_HINT"), "ACCURACY"))
    return TN_OK;
  return template_fuse(graph, error);
}

static tn_status transform_model(const tn_kit_call *call, tn_model *model, tn_model **out,
                                 tn_error *error) {
  tn_kit_graph *graph;
  TN_KIT_TRY(tn_kit_graph_create(call->engine, model, &graph, error));
  tn_status status = transform(graph, call->settings, error);
  if (status == TN_OK) status = tn_kit_graph_freeze(graph, out, error);
  if (status != TN_OK) tn_kit_graph_destroy(graph);
  return status;
}

/* --- what profiles say of nodes that do not run */

static int stands_in(const tn_graph *graph, tn_string origin) {
  for (uint32_t i = 0; i < graph->node_count; i++)
    for (uint64_t j = 0; j < graph->nodes[i]->origin_count; j++)
      if (tn_string_equal(graph->nodes[i]->origins[j], origin)) return 1;
  return 0;
}

/* Writes the names, and gives their bytes; without `out` only the latter. */
static uint64_t put_removed(const struct template_compiled *self, const tn_graph *original,
                            char *out) {
  uint64_t bytes = 0;
  for (uint32_t i = 0; i < original->node_count; i++)
    for (uint64_t j = 0; j < original->nodes[i]->origin_count; j++) {
      const tn_string name = original->nodes[i]->origins[j];
      if (stands_in(self->program_model->graph, name)) continue;
      if (out && name.length) memcpy(out + bytes, name.data, (size_t)name.length);
      if (out) out[bytes + name.length] = '\0';
      bytes += name.length + 1;
    }
  return bytes;
}

static tn_status list_removed(struct template_compiled *self, const tn_graph *original,
                              tn_error *error) {
  self->removed_bytes = put_removed(self, original, NULL);
  self->removed = tn_kit_allocate(self->base.engine, self->removed_bytes);
  if (!self->removed)
    return tn_kit_fail(error, TN_OUT_OF_MEMORY, "no memory for names of nodes, %llu bytes",
                       (unsigned long long)self->removed_bytes);
  put_removed(self, original, self->removed);
  return TN_OK;
}

/* --- executors */

/* The host's part of an inference runs on threads of the engine, the device's part on the streams
 * of this model. Models that run exclusively do all of it in one place, one after the other. */
static tn_status choose_executors(struct template_compiled *self, tn_error *error) {
  struct template_plugin *engine = template_plugin_of(self->base.engine);
  self->exclusive = tn_kit_settings_bool(self->base.settings, "EXCLUSIVE_ASYNC_REQUESTS");
  for (uint32_t i = 0; i < TEMPLATE_STAGES; i++)
    self->base.executors[i] = self->exclusive ? self->device->exclusive : engine->host;
  if (self->exclusive) return TN_OK;
  const int64_t streams = tn_kit_settings_int64(self->base.settings, "NUM_STREAMS");
  TN_KIT_TRY(tn_kit_executor_create(self->base.engine, (uint32_t)streams, "template-stream",
                                    &self->streams, error));
  self->base.executors[TEMPLATE_COMPUTE] = self->streams;
  return TN_OK;
}

/* --- compiling, and loading what was compiled */

tn_status template_load(tn_kit_compiled *compiled, const tn_kit_call *call, tn_error *error) {
  struct template_compiled *self = template_compiled_of(compiled);
  self->device = template_find_device(call->engine, call->device);
  self->losses = atomic_load(&self->device->losses);
  TN_KIT_TRY(template_check_device(self->device, self->losses, error));
  self->half =
      tn_string_is(tn_kit_settings_string(compiled->settings, "INFERENCE_PRECISION_HINT"), "f16");
  self->delay = tn_kit_settings_float64(compiled->settings, "TEMPLATE_DELAY");
  TN_KIT_TRY(template_resolve_hints(compiled, error));
  if (!compiled->context)
    TN_KIT_TRY(template_default_context(call->engine, call->device, &self->default_context, error));
  TN_KIT_TRY(tn_kit_program_create(call->engine, self->program_model, template_kernels,
                                   template_kernel_count, &self->program, error));
  return choose_executors(self, error);
}

tn_status template_compile(tn_kit_compiled *compiled, const tn_kit_call *call, tn_model *model,
                           tn_error *error) {
  struct template_compiled *self = template_compiled_of(compiled);
  TN_KIT_TRY(template_check_compiler(call->engine, error));
  TN_KIT_TRY(transform_model(call, model, &self->program_model, error));
  TN_KIT_TRY(tn_kit_report_progress(call, 0.5, error));
  TN_KIT_TRY(list_removed(self, model->graph, error));
  if (tn_kit_is_target(call->engine, call->device)) /* only to be exported */
    return template_resolve_hints(compiled, error);
  return template_load(compiled, call, error);
}

void template_free_compiled(tn_kit_compiled *compiled) {
  struct template_compiled *self = template_compiled_of(compiled);
  tn_kit_executor_destroy(compiled->engine, self->streams);
  tn_kit_program_destroy(self->program);
  template_release_context(self->default_context);
  tn_kit_free(compiled->engine, self->removed);
  if (self->program_model) tn_model_release(self->program_model);
}
