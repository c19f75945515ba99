#include "engine/blob_device.h"

#include <criterion/criterion.h>
#include <string.h>

static blob_device make(const char *plugin, const char *id, const char *architecture,
                        const char *uuid) {
  blob_device made;
  memset(&made, 0, sizeof made);
  blob_device_set(&made, BLOB_DEVICE_PLUGIN, tn_string_from(plugin));
  blob_device_set(&made, BLOB_DEVICE_ID, tn_string_from(id));
  blob_device_set(&made, BLOB_DEVICE_ARCHITECTURE, tn_string_from(architecture));
  blob_device_set(&made, BLOB_DEVICE_UUID, tn_string_from(uuid));
  return made;
}

Test(blob_device, is_read_as_it_was_written) {
  blob_device first = make("ACME", "0", "a=1", ""), second;
  char text[BLOB_DEVICE_TEXT_SIZE];
  blob_device_set(&first, BLOB_DEVICE_NAME, TN_STRING("two\nlines"));
  const uint64_t size = blob_device_print(&first, text);
  cr_assert_eq(size, strlen(text));
  blob_device_read(&second, text, size);
  cr_assert_eq(memcmp(&first, &second, sizeof first), 0);
  cr_assert_str_eq(second.facts[BLOB_DEVICE_NAME], "two?lines");
  cr_assert_str_eq(second.facts[BLOB_DEVICE_ARCHITECTURE], "a=1");
}

Test(blob_device, has_room_for_the_longest_facts) {
  char longest[2 * BLOB_DEVICE_FACT_SIZE], text[BLOB_DEVICE_TEXT_SIZE];
  blob_device first, second;
  memset(longest, 'x', sizeof longest);
  for (int i = 0; i < BLOB_DEVICE_FACTS; i++)
    blob_device_set(&first, (enum blob_device_fact)i, tn_string_make(longest, sizeof longest));
  const uint64_t size = blob_device_print(&first, text);
  cr_assert_lt(size, sizeof text);
  blob_device_read(&second, text, size);
  cr_assert_eq(memcmp(&first, &second, sizeof first), 0);
}

Test(blob_device, damaged_text_tells_nothing) {
  static const char text[] = "uuid\n=\nnobody=1\n\n\0\nid=\narchitecture";
  const blob_device own = make("ACME", "0", "a", "00");
  blob_device read;
  blob_device_read(&read, text, sizeof text - 1);
  for (int i = 0; i < BLOB_DEVICE_FACTS; i++)
    cr_assert_str_empty(read.facts[i]);
  cr_assert_not(blob_device_differs(&own, &read));
  cr_assert_not(blob_device_other_plugin(&own, &read));
}

Test(blob_device, differs_by_what_identifies_it) {
  const struct {
    blob_device other;
    bool differs;
  } rows[] = {
      {make("ACME", "0", "a", "01"), false}, {make("ACME", "1", "a", "01"), false},
      {make("ACME", "0", "b", "01"), true},  {make("ACME", "0", "a", "02"), true},
      {make("ACME", "1", "a", ""), true},    {make("ACME", "0", "a", ""), false},
      {make("ACME", "0", "", ""), false},
  };
  const blob_device own = make("ACME", "0", "a", "01"), foreign = make("EMCA", "0", "a", "01");
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    cr_assert_eq(blob_device_differs(&own, &rows[i].other), rows[i].differs, "row %zu", i);
    cr_assert_eq(blob_device_differs(&rows[i].other, &own), rows[i].differs, "row %zu", i);
    cr_assert_not(blob_device_other_plugin(&own, &rows[i].other));
  }
  cr_assert(blob_device_other_plugin(&own, &foreign));
}
