#include "certification/canonical.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include <stdlib.h>
#include <string.h>

Test(canonical, text_is_one_for_each_value) {
  static const char *const rows[][2] = {
      {"{ \"b\": 1, \"a\": [true, null, \"x\"] }", "{\"a\":[true,null,\"x\"],\"b\":1}"},
      {"\"\\u0041\\u00e4\\/\\n\"", "\"A\xc3\xa4/\\n\""},
      {"-0", "0"},
      {"{}", "{}"},
      {"9007199254740991", "9007199254740991"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    json_t *value = json_loads(rows[i][0], JSON_DECODE_ANY, NULL);
    char *text = canonical_text(value);
    cr_assert(text && strcmp(text, rows[i][1]) == 0, "row %zu: %s", i, text ? text : "none");
    free(text);
    json_decref(value);
  }
}

Test(canonical, text_is_none_for_what_has_several) {
  static const char *const rows[] = {
      "1.5", "[1e3]", "9007199254740992", "-9007199254740992", "\"\\u0001\"", "{\"\\u001f\":1}"};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    json_t *value = json_loads(rows[i], JSON_DECODE_ANY, NULL);
    cr_assert(value && !canonical_text(value), "row %zu", i);
    json_t *copy = canonical_copy(value);
    char *text = canonical_text(copy);
    cr_assert(i == 5 || text, "row %zu: its copy has a text", i);
    free(text);
    json_decref(copy);
    json_decref(value);
  }
}

Test(canonical, read_takes_the_canonical_text_alone) {
  static const struct {
    const char *text;
    int taken;
  } rows[] = {
      {"{\"a\":1,\"b\":[]}", 1},   {"{\"b\":[],\"a\":1}", 0},
      {"{\"a\":1, \"b\":[]}", 0},  {"{\"a\":1,\"a\":1}", 0},
      {"{\"a\":\"\\u0041\"}", 0},  {"{\"a\":1}\n", 0},
      {" {\"a\":1}", 0},           {"{\"a\":01}", 0},
      {"{\"a\":1.0}", 0},          {"{\"a\":\"\\/\"}", 0},
      {"{\"a\":\"\xff\"}", 0},     {"", 0},
      {"{\"a\":1}x", 0},           {"{\"a\":\"\\u00e4\"}", 0},
      {"{\"a\":\"\xc3\xa4\"}", 1}, {"\xef\xbb\xbf{\"a\":1}", 0},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    const char *why;
    json_t *value = canonical_read(rows[i].text, strlen(rows[i].text), &why);
    cr_assert(eq(int, value != NULL, rows[i].taken), "row %zu", i);
    json_decref(value);
  }
}

Test(canonical, too_deep_values_are_refused) {
  json_t *value = json_array();
  for (int i = 0; i < 100; i++) {
    json_t *outer = json_array();
    json_array_append_new(outer, value);
    value = outer;
  }
  cr_assert(canonical_text(value) == NULL);
  cr_assert(canonical_copy(value) == NULL);
  json_decref(value);
}
