/* Checks of the options that calls take: sizes, flags, reserved words, entries by name. */
#define TN_GROUP "option"
#include <stdio.h>
#include <string.h>

#include "engine/check.h"
#include "engine/guarded.h"
#include "engine/option_calls.h"

enum { ROOM = TN_OPTIONS_MAX_SIZE + 8 };

/* Room for the options of any call, aligned. */
union room {
  uint64_t words[ROOM / 8];
  uint32_t size;
  tn_options options;
};

/* Makes one call whose options `change` has altered. */
static void expect(test *t, enum option_call call, tn_status asked, const union room *room,
                   const char *what) {
  tn_error error;
  memset(&error, 0, sizeof error);
  tn_status status = option_call_run(t, call, room, &error);
  EXPECT_THAT(status == asked, "%s with %s gives %s; it gave %s: %s", option_calls[call].name, what,
              tni_status_name(asked), tni_status_name(status),
              status == TN_OK ? "" : error.message);
}

/* One case for each call that the device has. */
static void find_calls(test *t, test_parameters *found) {
  for (enum option_call call = 0; call < CALL_COUNT; call++)
    if ((t->capabilities & option_calls[call].capability) == option_calls[call].capability)
      test_add_parameter(found, tn_string_from(option_calls[call].name));
}

/* Creation cannot do without. */
static void find_calls_without_options(test *t, test_parameters *found) {
  for (enum option_call call = CALL_QUERY; call < CALL_COUNT; call++)
    if ((t->capabilities & option_calls[call].capability) == option_calls[call].capability)
      test_add_parameter(found, tn_string_from(option_calls[call].name));
}

static enum option_call call_of(const test *t) {
  enum option_call call = CALL_CREATE;
  while (strcmp(option_calls[call].name, t->parameter) != 0)
    call++;
  return call;
}

TN_CHECK_WITH(option_unknown_flags, ABI, 6, 0, "a flag that is not known is refused by the call",
              .found = find_calls) {
  const enum option_call call = call_of(t);
  union room room;
  option_call_defaults(call, &room);
  for (uint32_t bit = 0; bit < 32; bit++) { /* none is defined yet */
    char what[40];
    snprintf(what, sizeof what, "the unknown flag 0x%x", 1u << bit);
    room.options.flags = 1u << bit;
    expect(t, call, TN_INVALID_ARGUMENT, &room, what);
  }
}

TN_CHECK_WITH(option_reserved_word, ABI, 13, 0,
              "a reserved field that is not zero is refused by the call", .found = find_calls) {
  const enum option_call call = call_of(t);
  union room room;
  option_call_defaults(call, &room);
  *option_call_reserved(call, &room) = 1;
  expect(t, call, TN_INVALID_ARGUMENT, &room, "its reserved field set");
}

TN_CHECK_WITH(option_too_small, ABI, 12, 0,
              "options below the size of their first version are refused by the call",
              .found = find_calls) {
  const enum option_call call = call_of(t);
  union room room;
  option_call_defaults(call, &room);
  room.size = option_calls[call].first_size - 8;
  expect(t, call, TN_INVALID_ARGUMENT, &room, "a size below the first version's");
}

TN_CHECK_WITH(option_larger, ABI, 11, 0,
              "options with an unknown tail are accepted by the call, and the tail has no effect",
              .found = find_calls) {
  const enum option_call call = call_of(t);
  union room room;
  memset(&room, 0xff, sizeof room);
  option_call_defaults(call, &room);
  room.size = option_calls[call].size + 64;
  expect(t, call, TN_OK, &room, "a tail that it does not know");
}

TN_CHECK_WITH(option_largest, OPTION, 1, 0, "options of 512 bytes are accepted by the call",
              .found = find_calls) {
  const enum option_call call = call_of(t);
  union room room;
  memset(&room, 0xff, sizeof room);
  option_call_defaults(call, &room);
  room.size = TN_OPTIONS_MAX_SIZE;
  expect(t, call, TN_OK, &room, "512 bytes of options");
}

TN_CHECK_WITH(option_nothing_behind, ABI, 12, 0,
              "of options that end after their first version nothing behind is read",
              .found = find_calls) {
  const enum option_call call = call_of(t);
  union room room;
  guarded memory;
  tn_error error;
  option_call_defaults(call, &room);
  room.size = option_calls[call].first_size;
  REQUIRE(guarded_create(&memory, &room, room.size));
  tn_status status = option_call_run(t, call, memory.data, &error);
  EXPECT_THAT(status == TN_OK, "%s takes options of %u bytes, their first version",
              option_calls[call].name, room.size);
  guarded_destroy(&memory);
}

TN_CHECK_WITH(option_null_means_defaults, OPTION, 1, 0,
              "NULL in place of options means the defaults, as do options without entries",
              .found = find_calls_without_options) {
  const enum option_call call = call_of(t);
  tn_error error;
  tn_status status = option_call_run(t, call, NULL, &error);
  EXPECT_THAT(status == TN_OK, "%s takes NULL for its options", option_calls[call].name);
  union room room;
  option_call_defaults(call, &room);
  expect(t, call, TN_OK, &room, "options without entries");
}

/* --- entries -------------------------------------------------------------------------------- */

TN_CHECK_WITH(option_entries_at_null, ERROR, 11, 0,
              "entries that are counted and not there are refused by the call",
              .found = find_calls) {
  const tn_option *const nothing[] = {NULL};
  const enum option_call call = call_of(t);
  union room room;
  option_call_defaults(call, &room);
  option_call_set_entries(call, &room, NULL, 1);
  expect(t, call, TN_INVALID_ARGUMENT, &room, "one entry in a list at NULL");
  option_call_set_entries(call, &room, nothing, 1);
  expect(t, call, TN_INVALID_ARGUMENT, &room, "an entry that is NULL");
}

/* Calls that take properties have them at different places of their options. */
static void set_properties(enum option_call call, union room *room, const tn_map_entry *properties,
                           uint32_t count) {
  if (call == CALL_CREATE) {
    ((tn_create_options *)room)->properties = properties;
    ((tn_create_options *)room)->property_count = count;
  } else if (call == CALL_CREATE_CONTEXT) {
    ((tn_create_context_options *)room)->properties = properties;
    ((tn_create_context_options *)room)->property_count = count;
  } else {
    ((tn_compile_options *)room)->properties = properties;
    ((tn_compile_options *)room)->property_count = count;
  }
}

static void find_calls_with_properties(test *t, test_parameters *found) {
  static const enum option_call calls[] = {CALL_CREATE, CALL_QUERY, CALL_COMPILE, CALL_IMPORT,
                                           CALL_CREATE_CONTEXT};
  for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
    const option_call_row *row = &option_calls[calls[i]];
    if ((t->capabilities & row->capability) == row->capability)
      test_add_parameter(found, tn_string_from(row->name));
  }
}

TN_CHECK_WITH(option_properties_at_null, ERROR, 11, 0,
              "properties that are counted and not there, and one whose name is not, are refused "
              "by the call",
              .found = find_calls_with_properties) {
  enum { LONGEST = 28 }; /* of the names that plugins look for */
  const enum option_call call = call_of(t);
  union room room;
  tn_error error;
  option_call_defaults(call, &room);
  set_properties(call, &room, NULL, 2);
  expect(t, call, TN_INVALID_ARGUMENT, &room, "two properties in a list at NULL");
  for (uint64_t length = 1; length <= LONGEST; length++) {
    const tn_map_entry nameless = {{NULL, length}, tn_value_of_string(TN_STRING("0"))};
    set_properties(call, &room, &nameless, 1);
    const tn_status status = option_call_run(t, call, &room, &error);
    EXPECT_THAT(status == TN_INVALID_ARGUMENT || status == TN_NOT_FOUND,
                "%s refuses a property whose name of %d bytes lies at NULL; it gave %s",
                option_calls[call].name, (int)length, tni_status_name(status));
  }
}

struct unknown_entry {
  tn_option option;
  uint64_t payload[3];
};

#define UNKNOWN_ID "x-nobody.knows/7"

static struct unknown_entry unknown(uint32_t flags) {
  struct unknown_entry entry = {TN_OPTION_HEADER(struct unknown_entry, flags, UNKNOWN_ID),
                                {~UINT64_C(0), 1, 2}};
  return entry;
}

TN_CHECK_WITH(option_entry_ignored, OPTION, 2, 0,
              "an unknown entry that is not critical is ignored by the call", .found = find_calls) {
  const enum option_call call = call_of(t);
  struct unknown_entry entry = unknown(0);
  const tn_option *const entries[] = {&entry.option};
  union room room;
  option_call_defaults(call, &room);
  option_call_set_entries(call, &room, entries, 1);
  expect(t, call, TN_OK, &room, "an unknown entry that is not critical");
}

TN_CHECK_WITH(option_entry_critical, OPTION, 3, 0,
              "an unknown critical entry is refused with UNSUPPORTED, and the message names it",
              .found = find_calls) {
  const enum option_call call = call_of(t);
  struct unknown_entry first = unknown(0), entry = unknown(TN_OPTION_CRITICAL);
  const tn_option *const entries[] = {&first.option, &entry.option};
  union room room;
  tn_error error;
  memset(&error, 0, sizeof error);
  option_call_defaults(call, &room);
  option_call_set_entries(call, &room, entries, 2);
  tn_status status = option_call_run(t, call, &room, &error);
  EXPECT_THAT(status == TN_UNSUPPORTED, "%s refuses an unknown critical entry; it gave %s",
              option_calls[call].name, tni_status_name(status));
  EXPECT_THAT(status == TN_OK || strstr(error.message, UNKNOWN_ID) != NULL,
              "%s names the critical entry " UNKNOWN_ID "; it says: %.200s",
              option_calls[call].name, error.message);
}

TN_CHECK_WITH(option_entry_flags, ABI, 6, 0,
              "a flag of an entry that is not known is refused by the call", .found = find_calls) {
  const enum option_call call = call_of(t);
  struct unknown_entry entry = unknown(1u << 30);
  const tn_option *const entries[] = {&entry.option};
  union room room;
  option_call_defaults(call, &room);
  option_call_set_entries(call, &room, entries, 1);
  expect(t, call, TN_INVALID_ARGUMENT, &room, "an entry with the unknown flag 0x40000000");
}

TN_CHECK_WITH(option_entry_header_too_small, ABI, 12, 0,
              "an entry that is smaller than its header is refused by the call",
              .found = find_calls) {
  const enum option_call call = call_of(t);
  struct unknown_entry entry = unknown(0);
  const tn_option *const entries[] = {&entry.option};
  union room room;
  entry.option.size = 8;
  option_call_defaults(call, &room);
  option_call_set_entries(call, &room, entries, 1);
  expect(t, call, TN_INVALID_ARGUMENT, &room, "an entry of 8 bytes");
}

static uint32_t TN_CALL go_on(void *user, double done) {
  (void)done;
  ++*(uint32_t *)user;
  return 0;
}

/* A progress entry with what a later version might add. */
struct grown_progress {
  tn_progress_option base;
  uint64_t tail[4];
};

TN_CHECK(option_known_entry_larger, ABI, 11, 0,
         "a known entry with an unknown tail is accepted, and the tail has no effect") {
  uint32_t calls = 0;
  struct grown_progress entry;
  memset(&entry, 0xff, sizeof entry);
  entry.base = tn_progress_option_make(go_on, &calls);
  entry.base.option.size = TN_SIZE(struct grown_progress);
  const tn_option *const entries[] = {&entry.base.option};
  union room room;
  option_call_defaults(CALL_COMPILE, &room);
  option_call_set_entries(CALL_COMPILE, &room, entries, 1);
  expect(t, CALL_COMPILE, TN_OK, &room, "a progress entry with an unknown tail");
}

/* Who takes it although it is critical. */
static bool knows_progress(test *t) {
  uint32_t calls = 0;
  tn_progress_option entry = tn_progress_option_make(go_on, &calls);
  const tn_option *const entries[] = {&entry.option};
  union room room;
  tn_error error;
  entry.option.flags = TN_OPTION_CRITICAL;
  option_call_defaults(CALL_COMPILE, &room);
  option_call_set_entries(CALL_COMPILE, &room, entries, 1);
  return option_call_run(t, CALL_COMPILE, &room, &error) == TN_OK;
}

TN_CHECK_WITH(
    option_known_entry_smaller, ABI, 12, 0,
    "a known entry below the size of its first version is refused, or ignored by who does "
    "not know it",
    .revision = 2) {
  uint32_t calls = 0;
  tn_progress_option entry = tn_progress_option_make(go_on, &calls);
  const tn_option *const entries[] = {&entry.option};
  const tn_status asked = knows_progress(t) ? TN_INVALID_ARGUMENT : TN_OK;
  union room room;
  entry.option.size = TN_SIZE(tn_option);
  option_call_defaults(CALL_COMPILE, &room);
  option_call_set_entries(CALL_COMPILE, &room, entries, 1);
  expect(t, CALL_COMPILE, asked, &room, "a progress entry without its payload");
  EXPECT(calls == 0);
}

TN_CHECK(
    option_progress_at_null, ERROR, 11, 0,
    "a progress entry without its function is refused with INVALID_ARGUMENT, or ignored by who "
    "does not know it") {
  const tn_progress_option entry = tn_progress_option_make(NULL, NULL);
  const tn_option *const entries[] = {&entry.option};
  union room room;
  option_call_defaults(CALL_COMPILE, &room);
  option_call_set_entries(CALL_COMPILE, &room, entries, 1);
  EXPECT_OK_OR(option_call_run(t, CALL_COMPILE, &room, &t->error), TN_INVALID_ARGUMENT);
}

TN_CHECK(option_memory, OPTION, 5, 0,
         "options and entries are not written, and not read after the call") {
  struct unknown_entry entry = unknown(0);
  guarded entry_memory, list_memory, options_memory;
  union room room;
  tn_compiled_model *model = NULL;
  REQUIRE(guarded_create(&entry_memory, &entry, sizeof entry));
  const tn_option *const entries[] = {entry_memory.data};
  REQUIRE(guarded_create(&list_memory, entries, sizeof entries));
  option_call_defaults(CALL_COMPILE, &room);
  option_call_set_entries(CALL_COMPILE, &room, list_memory.data, 1);
  REQUIRE(guarded_create(&options_memory, &room, option_calls[CALL_COMPILE].size));
  tn_model *carrier = test_model(t, "carrier");
  NEED(carrier);
  REQUIRE_OK(
      tn_plugin_compile(t->plugin, t->device, carrier, options_memory.data, &model, &t->error));
  test_adopt_compiled_model(t, model);
  guarded_take_away(&entry_memory);
  guarded_take_away(&list_memory);
  guarded_take_away(&options_memory);
  tn_infer_request *request = test_request(t, model);
  REQUIRE(request && test_set_inputs(t, request, "carrier", t->seed, 4));
  EXPECT_OK(tn_infer_request_infer(request, &t->error));
  test_expect_outputs(t, request, "carrier", t->seed, 4);
  guarded_destroy(&entry_memory);
  guarded_destroy(&list_memory);
  guarded_destroy(&options_memory);
}
