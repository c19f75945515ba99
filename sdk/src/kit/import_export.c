#include "base/value.h"
#include "kit/compiled.h"
#include "kit/container.h"
#include "tenon/kit/options.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A blob holds the properties that it depends on (CACHING) as lines NAME=VALUE in its head. They
 * hold for the imported model; a call that asks for another value has to compile. */

static int is_stored(const tn_property *declared) {
  return (declared->flags & TN_PROPERTY_CACHING) && (declared->flags & TN_PROPERTY_WRITABLE) &&
         (declared->levels & TN_LEVEL_MODEL);
}

/* --- whom a blob is for */

/* What is longer than this has no room in a blob either, which is told there. */
struct architecture {
  char text[128];
  size_t length;
};

static tn_status TN_CALL keep_architecture(void *user, const tn_value *value) {
  struct architecture *kept = user;
  const tn_string text = value->as.string;
  kept->length = text.length < sizeof kept->text ? (size_t)text.length : sizeof kept->text;
  if (kept->length) memcpy(kept->text, text.data, kept->length);
  return TN_OK;
}

/* DEVICE_ARCHITECTURE of the device, or its name where that is not declared. */
static tn_status identify(tn_kit_engine *engine, const tn_device *device,
                          struct architecture *architecture, tni_kit_identity *out,
                          tn_error *error) {
  const tn_kit_plugin *plugin = engine->plugin;
  const tn_string name = TN_STRING("DEVICE_ARCHITECTURE");
  out->plugin = plugin->info->name;
  out->version = plugin->info->version;
  out->architecture = device->name;
  if (tni_kit_property_index(plugin, name) == plugin->properties->count) return TN_OK;
  const tn_kit_reading reading = {engine, device, NULL, TN_LEVEL_DEVICE};
  tn_kit_settings *settings = engine->kit->device_settings[tni_kit_device_index(engine, device)];
  TN_TRY(tni_kit_settings_read(settings, &reading, name, keep_architecture, architecture, error));
  out->architecture = tn_string_make(architecture->text, architecture->length);
  return TN_OK;
}

/* --- properties in a blob */

static tn_status TN_CALL append_value(void *user, const tn_value *value) {
  tni_text *text = user;
  if (value->kind == TN_VALUE_STRING)
    tni_text_append(text, value->as.string);
  else if (value->kind == TN_VALUE_INT64)
    tni_text_append_format(text, "%lld", (long long)value->as.int64);
  else if (value->kind == TN_VALUE_BOOL)
    tni_text_append_chars(text, value->as.boolean ? "1" : "0");
  else
    return TN_UNSUPPORTED;
  return TN_OK;
}

static tn_status store_settings(const tn_kit_compiled *compiled, tni_text *text, tn_error *error) {
  const tn_kit_plugin *plugin = compiled->engine->plugin;
  const tn_kit_reading reading = {compiled->engine, compiled->device,
                                  (tn_kit_compiled *)(uintptr_t)compiled, TN_LEVEL_MODEL};
  for (uint64_t i = 0; i < plugin->properties->count; i++) {
    const tn_property *declared = &plugin->properties->rows[i]->declaration;
    if (!is_stored(declared)) continue;
    tni_text_append(text, declared->name);
    tni_text_append_chars(text, "=");
    TN_TRY(tni_kit_settings_read(compiled->settings, &reading, declared->name, append_value, text,
                                 error));
    tni_text_append_chars(text, "\n");
  }
  if (tni_text_status(text) == TN_OK) return TN_OK;
  return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for the properties of a blob");
}

static tn_status parse_value(uint32_t kind, tn_string text, tn_value *out) {
  if (kind == TN_VALUE_STRING) {
    *out = tn_value_of_string(text);
    return TN_OK;
  }
  char digits[24];
  if (text.length == 0 || text.length >= sizeof digits) return TN_MALFORMED;
  memcpy(digits, text.data, (size_t)text.length);
  digits[text.length] = '\0';
  char *end;
  errno = 0;
  const long long number = strtoll(digits, &end, 10);
  if (isspace((unsigned char)digits[0]) || *end != '\0' || errno != 0 ||
      (kind == TN_VALUE_BOOL && (number < 0 || number > 1)))
    return TN_MALFORMED;
  *out = kind == TN_VALUE_BOOL ? tn_value_of_bool(number != 0) : tn_value_of_int64(number);
  return TN_OK;
}

/* What the call itself asked for, and not what the plugin is set to: a blob that is imported holds
 * what it holds. */
static const tn_value *asked_for(const tn_compile_options *options, tn_string name) {
  const tn_value *found = NULL;
  for (uint64_t i = 0; options && i < options->property_count; i++)
    if (tn_string_equal(options->properties[i].key, name)) found = &options->properties[i].value;
  return found;
}

static tn_status take_setting(const tn_kit_call *call, const tn_compile_options *options,
                              tn_string name, tn_string text, tn_error *error) {
  const tn_kit_plugin *plugin = call->engine->plugin;
  const uint64_t index = tni_kit_property_index(plugin, name);
  const tn_kit_property *row =
      index < plugin->properties->count ? plugin->properties->rows[index] : NULL;
  tn_value value;
  if (!row || !is_stored(&row->declaration) ||
      parse_value(row->declaration.kind, text, &value) != TN_OK ||
      tni_kit_check_value(row, call->engine, &value, NULL) != TN_OK)
    return tni_fail_clause(error, TN_MALFORMED, TNI_CLAUSE(IMPORT, 1),
                           "the blob states property '%.*s' as '%.*s', which makes no sense",
                           TNI_TEXT(name), TNI_TEXT(text));
  const tn_value *wanted = asked_for(options, name);
  if (wanted && !tni_value_equal(wanted, &value)) {
    char shown[128];
    tni_value_print(wanted, shown, sizeof shown);
    return tni_fail_clause(error, TN_RECOMPILE, TNI_CLAUSE(IMPORT, 6),
                           "the blob was compiled with %.*s=%.*s, the call asks for %s",
                           TNI_TEXT(name), TNI_TEXT(text), shown);
  }
  return tn_kit_settings_decide(call->settings, row->declaration.name.data, value, error);
}

static tn_status take_settings(const tn_kit_call *call, const tn_compile_options *options,
                               tn_string lines, tn_error *error) {
  const char *at = lines.data, *const end = lines.data + lines.length;
  while (at < end) {
    const char *stop = memchr(at, '\n', (size_t)(end - at));
    const char *equal = stop ? memchr(at, '=', (size_t)(stop - at)) : NULL;
    if (!equal)
      return tni_fail_clause(error, TN_MALFORMED, TNI_CLAUSE(IMPORT, 1),
                             "the blob's list of properties is damaged");
    TN_TRY(take_setting(call, options, tn_string_make(at, (uint64_t)(equal - at)),
                        tn_string_make(equal + 1, (uint64_t)(stop - equal - 1)), error));
    at = stop + 1;
  }
  return TN_OK;
}

/* --- tn.export/1 */

static tn_status check_target(const tn_target *target, tn_error *error) {
  TN_TRY(tni_kit_check_argument(target, "the target", error));
  if (target->size >= TN_TARGET_FIRST_SIZE && target->flags == 0 && target->write) return TN_OK;
  return tni_fail_clause(error, TN_INVALID_ARGUMENT, TNI_CLAUSE(ABI, 12),
                         "the target: size %u, flags %#x, or no function", target->size,
                         target->flags);
}

static tn_status TN_CALL export_model(tn_compiled_model *model, const tn_export_options *options,
                                      const tn_target *target, tn_error *error) {
  TN_TRY(tni_kit_check_maker(model, "compiled model", error));
  TN_TRY(check_target(target, error));
  TN_TRY(tn_kit_check_plain_options(options, TN_EXPORT_OPTIONS_FIRST_SIZE, error));
  tn_kit_compiled *self = (tn_kit_compiled *)model;
  struct architecture architecture;
  tni_kit_identity identity;
  TN_TRY(identify(self->engine, self->device, &architecture, &identity, error));
  tn_kit_container_writer writer;
  tni_kit_writer_init(&writer, &self->engine->kit->allocator);
  tn_status status = store_settings(self, &writer.settings, error);
  if (status == TN_OK) status = self->engine->plugin->export_model(self, &writer, error);
  if (status == TN_OK) status = tni_kit_writer_finish(&writer, &identity, target, error);
  tni_kit_writer_destroy(&writer);
  return status;
}

const tn_export_api tni_kit_export_api = {
    .size = TN_SIZE(tn_export_api),
    .export_model = export_model,
};

/* --- tn.import/1 */

static tn_status check_head(tn_kit_call *call, const tn_import_options *options, const void *data,
                            uint64_t size, tn_error *error) {
  struct architecture architecture;
  tni_kit_identity identity;
  tni_kit_head head;
  TN_TRY(identify(call->engine, call->device, &architecture, &identity, error));
  TN_TRY(tni_kit_head_read(&identity, data, size, &head, error));
  return take_settings(call, options, head.settings, error);
}

static tn_status check_import(const tn_kit_call *call, tn_error *error) {
  const tn_kit_virtual *below = call->engine->plugin->below;
  return below && below->check_import ? below->check_import(call, error) : TN_OK;
}

/* Whether a blob is somebody else's, and not for the plugin itself to import. */
static int is_handed_on(const tn_kit_call *call, const void *head, uint64_t head_size) {
  const tn_kit_virtual *below = call->engine->plugin->below;
  return below && below->check_blob &&
         !tni_kit_head_is_of(call->engine->plugin->info->name, head, head_size);
}

static tn_status TN_CALL check(tn_plugin *plugin, tn_string device, const void *head,
                               uint64_t head_size, const tn_import_options *options,
                               tn_error *error) {
  TN_TRY(tni_kit_check_maker(plugin, "plugin", error));
  TN_TRY(tni_kit_check_argument(head_size ? head : "", "the head", error));
  tn_kit_call call;
  TN_TRY(tni_kit_call_begin((tn_kit_engine *)plugin, device, options, &call, error));
  tn_status status = tni_kit_check_present(call.engine, call.device, error);
  if (status == TN_OK) status = check_import(&call, error);
  if (status == TN_OK && is_handed_on(&call, head, head_size))
    status = call.engine->plugin->below->check_blob(&call, head, head_size, error);
  else if (status == TN_OK)
    status = check_head(&call, options, head, head_size, error);
  tni_kit_call_end(&call);
  return status;
}

static tn_status check_source(const tn_source *source, tn_error *error) {
  TN_TRY(tni_kit_check_argument(source, "the source", error));
  if (source->size < TN_SOURCE_FIRST_SIZE || source->flags != 0)
    return tni_fail_clause(error, TN_INVALID_ARGUMENT, TNI_CLAUSE(ABI, 12),
                           "the source: size %u, flags %#x", source->size, source->flags);
  return tni_kit_check_argument(
      source->data ? source->data : (const void *)(uintptr_t)source->read_at,
      "the source's function", error);
}

/* Reads the container and has the author make the model of it. */
static tn_status fill(tn_kit_compiled *compiled, const tn_kit_call *call,
                      const tn_import_options *options, const tn_source *source, tn_error *error) {
  struct architecture architecture;
  tni_kit_identity identity;
  TN_TRY(identify(call->engine, call->device, &architecture, &identity, error));
  tn_kit_container container;
  tn_status status = tn_kit_report_progress(call, 0, error);
  if (status != TN_OK) return status;
  status =
      tni_kit_container_open(&container, &identity, source, &call->engine->kit->allocator, error);
  if (status == TN_OK) status = take_settings(call, options, container.head.settings, error);
  compiled->begun = status == TN_OK;
  if (compiled->begun)
    status = call->engine->plugin->import_model(compiled, call, &container, error);
  tni_kit_container_close(&container);
  return status == TN_OK ? tn_kit_report_progress(call, 1, error) : status;
}

static tn_status hand_on(tn_kit_call *call, const tn_source *source, tn_compiled_model **out,
                         tn_error *error) {
  if (!call->engine->plugin->below) return TN_OK;
  unsigned char head[TN_IMPORT_HEAD_SIZE];
  const uint64_t size =
      source->byte_count < TN_IMPORT_HEAD_SIZE ? source->byte_count : TN_IMPORT_HEAD_SIZE;
  if (source->data)
    memcpy(head, source->data, (size_t)size);
  else
    TN_TRY(source->read_at(source, 0, head, size, error));
  return is_handed_on(call, head, size) ? tni_kit_hand_on(call, NULL, source, out, error) : TN_OK;
}

static tn_status TN_CALL import_model(tn_plugin *plugin, tn_string device, const tn_source *source,
                                      const tn_import_options *options, tn_compiled_model **out,
                                      tn_error *error) {
  TN_TRY(tni_kit_check_maker(plugin, "plugin", error));
  TN_TRY(tni_kit_check_argument(out, "out", error));
  TN_TRY(check_source(source, error));
  tn_kit_call call;
  TN_TRY(tni_kit_call_begin((tn_kit_engine *)plugin, device, options, &call, error));
  tn_kit_compiled *compiled;
  tn_compiled_model *given = NULL;
  tn_status status = tni_kit_check_present(call.engine, call.device, error);
  if (status == TN_OK) status = hand_on(&call, source, &given, error);
  if (status == TN_OK && !given) status = tni_kit_compiled_create(&call, &compiled, error);
  if (status != TN_OK || given) {
    tni_kit_call_end(&call);
    if (given) *out = given;
    return status;
  }
  compiled->from_blob = true;
  status = fill(compiled, &call, options, source, error);
  tni_kit_call_done(&call);
  if (status != TN_OK) {
    tni_kit_compiled_destroy(compiled);
    return status;
  }
  *out = &compiled->base;
  return TN_OK;
}

const tn_import_api tni_kit_import_api = {
    .size = TN_SIZE(tn_import_api),
    .check = check,
    .import_model = import_model,
};
