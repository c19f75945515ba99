#include "runtime/check.h"

#include "runtime/device_name.h"

typedef struct slot {
  const char *name;
  uint32_t offset;
} slot;

struct tni_table_rule {
  const char *name;     /* of the table's type */
  uint32_t first_size;  /* of the table */
  uint32_t reserved;    /* 1: the second word must be 0 */
  uint32_t struct_size; /* of the object's struct, when it has a size of its own; else 0 */
  uint32_t slot_count;
  const slot *slots;
};

enum { STRUCT_SIZE_OFFSET = sizeof(tn_object) };

/* Mandatory slots of each table. */
#define PLUGIN_SLOTS(S) \
  S(get_extension)      \
  S(destroy) S(info) S(devices) S(properties) S(get_property) S(set_properties) S(query) S(compile)
#define COMPILED_MODEL_SLOTS(S) \
  S(get_extension) S(destroy) S(ports) S(create_request) S(get_property) S(set_properties)
#define INFER_REQUEST_SLOTS(S) \
  S(get_extension)             \
  S(destroy) S(set_tensor) S(get_tensor) S(infer) S(start) S(wait) S(cancel) S(set_callback)
#define TENSOR_SLOTS(S) S(get_extension) S(retain) S(release)
#define REMOTE_CONTEXT_SLOTS(S) \
  S(get_extension)              \
  S(retain) S(release) S(device) S(properties) S(create_tensor) S(create_host_tensor)
#define STATE_SLOTS(S)         S(get_extension) S(destroy) S(name) S(reset) S(get) S(set)
#define MODEL_SLOTS(S)         S(get_extension) S(retain) S(release)
#define IMPORT_SLOTS(S)        S(check) S(import_model)
#define REMOTE_SLOTS(S)        S(create_context) S(default_context)
#define COPY_SLOTS(S)          S(copy_from) S(copy_to)
#define EXPORT_SLOTS(S)        S(export_model)
#define RUNTIME_MODEL_SLOTS(S) S(get)
#define PROFILING_SLOTS(S)     S(get)
#define STATES_SLOTS(S)        S(count) S(open)
#define HANDLES_SLOTS(S)       S(types) S(wrap)
#define BATCH_SLOTS(S)         S(set_tensors) S(get_tensor)
#define TARGETS_SLOTS(S)       S(targets)

/* Every kind: X(rule, table, first size, whether the second word is reserved, first size of the
 * struct or 0, slots). */
#define RULES(X)                                                                            \
  X(plugin, tn_plugin_api, TN_PLUGIN_API_FIRST_SIZE, 0, 0, PLUGIN_SLOTS)                    \
  X(compiled_model, tn_compiled_model_api, TN_COMPILED_MODEL_API_FIRST_SIZE, 1, 0,          \
    COMPILED_MODEL_SLOTS)                                                                   \
  X(infer_request, tn_infer_request_api, TN_INFER_REQUEST_API_FIRST_SIZE, 1, 0,             \
    INFER_REQUEST_SLOTS)                                                                    \
  X(tensor, tn_tensor_api, TN_TENSOR_API_FIRST_SIZE, 1, TN_TENSOR_FIRST_SIZE, TENSOR_SLOTS) \
  X(remote_context, tn_remote_context_api, TN_REMOTE_CONTEXT_API_FIRST_SIZE, 1, 0,          \
    REMOTE_CONTEXT_SLOTS)                                                                   \
  X(state, tn_state_api, TN_STATE_API_FIRST_SIZE, 1, 0, STATE_SLOTS)                        \
  X(model, tn_model_api, TN_MODEL_API_FIRST_SIZE, 1, TN_MODEL_FIRST_SIZE, MODEL_SLOTS)      \
  X(import, tn_import_api, TN_IMPORT_API_FIRST_SIZE, 1, 0, IMPORT_SLOTS)                    \
  X(remote, tn_remote_api, TN_REMOTE_API_FIRST_SIZE, 1, 0, REMOTE_SLOTS)                    \
  X(copy, tn_copy_api, TN_COPY_API_FIRST_SIZE, 1, 0, COPY_SLOTS)                            \
  X(export, tn_export_api, TN_EXPORT_API_FIRST_SIZE, 1, 0, EXPORT_SLOTS)                    \
  X(runtime_model, tn_runtime_model_api, TN_RUNTIME_MODEL_API_FIRST_SIZE, 1, 0,             \
    RUNTIME_MODEL_SLOTS)                                                                    \
  X(profiling, tn_profiling_api, TN_PROFILING_API_FIRST_SIZE, 1, 0, PROFILING_SLOTS)        \
  X(states, tn_states_api, TN_STATES_API_FIRST_SIZE, 1, 0, STATES_SLOTS)                    \
  X(handles, tn_handles_api, TN_HANDLES_API_FIRST_SIZE, 1, 0, HANDLES_SLOTS)                \
  X(batch, tn_batch_api, TN_BATCH_API_FIRST_SIZE, 1, 0, BATCH_SLOTS)                        \
  X(targets, tn_targets_api, TN_TARGETS_API_FIRST_SIZE, 1, 0, TARGETS_SLOTS)

#define SLOT_OF(type, field) \
  { #field, offsetof(type, field) }

/* The slot lists name no type, so each is expanded with the type of its table at hand. */
#define S_plugin(f)         SLOT_OF(tn_plugin_api, f),
#define S_compiled_model(f) SLOT_OF(tn_compiled_model_api, f),
#define S_infer_request(f)  SLOT_OF(tn_infer_request_api, f),
#define S_tensor(f)         SLOT_OF(tn_tensor_api, f),
#define S_remote_context(f) SLOT_OF(tn_remote_context_api, f),
#define S_state(f)          SLOT_OF(tn_state_api, f),
#define S_model(f)          SLOT_OF(tn_model_api, f),
#define S_import(f)         SLOT_OF(tn_import_api, f),
#define S_remote(f)         SLOT_OF(tn_remote_api, f),
#define S_copy(f)           SLOT_OF(tn_copy_api, f),
#define S_export(f)         SLOT_OF(tn_export_api, f),
#define S_runtime_model(f)  SLOT_OF(tn_runtime_model_api, f),
#define S_profiling(f)      SLOT_OF(tn_profiling_api, f),
#define S_states(f)         SLOT_OF(tn_states_api, f),
#define S_handles(f)        SLOT_OF(tn_handles_api, f),
#define S_batch(f)          SLOT_OF(tn_batch_api, f),
#define S_targets(f)        SLOT_OF(tn_targets_api, f),

#define DEFINE_RULE(rule, type, first, is_reserved, of_struct, list) \
  static const slot rule##_slots[] = {list(S_##rule)};               \
  const tni_table_rule tni_##rule##_rule = {                         \
      #type, first, is_reserved, of_struct, sizeof rule##_slots / sizeof(slot), rule##_slots};
RULES(DEFINE_RULE)

/* Larger than known is legal: what lies beyond is never read. */
static tn_status check_size(const char *what, uint32_t size, uint32_t first_size, tn_error *error) {
  if (size >= first_size && size % 8 == 0) return TN_OK;
  return tni_fail_clause(error, TN_MALFORMED, TNI_CLAUSE(ABI, 8),
                         "%s: size %u, expected a multiple of 8, at least %u", what, size,
                         first_size);
}

tn_status tni_check_table(const tni_table_rule *rule, const void *table, tn_error *error) {
  if (!table || (uintptr_t)table % _Alignof(void *) != 0)
    return tni_fail_clause(error, TN_MALFORMED, TNI_CLAUSE(ABI, 4), "%s: the table is %s",
                           rule->name, table ? "not aligned" : "NULL");
  const uint32_t *words = table;
  TN_TRY(check_size(rule->name, words[0], rule->first_size, error));
  if (rule->reserved && words[1] != 0)
    return tni_fail_clause(error, TN_MALFORMED, TNI_CLAUSE(ABI, 8),
                           "%s: the reserved second word is %u, expected 0", rule->name, words[1]);
  for (uint32_t i = 0; i < rule->slot_count; i++) {
    void (*function)(void);
    memcpy(&function, (const char *)table + rule->slots[i].offset, sizeof function);
    if (!function)
      return tni_fail_clause(error, TN_MALFORMED, TNI_CLAUSE(ABI, 9),
                             "%s: the mandatory slot %s is NULL", rule->name, rule->slots[i].name);
  }
  return TN_OK;
}

tn_status tni_check_object(const tni_table_rule *rule, const void *object, tn_error *error) {
  if (!object || (uintptr_t)object % _Alignof(void *) != 0)
    return tni_fail_clause(error, TN_MALFORMED, TNI_CLAUSE(ABI, 4),
                           "the object with table %s is %s, though the call said OK", rule->name,
                           object ? "not aligned" : "NULL");
  const tn_object *header = object;
  TN_TRY(tni_check_table(rule, header->api, error));
  if (!header->maker)
    return tni_fail_clause(error, TN_MALFORMED, TNI_CLAUSE(ABI, 4),
                           "the object with table %s has no maker", rule->name);
  TN_TRY(check_size("tn_maker", header->maker->size, TN_MAKER_FIRST_SIZE, error));
  if (rule->struct_size == 0) return TN_OK;
  uint32_t size;
  memcpy(&size, (const char *)object + STRUCT_SIZE_OFFSET, sizeof size);
  return check_size(rule == &tni_model_rule ? "tn_model" : "tn_tensor", size, rule->struct_size,
                    error);
}

static tn_status check_operator_sets(const tn_plugin_info *info, tn_error *error) {
  if (info->operator_set_count && !info->operator_sets)
    return tni_fail_clause(error, TN_MALFORMED, TNI_CLAUSE(OPERATOR, 1),
                           "tn_plugin_info: operator_sets is NULL, though it counts %llu",
                           (unsigned long long)info->operator_set_count);
  for (uint64_t i = 0; i < info->operator_set_count; i++) {
    if (!info->operator_sets[i])
      return tni_fail_clause(error, TN_MALFORMED, TNI_CLAUSE(OPERATOR, 1),
                             "tn_plugin_info: operator_sets[%llu] is NULL", (unsigned long long)i);
    TN_TRY(check_size("tn_operator_set", info->operator_sets[i]->size, TN_OPERATOR_SET_FIRST_SIZE,
                      error));
  }
  return TN_OK;
}

tn_status tni_check_plugin(tn_plugin *plugin, tn_error *error) {
  TN_TRY(tni_check_object(&tni_plugin_rule, plugin, error));
  if (plugin->api->major != TN_MAJOR)
    return tni_fail_clause(error, TN_UNSUPPORTED, TNI_CLAUSE(ABI, 5),
                           "tn_plugin_api: the plugin picked major version %u, the host speaks %u",
                           plugin->api->major, TN_MAJOR);
  const tn_plugin_info *info = plugin->api->info(plugin);
  if (!info) return tni_fail_clause(error, TN_MALFORMED, TNI_CLAUSE(ABI, 8), "info() gave NULL");
  TN_TRY(check_size("tn_plugin_info", info->size, TN_PLUGIN_INFO_FIRST_SIZE, error));
  if (!tni_is_device_type(info->name))
    return tni_fail_clause(error, TN_MALFORMED, TNI_CLAUSE(DISCOVERY, 1),
                           "tn_plugin_info: the name \"%.*s\" is not made of letters, digits and "
                           "'_'",
                           TNI_TEXT(info->name));
  return check_operator_sets(info, error);
}

tn_status tni_find_extension(const void *object, const char *id, const tni_table_rule *rule,
                             const void **out, tn_error *error) {
  tn_object *header = (tn_object *)object;
  const void *table = header->api->get_extension(header, tn_string_from(id));
  if (table) TN_TRY(tni_check_table(rule, table, error));
  *out = table;
  return TN_OK;
}

static tn_status check_entry(const tn_option *entry, const char *what, uint32_t index,
                             tn_error *error) {
  if (!entry)
    return tni_fail(error, TN_INVALID_ARGUMENT, "options of %s: entry %u is NULL", what, index);
  if (entry->size < TN_SIZE(tn_option) || (entry->id.length && !entry->id.data))
    return tni_fail(error, TN_INVALID_ARGUMENT,
                    "options of %s: entry %u: size %u (at least %u), id of %llu bytes", what, index,
                    entry->size, TN_SIZE(tn_option), (unsigned long long)entry->id.length);
  if (entry->flags & ~(uint32_t)TN_OPTION_CRITICAL)
    return tni_fail_clause(error, TN_INVALID_ARGUMENT, TNI_CLAUSE(ABI, 6),
                           "options of %s: entry %.*s: unknown flags %#x", what,
                           TNI_TEXT(entry->id), entry->flags);
  return TN_OK;
}

tn_status tni_check_options(const void *options, const char *what, uint32_t first_size,
                            tn_error *error) {
  if (!options) return TN_OK;
  tn_options head;
  memcpy(&head.size, options, sizeof head.size);
  if (head.size < first_size || head.size > TN_OPTIONS_MAX_SIZE || head.size % 8 != 0)
    return tni_fail_clause(error, TN_INVALID_ARGUMENT, TNI_CLAUSE(OPTION, 1),
                           "options of %s: size %u, expected a multiple of 8 from %u to %d", what,
                           head.size, first_size, TN_OPTIONS_MAX_SIZE);
  memcpy(&head, options, sizeof head);
  if (head.flags || head.reserved)
    return tni_fail_clause(error, TN_INVALID_ARGUMENT, TNI_CLAUSE(ABI, 6),
                           "options of %s: flags %#x, reserved %u: both must be 0", what,
                           head.flags, head.reserved);
  if (head.entry_count && !head.entries)
    return tni_fail(error, TN_INVALID_ARGUMENT, "options of %s: %u entries at NULL", what,
                    head.entry_count);
  for (uint32_t i = 0; i < head.entry_count; i++)
    TN_TRY(check_entry(head.entries[i], what, i, error));
  return TN_OK;
}
