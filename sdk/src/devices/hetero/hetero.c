#include "devices/hetero/hetero.h"
#include "devices/hetero/told.h"

#include <string.h>

#include "base/built_in.h"
#include "base/status.h"
#include "devices/hetero/walk.h"
#include "kit/engine.h"

tn_string tni_hetero_device_of(const tni_hetero_compiled *compiled, uint32_t part) {
  return compiled->plan->devices.names[compiled->plan->parts[part].device];
}

/* --- compiling */

tn_status tni_hetero_take_plan(tni_hetero_compiled *self, tn_error *error) {
  TN_TRY(tn_kit_compiled_set_model(&self->base, self->plan->model, error));
  if (tni_mutex_init(&self->mutex) != TN_OK)
    return tni_fail(error, TN_OUT_OF_MEMORY, "no room for the mutex of a compiled model");
  self->has_mutex = 1;
  tni_texts_init(&self->texts, self->plan->environment->allocator);
  self->wired = 1;
  TN_TRY(tni_wiring_make(self->plan, &self->wiring, error));
  if (tni_memory_make(self->base.engine->host, self->plan, &self->wiring, &self->memory) != TN_OK)
    return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for what lies between parts");
  atomic_init(&self->copied, self->memory.known_bytes);
  return tni_dependencies_make(&self->plan->arena, self->plan, &self->wiring,
                               &self->dependencies) == TN_OK
             ? TN_OK
             : tni_fail(error, TN_OUT_OF_MEMORY, "no memory for the order of parts");
}

/* What one device takes whole is that device's own: its compiled model is handed on. Otherwise the
 * parts go on to `compile`. */
static tn_status hand_on_model(tn_kit_call *call, const tni_below *below, tn_model *model,
                               tn_compiled_model **out, tn_error *error) {
  tni_plan *plan = NULL;
  TN_TRY(tni_plan_make(below, model, &plan, error));
  if (!plan->whole) {
    call->author = plan;
    return TN_OK;
  }
  *out = plan->whole;
  plan->whole = NULL;
  tni_plan_destroy(plan);
  return TN_OK;
}

/* A blob of one of the devices: that of a model which it has taken whole. */
static tn_status import_whole(const tni_below *below, const tni_devices *devices,
                              const tn_source *source, tn_compiled_model **out, tn_error *error) {
  unsigned char head[TN_IMPORT_HEAD_SIZE];
  uint32_t device;
  const uint64_t size =
      source->byte_count < TN_IMPORT_HEAD_SIZE ? source->byte_count : TN_IMPORT_HEAD_SIZE;
  if (source->data)
    memcpy(head, source->data, (size_t)size);
  else
    TN_TRY(source->read_at(source, 0, head, size, error));
  TN_TRY(tni_below_find_maker(below, devices, head, size, &device, error));
  return tni_below_import(below, devices->names[device], source, out, error);
}

static tn_status hand_on_blob(const tni_below *below, const tn_source *source,
                              tn_compiled_model **out, tn_error *error) {
  tni_arena arena;
  tni_devices devices;
  tni_arena_init(&arena, &below->call->engine->kit->allocator);
  tn_status status = tni_below_devices(below, &arena, &devices, error);
  if (status == TN_OK) status = import_whole(below, &devices, source, out, error);
  tni_arena_destroy(&arena);
  return status;
}

static tn_status hand_on(tn_kit_call *call, tn_model *model, const tn_source *source,
                         tn_compiled_model **out, tn_error *error) {
  tni_below below;
  TN_TRY(tni_below_find(call, &below, error));
  return source ? hand_on_blob(&below, source, out, error)
                : hand_on_model(call, &below, model, out, error);
}

static void end_call(tn_kit_call *call) {
  tni_plan_destroy(call->author);
}

static tn_status compile(tn_kit_compiled *compiled, const tn_kit_call *call, tn_model *model,
                         tn_error *error) {
  tni_hetero_compiled *self = tni_hetero_compiled_of(compiled);
  (void)model;
  self->plan = call->author;
  ((tn_kit_call *)(uintptr_t)call)->author = NULL;
  return tni_hetero_take_plan(self, error);
}

/* What a part's device tells of its compiled model; the first that has it answers, after the one
 * whose answer holds for the whole. */
static tn_status get_property(tn_kit_compiled *compiled, tn_string name, tn_value_sink sink,
                              void *user, tn_error *error) {
  const tni_plan *plan = tni_hetero_compiled_of(compiled)->plan;
  const uint32_t first = tni_hetero_coarsest_part(plan, name);
  for (uint32_t i = 0; i < plan->part_count; i++) {
    const tni_part *part = &plan->parts[(first + i) % plan->part_count];
    const tn_status status =
        tn_compiled_model_get_property(part->compiled, name, sink, user, error);
    if (status != TN_NOT_FOUND) return status;
  }
  return tni_fail(error, TN_NOT_FOUND, "property '%.*s' is known neither to HETERO nor below",
                  TNI_TEXT(name));
}

static void free_compiled(tn_kit_compiled *compiled) {
  tni_hetero_compiled *self = tni_hetero_compiled_of(compiled);
  tni_memory_destroy(&self->memory);
  if (self->wired) tni_wiring_destroy(&self->wiring);
  if (self->has_mutex) {
    tni_texts_destroy(&self->texts);
    tni_mutex_destroy(&self->mutex);
  }
  tni_plan_destroy(self->plan);
}

/* --- the table */

static const tn_device device = {
    .size = TN_SIZE(tn_device),
    .type = TN_DEVICE_TYPE_VIRTUAL,
    .capabilities = TNI_HETERO_BY_ONE | TNI_HETERO_BY_ALL,
    .id = TN_STRING_INIT("0"),
    .name = TN_STRING_INIT("Tenon HETERO: several devices as one"),
};
static const tn_device *const device_pointers[] = {&device};
static const tn_device_list devices = {TN_SIZE(tn_device_list), 1, 1, device_pointers};

/* Nodes are taken as they are: the host upgrades them for each device. */
static const tn_operator_set onnx = {TN_SIZE(tn_operator_set), 0, {"", 0}};
static const tn_operator_set *const operator_sets[] = {&onnx};

static const tn_plugin_info info = {
    .size = TN_SIZE(tn_plugin_info),
    .name = TN_STRING_INIT("HETERO"),
    .version = TN_STRING_INIT(TENON_VERSION),
    .vendor = TN_STRING_INIT("Tenon"),
    .operator_sets = operator_sets,
    .operator_set_count = 1,
};

static const tn_kit_virtual below = {
    .check_import = tni_hetero_check_import,
    .hand_on = hand_on,
    .check_blob = tni_hetero_check_blob,
    .end_call = end_call,
    .get_property = get_property,
    .narrow = tni_hetero_narrow,
    .set_tensor = tni_hetero_set_tensor,
    .get_tensor = tni_hetero_get_tensor,
    .cancel = tni_hetero_cancel,
    .states = &tni_hetero_states,
};

static const tn_kit_plugin plugin = {
    .info = &info,
    .devices = &devices,
    .properties = &tni_hetero_properties,
    .compiled_size = sizeof(tni_hetero_compiled),
    .request_size = sizeof(tni_hetero_request),
    .query = tni_hetero_query,
    .compile = compile,
    .free_compiled = free_compiled,
    .export_model = tni_hetero_export,
    .import_model = tni_hetero_import,
    .open_request = tni_hetero_open_request,
    .close_request = tni_hetero_close_request,
    .stages = tni_hetero_stages,
    .stage_count = 1,
    .below = &below,
};

tn_status tni_hetero_create(const tn_create_options *options, tn_plugin **out, tn_error *error) {
  return tn_kit_create(&plugin, options, out, error);
}

TNI_BUILT_IN(hetero) = {"HETERO", "One model on several devices.", tni_hetero_create};
