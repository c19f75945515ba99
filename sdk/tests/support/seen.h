/** @file
 *  What tests see of compiled models: results and properties.
 */
#ifndef TENON_TESTS_SEEN_H
#define TENON_TESTS_SEEN_H

#include "runtime.h"

#include <stdio.h>

static inline tn_compiled *compile(tn_core *core, const char *const *chain, const char *device) {
  tn_model *model = read_chain(core, 18, chain);
  tn_compiled *compiled = NULL;
  tn_error error = {0};
  assert_ok(tn_core_compile(core, model, device, NULL, &compiled, &error));
  tn_model_release(model);
  return compiled;
}

/* What an inference of make_input's tensor gives. */
static inline void infer(tn_core *core, tn_compiled *compiled, float *out) {
  tn_tensor *input = make_input(core), *output = NULL;
  tn_request *request = NULL;
  tn_error error = {0};
  assert_ok(tn_compiled_create_request(compiled, &request, &error));
  assert_ok(tn_request_set_tensor(request, 0, input, &error));
  assert_ok(tn_request_infer(request, &error));
  assert_ok(tn_request_get_tensor(request, 1, &output, &error));
  memcpy(out, output->data, 16 * sizeof *out);
  tn_tensor_release(input);
  tn_request_destroy(request);
}

/* A property as text: "3", "A,B", "n0=A,n1=B+C". */
struct text {
  char text[512];
  size_t used;
};

static inline void print(struct text *to, const tn_value *value) {
  char *at = to->text + to->used;
  const size_t room = sizeof to->text - to->used;
  if (value->kind == TN_VALUE_INT64)
    to->used += (size_t)snprintf(at, room, "%lld", (long long)value->as.int64);
  else if (value->kind == TN_VALUE_STRING)
    to->used +=
        (size_t)snprintf(at, room, "%.*s", (int)value->as.string.length, value->as.string.data);
}

/* A list within a map. */
static inline void print_inner(struct text *to, const tn_value *value) {
  const tn_value plus = tn_value_of_string(TN_STRING("+"));
  if (value->kind != TN_VALUE_LIST) print(to, value);
  for (uint64_t i = 0; value->kind == TN_VALUE_LIST && i < value->as.list.count; i++) {
    if (i) print(to, &plus);
    print(to, &value->as.list.items[i]);
  }
}

static inline void print_comma(struct text *to, uint64_t index) {
  const tn_value comma = tn_value_of_string(TN_STRING(","));
  if (index) print(to, &comma);
}

static inline tn_status TN_CALL take_text(void *user, const tn_value *value) {
  struct text *to = user;
  to->used = 0;
  to->text[0] = 0;
  print(to, value);
  for (uint64_t i = 0; value->kind == TN_VALUE_LIST && i < value->as.list.count; i++) {
    print_comma(to, i);
    print(to, &value->as.list.items[i]);
  }
  for (uint64_t i = 0; value->kind == TN_VALUE_MAP && i < value->as.map.count; i++) {
    const tn_value key = tn_value_of_string(value->as.map.entries[i].key);
    const tn_value equal = tn_value_of_string(TN_STRING("="));
    print_comma(to, i);
    print(to, &key);
    print(to, &equal);
    print_inner(to, &value->as.map.entries[i].value);
  }
  return TN_OK;
}

static inline const char *told(tn_compiled *compiled, const char *name) {
  static struct text text;
  tn_error error = {0};
  assert_ok(tn_compiled_get_property(compiled, name, take_text, &text, &error));
  return text.text;
}

static inline const char *told_by(tn_core *core, const char *device, const char *name) {
  static struct text text;
  tn_error error = {0};
  assert_ok(tn_core_get_property(core, device, name, take_text, &text, &error));
  return text.text;
}

#endif
