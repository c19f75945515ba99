/* Devices and properties by name. */
#include "../support/runtime.h"

typedef struct names {
  uint32_t count;
  char ids[8][64];
} names;

static tn_status take_devices(void *user, const tn_device_list *list) {
  names *self = user;
  self->count = list->count;
  for (uint32_t i = 0; i < list->count && i < 8; i++)
    snprintf(self->ids[i], sizeof self->ids[i], "%.*s", (int)list->devices[i]->id.length,
             list->devices[i]->id.data);
  return TN_OK;
}

Test(devices, devices_carry_their_whole_names) {
  tn_core *core = full_core();
  tn_error error = {0};
  names found = {0};
  assert_ok(tn_core_devices(core, "FULL", take_devices, &found, &error));
  cr_assert_eq(found.count, 2);
  cr_assert_str_eq(found.ids[1], "FULL.1");
  assert_ok(register_faulty(core, BROKEN_PLUGIN, "B", NULL, &error));
  assert_ok(tn_core_devices(core, NULL, take_devices, &found, &error));
  cr_assert_eq(found.count, 4, "the broken one is left out");
  cr_assert_str_eq(found.ids[3], "FORWARD.0");
  assert_fails(tn_core_devices(core, "FULL.1", take_devices, &found, &error), TN_INVALID_ARGUMENT,
               "name of a plugin");
  assert_fails(tn_core_devices(core, "B", take_devices, &found, &error), TN_BACKEND_MISSING,
               "libnothing");
  tn_core_destroy(core);
}

static tn_status take_value(void *user, const tn_value *value) {
  *(tn_value *)user = *value;
  return TN_OK;
}

static tn_status set(tn_core *core, const char *device, const char *name, tn_value value,
                     tn_error *error) {
  const tn_map_entry entry = {tn_string_from(name), value};
  return tn_core_set_properties(core, device, &entry, 1, error);
}

Test(devices, properties_are_set_and_read_by_level) {
  tn_core *core = full_core();
  tn_error error = {0};
  tn_value value;
  assert_ok(set(core, "FULL", "NUM_STREAMS", tn_value_of_int64(5), &error));
  assert_ok(tn_core_get_property(core, "FULL", "NUM_STREAMS", take_value, &value, &error));
  cr_assert_eq(value.as.int64, 5);
  assert_ok(set(core, "FULL.1", "LABEL", tn_value_of_string(TN_STRING("EXACT")), &error));
  assert_ok(tn_core_get_property(core, "FULL.1", "LABEL", take_value, &value, &error));
  cr_assert(tn_string_equal(value.as.string, TN_STRING("EXACT")));
  tn_core_destroy(core);
}

Test(devices, properties_are_held_to_their_declarations) {
  tn_core *core = full_core();
  tn_error error = {0};
  const tn_value one = tn_value_of_int64(1);
  assert_fails(set(core, "FULL", "NO_SUCH", one, &error), TN_NOT_FOUND,
               "FULL: property NO_SUCH is not known");
  assert_fails(set(core, "FULL.0", "NUM_STREAMS", one, &error), TN_NOT_FOUND, "on a device");
  assert_fails(set(core, "FULL", "FULL_DEVICE_NAME", one, &error), TN_READ_ONLY, "only be read");
  assert_fails(set(core, "FULL", "NUM_STREAMS", tn_value_of_bool(1), &error), TN_WRONG_TYPE,
               "takes a value of kind INT64, BOOL was given");
  assert_fails(set(core, "FULL", "NUM_STREAMS", tn_value_of_int64(0), &error), TN_OUT_OF_RANGE,
               "1 to 8");
  assert_fails(set(core, "FULL.0", "LABEL", tn_value_of_string(TN_STRING("SLOW")), &error),
               TN_OUT_OF_RANGE, "\"SLOW\" is none of \"FAST\", \"EXACT\"");
  assert_fails(set(core, "FULL:A", "NUM_STREAMS", one, &error), TN_INVALID_ARGUMENT, "leave out");
  const tn_map_entry twice[] = {{TN_STRING("NUM_STREAMS"), one}, {TN_STRING("NUM_STREAMS"), one}};
  assert_fails(tn_core_set_properties(core, "FULL", twice, 2, &error), TN_INVALID_ARGUMENT,
               "twice");
  assert_fails(tn_core_set_properties(core, "FULL", NULL, 2, &error), TN_INVALID_ARGUMENT, "NULL");
  tn_core_destroy(core);
}

Test(devices, a_plugin_that_fails_without_a_word_is_given_one) {
  tn_core *core = full_core();
  tn_error error;
  memset(&error, 'x', sizeof error);
  tn_value value;
  assert_fails(tn_core_get_property(core, "FULL", "SILENT", take_value, &value, &error),
               TN_NOT_FOUND, "FULL: failed without a message");
  tn_core_destroy(core);
}

Test(devices, text_becomes_values_of_the_declared_kind) {
  tn_core *core = full_core();
  tn_error error = {0};
  tn_value value;
  assert_ok(tn_core_set_property_text(core, "FULL", "NUM_STREAMS", "0x7", &error));
  assert_ok(tn_core_get_property(core, "FULL", "NUM_STREAMS", take_value, &value, &error));
  cr_assert_eq(value.as.int64, 7);
  assert_fails(tn_core_set_property_text(core, "FULL", "NUM_STREAMS", "7x", &error), TN_WRONG_TYPE,
               "\"7x\" is not a whole number");
  assert_fails(tn_core_set_property_text(core, "FULL", "NUM_STREAMS", "99", &error),
               TN_OUT_OF_RANGE, "1 to 8");
  assert_fails(tn_core_set_property_text(core, "FULL", "FULL_DEVICE_NAME", "x", &error),
               TN_READ_ONLY, "can only be read");
  assert_ok(tn_core_parse_property(core, "FULL", "RATIO", "2.5", take_value, &value, &error));
  cr_assert_eq(value.as.float64, 2.5);
  assert_fails(tn_core_parse_property(core, "FULL", "RATIO", "-1", take_value, &value, &error),
               TN_OUT_OF_RANGE, "no upper bound");
  assert_fails(tn_core_parse_property(core, "FULL", "RATIO", "nan", take_value, &value, &error),
               TN_OUT_OF_RANGE, "nan");
  assert_ok(tn_core_parse_property(core, "FULL", "FLAG", "true", take_value, &value, &error));
  cr_assert_eq(value.as.boolean, 1);
  assert_fails(tn_core_parse_property(core, "FULL", "FLAG", "maybe", take_value, &value, &error),
               TN_WRONG_TYPE, "YES or NO");
  assert_fails(tn_core_parse_property(core, "FULL", "KEY", "abc", take_value, &value, &error),
               TN_WRONG_TYPE, "hexadecimal");
  assert_fails(tn_core_parse_property(core, "FULL", "TABLE", "{}", take_value, &value, &error),
               TN_UNSUPPORTED, "no spelling");
  assert_fails(tn_core_parse_property(core, "FULL", "NONE", "1", take_value, &value, &error),
               TN_NOT_FOUND, "NONE");
  tn_core_destroy(core);
}

static tn_status check_list(void *user, const tn_value *value) {
  ++*(int *)user;
  cr_assert_eq(value->as.list.count, 3);
  cr_assert(tn_string_equal(value->as.list.items[0].as.string, TN_STRING("a")));
  cr_assert_eq(value->as.list.items[1].as.string.length, 0);
  return TN_OK;
}

static tn_status check_bytes(void *user, const tn_value *value) {
  ++*(int *)user;
  cr_assert_eq(value->as.bytes.size, 2);
  cr_assert_eq(memcmp(value->as.bytes.data, "\x1f\xA0", 2), 0);
  return TN_OK;
}

static tn_status refuse(void *user, const tn_value *value) {
  (void)user, (void)value;
  return TN_CANCELLED;
}

Test(devices, text_becomes_lists_and_bytes) {
  tn_core *core = full_core();
  tn_error error = {0};
  int calls = 0;
  assert_ok(tn_core_parse_property(core, "FULL", "NAMES", "a,,c", check_list, &calls, &error));
  assert_ok(tn_core_parse_property(core, "FULL", "KEY", "1fA0", check_bytes, &calls, &error));
  cr_assert_eq(calls, 2);
  cr_assert_eq(tn_core_parse_property(core, "FULL", "KEY", "00", refuse, NULL, &error),
               TN_CANCELLED, "what the sink returns is returned");
  tn_core_destroy(core);
}

static tn_status count_properties(void *user, const tn_property *const *properties,
                                  uint64_t count) {
  (void)properties;
  *(uint64_t *)user = count;
  return TN_OK;
}

Test(devices, declarations_are_given) {
  tn_core *core = full_core();
  tn_error error = {0};
  uint64_t count = 0;
  assert_ok(tn_core_properties(core, "FULL.1", count_properties, &count, &error));
  cr_assert_eq(count, 11);
  tn_core_destroy(core);
}

Test(devices, compiled_models_have_properties_of_their_own) {
  tn_core *core = full_core();
  tn_error error = {0};
  tn_value value;
  tn_compiled *compiled = compile_relu(core, "FULL");
  tn_map_entry entry = {TN_STRING("HOT"), tn_value_of_int64(12)};
  assert_ok(tn_compiled_set_properties(compiled, &entry, 1, &error));
  assert_ok(tn_compiled_get_property(compiled, "HOT", take_value, &value, &error));
  cr_assert_eq(value.as.int64, 12);
  entry.key = TN_STRING("NUM_STREAMS");
  assert_fails(tn_compiled_set_properties(compiled, &entry, 1, &error), TN_READ_ONLY,
               "cannot be set on a compiled model");
  cr_assert_str_eq(tn_compiled_plugin_name(compiled), "FULL");
  tn_compiled_destroy(compiled);
  tn_core_destroy(core);
}
