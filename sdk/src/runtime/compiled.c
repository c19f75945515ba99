#include "runtime/compiled.h"

#include "base/text.h"
#include "runtime/check.h"
#include "runtime/maker_name.h"
#include "runtime/property.h"

/* What it runs on keeps its names, whatever becomes of the alias. */
static tn_status read_names(tn_core *core, const tni_made *made, tn_compiled *out,
                            tn_error *error) {
  TN_TRY(tni_alias_names_read(made->engine, &out->names, error));
  if (tni_maker_name(core, made->object->maker, &out->names.arena, &out->maker) == TN_OK)
    return TN_OK;
  tni_alias_names_destroy(&out->names);
  return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for the name of a plugin");
}

static tn_status make(tn_core *core, const tni_made *made, tn_compiled **out, tn_error *error) {
  tn_compiled *compiled = tni_alloc(&core->services->allocator, sizeof *compiled);
  if (!compiled)
    return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for the handle of a compiled model");
  const tn_status status = made->engine->is_alias ? read_names(core, made, compiled, error) : TN_OK;
  if (status != TN_OK) tni_free(&core->services->allocator, compiled);
  if (status == TN_OK) *out = compiled;
  return status;
}

tn_status tni_compiled_create(tn_core *core, tni_made made, tn_compiled **out, tn_error *error) {
  tn_compiled *compiled = NULL;
  const tn_status status = make(core, &made, &compiled, error);
  if (status != TN_OK) {
    made.object->api->destroy(made.object);
    tni_engine_unuse(made.engine);
    return status;
  }
  compiled->alive = core->services->alive;
  compiled->object = made.object;
  compiled->ports = made.object->api->ports(made.object);
  compiled->engine = made.engine;
  compiled->core = core;
  tni_core_use(core);
  atomic_init(&compiled->users, 1);
  *out = compiled;
  return TN_OK;
}

tn_status tni_compiled_check(const tn_compiled *compiled, tn_error *error) {
  if (!compiled) return tni_fail(error, TN_INVALID_ARGUMENT, "the compiled model is NULL");
  return tni_is_alive(&compiled->alive) ? TN_OK : tni_fail_not_alive(error);
}

void tni_compiled_unuse(tn_compiled *compiled) {
  if (atomic_fetch_sub_explicit(&compiled->users, 1, memory_order_acq_rel) != 1) return;
  tn_core *core = compiled->core;
  compiled->object->api->destroy(compiled->object);
  tni_engine_unuse(compiled->engine);
  tni_alias_names_destroy(&compiled->names);
  tni_free(&core->services->allocator, compiled);
  tni_core_unuse(core);
}

void tn_compiled_destroy(tn_compiled *compiled) {
  if (compiled && tni_is_alive(&compiled->alive)) tni_compiled_unuse(compiled);
}

const tn_port_list *tn_compiled_ports(tn_compiled *compiled) {
  return compiled && tni_is_alive(&compiled->alive) ? compiled->ports : NULL;
}

const char *tn_compiled_plugin_name(tn_compiled *compiled) {
  return compiled ? compiled->engine->name : NULL;
}

tn_compiled_model *tn_compiled_object(tn_compiled *compiled) {
  return compiled && tni_is_alive(&compiled->alive) ? compiled->object : NULL;
}

/* --- ports */

static const tn_value_info *port_at(const tn_port_list *ports, uint32_t port) {
  return port < ports->input_count ? ports->inputs[port]
                                   : ports->outputs[port - ports->input_count];
}

static tn_status fail_unknown_port(const tn_compiled *compiled, tn_string name, tn_error *error) {
  const tni_allocator *allocator = &compiled->core->services->allocator;
  const tn_port_list *ports = compiled->ports;
  tni_text text;
  tni_text_init(&text, allocator);
  for (uint32_t i = 0; i < ports->input_count + ports->output_count; i++) {
    tni_text_append_chars(&text, i == 0                    ? "inputs "
                                 : i == ports->input_count ? "; outputs "
                                                           : ", ");
    tni_text_append(&text, port_at(ports, i)->name);
  }
  tni_fail(error, TN_NOT_FOUND, "no port is called %.*s; there are %.*s", TNI_TEXT(name),
           (int)(text.length > 350 ? 350 : text.length), text.data ? text.data : "none");
  tni_text_destroy(&text);
  return TN_NOT_FOUND;
}

tn_status tn_compiled_find_port(tn_compiled *compiled, const char *name, uint32_t *out,
                                tn_error *error) {
  TN_TRY(tni_compiled_check(compiled, error));
  const tn_string wanted = tn_string_from(name);
  const uint32_t count = compiled->ports->input_count + compiled->ports->output_count;
  for (uint32_t i = 0; i < count; i++) {
    if (!tn_string_equal(port_at(compiled->ports, i)->name, wanted)) continue;
    *out = i;
    return TN_OK;
  }
  return fail_unknown_port(compiled, wanted, error);
}

/* --- properties */

struct naming {
  const tn_compiled *compiled;
  tn_value_sink sink;
  void *user;
  tn_error *error;
};

static tn_status TN_CALL name_devices(void *user, const tn_value *value) {
  const struct naming *self = user;
  tni_arena arena;
  tn_value named;
  tni_arena_init(&arena, &self->compiled->core->services->allocator);
  tn_status status =
      tni_alias_names_value(&self->compiled->names, &arena, self->compiled->maker, value, &named);
  status = status == TN_OK ? self->sink(self->user, &named)
                           : tni_fail(self->error, status, "no memory for names of devices");
  tni_arena_destroy(&arena);
  return status;
}

tn_status tn_compiled_get_property(tn_compiled *compiled, const char *name, tn_value_sink sink,
                                   void *user, tn_error *error) {
  TN_TRY(tni_compiled_check(compiled, error));
  if (!sink) return tni_fail(error, TN_INVALID_ARGUMENT, "the sink is NULL");
  tn_compiled_model *object = compiled->object;
  const tn_string wanted = tn_string_from(name);
  struct naming naming = {compiled, sink, user, error};
  const int names = compiled->engine->is_alias && tni_names_devices(wanted);
  const tn_status status =
      names ? object->api->get_property(object, wanted, name_devices, &naming, error)
            : object->api->get_property(object, wanted, sink, user, error);
  return status == TN_OK ? TN_OK : tni_engine_fail(compiled->engine, status, error);
}

tn_status tn_compiled_set_properties(tn_compiled *compiled, const tn_map_entry *entries,
                                     uint64_t count, tn_error *error) {
  TN_TRY(tni_compiled_check(compiled, error));
  tn_compiled_model *object = compiled->object;
  /* The object may be another plugin's, whose declarations this one does not repeat. */
  tn_status status = TN_OK;
  if (!tni_engine_is_virtual(compiled->engine))
    status = tni_property_check(&(tni_declarer){compiled->engine, {NULL, 0}, NULL},
                                TNI_PROPERTY_SET_MODEL, entries, count, error);
  else if (count && !entries)
    status = tni_fail(error, TN_INVALID_ARGUMENT, "properties at NULL");
  if (status == TN_OK) status = object->api->set_properties(object, entries, count, error);
  return status == TN_OK ? TN_OK : tni_engine_fail(compiled->engine, status, error);
}

/* --- runtime model */

static tn_status runtime_model(tn_compiled *compiled, tn_model **out, tn_error *error) {
  const void *found = NULL;
  TN_TRY(tni_find_extension(compiled->object, TN_EXTENSION_RUNTIME_MODEL, &tni_runtime_model_rule,
                            &found, error));
  const tn_runtime_model_api *api = found;
  if (!api)
    return tni_fail(error, TN_UNSUPPORTED, "the compiled model has no " TN_EXTENSION_RUNTIME_MODEL);
  tn_model *model = NULL;
  TN_TRY(api->get(compiled->object, &model, error));
  TN_TRY(tni_check_object(&tni_model_rule, model, error));
  *out = model;
  return TN_OK;
}

tn_status tn_compiled_runtime_model(tn_compiled *compiled, tn_model **out, tn_error *error) {
  TN_TRY(tni_compiled_check(compiled, error));
  const tn_status status = runtime_model(compiled, out, error);
  return status == TN_OK ? TN_OK : tni_engine_fail(compiled->engine, status, error);
}
