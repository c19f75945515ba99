#include "kit/engine.h"
#include "tenon/kit/options.h"

#include <string.h>

/* A context has to be of this engine and of the device; it is known by its maker, since a layer may
 * have replaced its table. */
static tn_status check_context(const tn_kit_call *call, tn_remote_context *context,
                               tn_error *error) {
  if (context->maker != call->engine->base.maker)
    return tni_fail_clause(error, TN_INVALID_ARGUMENT, TNI_CLAUSE(REMOTE, 4),
                           "the remote context is not one of this engine");
  const tn_string device = tn_remote_context_device(context);
  if (!tn_string_equal(device, call->device->id))
    return tni_fail_clause(error, TN_INVALID_ARGUMENT, TNI_CLAUSE(REMOTE, 4),
                           "the remote context is of device '%.*s', the call for device '%.*s'",
                           TNI_TEXT(device), TNI_TEXT(call->device->id));
  return TN_OK;
}

/* A context alone says which device is meant. */
static tn_string device_argument(tn_kit_engine *engine, tn_string device,
                                 const tn_kit_entries *entries) {
  if (device.length || !entries->context) return device;
  tn_remote_context *context = entries->context->context;
  return context->maker == engine->base.maker ? tn_remote_context_device(context) : device;
}

/* Sets what the plugin has, and keeps what it has not for the devices below. */
static tn_status divide_properties(tn_kit_call *call, const tni_kit_setting *how,
                                   const tn_compile_options *options, tn_error *error) {
  const tn_kit_plugin *plugin = call->engine->plugin;
  const tni_allocator *allocator = &call->engine->kit->allocator;
  const size_t count = (size_t)options->property_count;
  tn_map_entry *own = TNI_ALLOC_ITEMS(allocator, own, count);
  uint64_t own_count = 0;
  call->others = TNI_ALLOC_ITEMS(allocator, call->others, count);
  tn_status status =
      own && call->others ? TN_OK : tni_fail(error, TN_OUT_OF_MEMORY, "no memory for properties");
  for (size_t i = 0; status == TN_OK && i < count; i++) {
    const tn_map_entry *entry = &options->properties[i];
    const int other =
        entry->key.data && tni_kit_property_index(plugin, entry->key) == plugin->properties->count;
    if (other)
      call->others[call->other_count++] = *entry;
    else
      own[own_count++] = *entry;
  }
  if (status == TN_OK) status = tni_kit_settings_set(call->settings, how, own, own_count, error);
  tni_free(allocator, own);
  return status;
}

static tn_status take_properties(tn_kit_call *call, const tn_compile_options *options,
                                 tn_error *error) {
  const tni_kit_setting how = {call->engine, TN_LEVEL_MODEL, TN_PROPERTY_WRITABLE};
  if (call->engine->plugin->below && options->property_count)
    return divide_properties(call, &how, options, error);
  return tni_kit_settings_set(call->settings, &how, options->properties, options->property_count,
                              error);
}

static tn_status make_settings(tn_kit_call *call, const tn_compile_options *options,
                               tn_error *error) {
  tni_kit_engine *kit = call->engine->kit;
  const uint32_t index = tni_kit_device_index(call->engine, call->device);
  TN_TRY(tni_kit_settings_snapshot(kit->device_settings[index], &call->settings, error));
  if (options) TN_TRY(take_properties(call, options, error));
  const tn_kit_plugin *plugin = call->engine->plugin;
  if (tni_kit_property_index(plugin, TN_STRING("DEVICE_ID")) == plugin->properties->count)
    return TN_OK;
  return tn_kit_settings_decide(call->settings, "DEVICE_ID", tn_value_of_string(call->device->id),
                                error);
}

tn_status tni_kit_call_begin(tn_kit_engine *engine, tn_string device,
                             const tn_compile_options *options, tn_kit_call *out, tn_error *error) {
  uint32_t known = TN_KIT_KNOWS_PROGRESS;
  if (engine->plugin->remote) known |= TN_KIT_KNOWS_CONTEXT;
  if (engine->plugin->below) known |= TN_KIT_PASSES_ENTRIES;
  tn_kit_entries entries;
  TN_TRY(tn_kit_check_options(options, TN_COMPILE_OPTIONS_FIRST_SIZE, known, &entries, error));
  if (options && options->property_count && !options->properties)
    return tni_fail(error, TN_INVALID_ARGUMENT, "%llu properties at NULL",
                    (unsigned long long)options->property_count);
  *out = (tn_kit_call){.engine = engine, .progress = entries.progress};
  if (options) {
    out->entries = options->entries;
    out->entry_count = options->entry_count;
  }
  TN_TRY(tni_kit_choose_device(engine, device_argument(engine, device, &entries),
                               options ? options->properties : NULL,
                               options ? options->property_count : 0, &out->device, error));
  if (entries.context) {
    out->context = entries.context->context;
    TN_TRY(check_context(out, out->context, error));
  }
  const tn_status status = make_settings(out, options, error);
  if (status != TN_OK) tni_kit_call_end(out);
  return status;
}

void tni_kit_call_done(tn_kit_call *call) {
  const tn_kit_virtual *below = call->engine->plugin->below;
  if (call->author && below->end_call) below->end_call(call);
  call->author = NULL;
  tni_free(&call->engine->kit->allocator, call->others);
  call->others = NULL;
}

void tni_kit_call_end(tn_kit_call *call) {
  tni_kit_call_done(call);
  tni_kit_settings_destroy(call->settings);
  call->settings = NULL;
}

tn_status tn_kit_report_progress(const tn_kit_call *call, double done, tn_error *error) {
  if (!call->progress || call->progress->report(call->progress->user, done) == 0) return TN_OK;
  return tni_fail_clause(error, TN_CANCELLED, TNI_CLAUSE(COMPILE, 11),
                         "cancelled by the progress callback");
}
