#include "runtime/call.h"

#include "base/name_list.h"
#include "runtime/check.h"
#include "runtime/property.h"

#include <stdio.h>

/* The way that this thread has come: calls that plugins make from other threads begin anew. */
static _Thread_local const tni_call *innermost;

static tn_status fail_circle(const tni_call *call, const tni_call *outer, tn_error *error) {
  char way[320];
  size_t used = (size_t)snprintf(way, sizeof way, "%s", call->engine->name);
  for (; outer && used < sizeof way; outer = outer->outer)
    used += (size_t)snprintf(way + used, sizeof way - used, " <- %s", outer->engine->name);
  return tni_fail_clause(error, TN_INVALID_ARGUMENT, TNI_CLAUSE(CORE, 2),
                         "the device leads back to itself: %s", way);
}

int tni_call_passes(tni_caller caller, const tni_engine *engine) {
  if (!caller.engine) return 0;
  if (caller.engine == engine) return 1;
  for (const tni_call *call = innermost; call; call = call->outer)
    if (call->engine == engine) return 1;
  return 0;
}

tn_status tni_call_begin(tni_call *call, tni_caller caller, tn_string device, tn_error *error) {
  memset(call, 0, sizeof *call);
  TN_TRY(tni_device_name_parse(device, &call->device, error));
  TN_TRY(tni_core_engine(caller.core, call->device.plugin, &call->engine, error));
  tn_status status = TN_OK;
  if (tni_call_passes(caller, call->engine))
    status = fail_circle(call, innermost, error);
  else if (caller.engine)
    status = tni_core_note_use(caller.core, caller.engine, call->engine, error);
  if (status != TN_OK) {
    tni_engine_unuse(call->engine);
    return status;
  }
  call->saved = innermost;
  call->outer = caller.engine ? innermost : NULL;
  innermost = call;
  return TN_OK;
}

tn_status tni_call_end(tni_call *call, tn_status status, tn_error *error) {
  if (status != TN_OK) tni_engine_fail(call->engine, status, error);
  innermost = call->saved;
  tni_engine_unuse(call->engine);
  return status;
}

/* --- options */

int tni_engine_is_virtual(const tni_engine *engine) {
  for (uint64_t i = 0; i < engine->info->operator_set_count; i++)
    if (engine->info->operator_sets[i]->version == 0) return 1;
  return 0;
}

static const tn_string list_property = TN_STRING_INIT("DEVICE_PRIORITIES");

_Static_assert(offsetof(tn_compile_options, properties) ==
                       offsetof(tn_create_context_options, properties) &&
                   offsetof(tn_compile_options, property_count) ==
                       offsetof(tn_create_context_options, property_count),
               "options with properties have them at one place");

/* A plugin that has no use for a list would speak of a property that nobody wrote. */
static tn_status check_takes_list(const tni_call *call, tn_error *error) {
  const tni_device_name *device = &call->device;
  const tn_map_entry entry = {list_property, tn_value_of_string(device->list)};
  if (tni_engine_is_virtual(call->engine)) return TN_OK;
  const tni_declarer declarer = {call->engine, {NULL, 0}, NULL};
  if (tni_property_check(&declarer, TNI_PROPERTY_CALL, &entry, 1, NULL) != TN_NOT_FOUND)
    return TN_OK;
  return tni_fail(
      error, TN_INVALID_ARGUMENT,
      "device \"%.*s:%.*s\": %.*s is not made of other devices: expected %.*s or %.*s.ID",
      TNI_TEXT(device->plugin), TNI_TEXT(device->list), TNI_TEXT(device->plugin),
      TNI_TEXT(device->plugin), TNI_TEXT(device->plugin));
}

/* Where DEVICE_PRIORITIES stands among the properties; their number where it does not. */
static uint64_t find_list(const tn_compile_options *options) {
  uint64_t at = 0;
  while (at < options->property_count &&
         !tn_string_equal(options->properties[at].key, list_property))
    at++;
  return at;
}

/* @param at where the list is put among the properties, at most behind the last */
static tn_status put_list(tni_call_options *self, const tn_compile_options *options, uint64_t at,
                          tn_error *error) {
  self->properties =
      tni_alloc_array(self->allocator, options->property_count + 1, sizeof *self->properties);
  if (!self->properties) return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for properties");
  if (options->property_count)
    memcpy(self->properties, options->properties,
           options->property_count * sizeof *self->properties);
  self->properties[at].key = list_property;
  self->properties[at].value = tn_value_of_string(tni_text_string(&self->list));
  memcpy(self->copy, options, options->size);
  tn_compile_options *copy = (tn_compile_options *)self->copy;
  copy->properties = self->properties;
  copy->property_count += at == options->property_count;
  self->options = copy;
  return TN_OK;
}

/* Blanks in a list mean nothing, so devices never see them: a blob would not be that of the list
 * which was written otherwise. */
static tn_status take_list(tni_call_options *self, const tni_call *call,
                           const tn_compile_options *options, tn_error *error) {
  const tn_compile_options none = tn_compile_options_init();
  if (!options) options = &none;
  const uint64_t at = find_list(options);
  const int is_given = at < options->property_count;
  tn_string list = call->device.list;
  if (list.length && is_given)
    return tni_fail(error, TN_INVALID_ARGUMENT,
                    "both a list of devices after ':' and the property DEVICE_PRIORITIES");
  if (is_given && options->properties[at].value.kind == TN_VALUE_STRING)
    list = options->properties[at].value.as.string;
  if (!list.length || !list.data) return TN_OK;
  tni_name_list_append(&self->list, list);
  if (tni_text_status(&self->list) != TN_OK)
    return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for a list of devices");
  if (is_given && self->list.length == list.length) return TN_OK;
  return put_list(self, options, at, error);
}

tn_status tni_call_options_begin(tni_call_options *self, const tni_call *call, tni_call_kind kind,
                                 const char *what, const void *options, tn_error *error) {
  self->options = options;
  self->properties = NULL;
  self->allocator = &call->engine->services->allocator;
  tni_text_init(&self->list, self->allocator);
  TN_TRY(tni_check_options(options, what, TN_COMPILE_OPTIONS_FIRST_SIZE, error));
  const tn_compile_options *given = options;
  if (given && given->property_count && !given->properties)
    return tni_fail(error, TN_INVALID_ARGUMENT, "options of %s: properties are NULL", what);
  if (given && kind == TNI_CALL_MODEL)
    TN_TRY(tni_property_check(
        &(tni_declarer){call->engine, call->device.id, given},
        tni_engine_is_virtual(call->engine) ? TNI_PROPERTY_CALL_VIRTUAL : TNI_PROPERTY_CALL,
        given->properties, given->property_count, error));
  if (call->device.list.length)
    TN_TRY(check_takes_list(call, error));
  else if (kind != TNI_CALL_MODEL || !tni_engine_is_virtual(call->engine))
    return TN_OK;
  return take_list(self, call, given, error);
}

void tni_call_options_end(tni_call_options *self) {
  tni_text_destroy(&self->list);
  tni_free(self->allocator, self->properties);
}
