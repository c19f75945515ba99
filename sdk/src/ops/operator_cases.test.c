#include "ops/operator_cases.h"

#include <criterion/criterion.h>
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault_allocator.h"
#include "ops/operator_test.h"
#include "ops/shape_rules.h"
#include "ops/types.h"

enum { SYMBOLS = 16, ELEMENTS = 64, TEXT = 512, NUMBERS = 16 };

/* A case as it is parsed; everything that the test points to. */
typedef struct parsed {
  tni_operator_test test;
  tni_facts facts[TNI_TEST_PORTS];
  tn_dimension elements[TNI_TEST_PORTS][ELEMENTS];
  tn_symbol symbols[SYMBOLS];
  uint32_t symbol_count;
  int64_t ints[TNI_TEST_PORTS][NUMBERS];
  float floats[TNI_TEST_PORTS];
  tn_string texts[TNI_TEST_PORTS];
  char names[TNI_TEST_PORTS][32];
} parsed;

static uint32_t type_of(const char *text, size_t length) {
#define TYPE_NAME(name, number, bits, onnx) {#name, number},
  static const struct {
    const char *name;
    uint32_t type;
  } types[] = {TN_ELEMENT_TYPE_MAP(TYPE_NAME)};
#undef TYPE_NAME
  for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
    size_t k = 0;
    while (k < length && tolower((unsigned char)types[i].name[k]) == text[k])
      k++;
    if (k == length && types[i].name[k] == '\0') return types[i].type;
  }
  cr_assert_fail("no element type in %s", text);
  return 0;
}

static const tn_symbol *symbol_of(parsed *self, const char *text, size_t length) {
  const tn_string name = tn_string_make(text, length);
  for (uint32_t i = 0; i < self->symbol_count; i++)
    if (tn_string_equal(self->symbols[i].name, name)) return &self->symbols[i];
  cr_assert(self->symbol_count < SYMBOLS);
  self->symbols[self->symbol_count] = (tn_symbol){TN_SIZE(tn_symbol), 0, name};
  return &self->symbols[self->symbol_count++];
}

/* One dimension or element; returns what follows it. */
static const char *parse_dimension(parsed *self, const char *text, tn_dimension *out) {
  *out = (tn_dimension){0, TN_UNBOUNDED, NULL};
  if (*text == '?') return text + 1;
  if (isalpha((unsigned char)*text)) {
    const size_t length = strcspn(text, ",]} ");
    out->symbol = symbol_of(self, text, length);
    return text + length;
  }
  char *end;
  out->min = out->max = strtoll(text, &end, 10);
  cr_assert(end != text, "no dimension in %s", text);
  if (strncmp(end, "..", 2) != 0) return end;
  end += 2;
  out->max = isdigit((unsigned char)*end) ? strtoll(end, &end, 10) : TN_UNBOUNDED;
  return end;
}

/* Dimensions up to a closing bracket. */
static const char *parse_list(parsed *self, const char *text, char close, tn_dimension *out,
                              uint32_t *count) {
  *count = 0;
  while (*text != close) {
    text = parse_dimension(self, text, &out[(*count)++]);
    if (*text == ',') text++;
  }
  return text + 1;
}

/* Elements that are numbers make a tensor; the shape without one is that of a vector. */
static const char *parse_numbers(tni_facts *facts, const char *text, tn_tensor **out) {
  double values[ELEMENTS];
  int64_t shape[TN_MAX_RANK];
  size_t count = 0;
  for (text++; *text != '}'; text += *text == ',') {
    char *end;
    values[count++] = strtod(text, &end);
    cr_assert(end != text, "no number in %s", text);
    text = end;
  }
  for (uint32_t i = 0; i < facts->rank; i++)
    shape[i] = facts->dimensions[i].min;
  *out =
      tni_test_tensor(facts->type, facts->has_rank ? (int)facts->rank : -1, shape, count, values);
  return text + 1;
}

static int has_unknown(const char *elements) {
  for (const char *at = elements + 1; *at != '}'; at++)
    if (*at == '?' || (isalpha((unsigned char)*at) && (at[-1] == ',' || at[-1] == '{')) ||
        strncmp(at, "..", 2) == 0)
      return !(strncmp(at, "nan", 3) == 0 || strncmp(at, "inf", 3) == 0);
  return 0;
}

static const char *parse_input(parsed *self, const char *text, uint32_t index) {
  tni_facts *facts = &self->facts[index];
  if (*text == '-') return text + 1;
  const size_t length = strcspn(text, "[{ ");
  facts->type = type_of(text, length);
  text += length;
  if (*text == '[') {
    text = parse_list(self, text + 1, ']', facts->dimensions, &facts->rank);
    facts->has_rank = 1;
  }
  if (*text == '{' && !has_unknown(text))
    return parse_numbers(facts, text, &self->test.inputs[index]);
  if (*text == '{') {
    text = parse_list(self, text + 1, '}', self->elements[index], &facts->element_count);
    facts->elements = self->elements[index];
    if (!facts->has_rank) tni_facts_set_vector(facts, tni_dimension_of(facts->element_count));
  }
  self->test.facts[index] = facts;
  return text;
}

static const char *parse_attribute(parsed *self, const char *text, uint32_t index) {
  const size_t name = strcspn(text, "=");
  const char *value = text + name + 1;
  const size_t length = strcspn(value, " ");
  memcpy(self->names[index], text, name);
  if (*value == '[') {
    uint64_t count = 0;
    for (value++; *value != ']'; value += *value == ',') {
      char *end;
      self->ints[index][count++] = strtoll(value, &end, 10);
      value = end;
    }
    tni_test_ints(&self->test, self->names[index], self->ints[index], count);
    return value + 1;
  }
  if (isalpha((unsigned char)*value)) {
    self->texts[index] = tn_string_make(value, length);
    tni_test_string(&self->test, self->names[index], &self->texts[index]);
  } else if (memchr(value, '.', length)) {
    self->floats[index] = strtof(value, NULL);
    tni_test_float(&self->test, self->names[index], &self->floats[index]);
  } else {
    self->ints[index][0] = strtoll(value, NULL, 10);
    tni_test_int(&self->test, self->names[index], self->ints[index]);
  }
  return value + length;
}

/* Outputs that a case speaks of. */
static uint32_t count_outputs(const char *expected) {
  uint32_t count = strncmp(expected, "!!", 2) == 0 ? 2 : 1;
  for (const char *at = expected; *expected != '!' && *at; at++)
    count += *at == ' ';
  return count;
}

static parsed *parse(const tni_operator_case *given) {
  parsed *self = calloc(1, sizeof *self);
  cr_assert(self != NULL);
  self->test.name = given->operation;
  self->test.output_count = count_outputs(given->expected);
  for (const char *at = given->inputs; *at; at += *at == ' ')
    at = parse_input(self, at, self->test.input_count++);
  uint32_t attributes = 0;
  for (const char *at = given->attributes ? given->attributes : ""; *at; at += *at == ' ')
    at = parse_attribute(self, at, attributes++);
  return self;
}

static void end(parsed *self) {
  for (uint32_t i = 0; i < TNI_TEST_PORTS; i++)
    if (self->test.inputs[i]) tn_tensor_release(self->test.inputs[i]);
  free(self);
}

static size_t append(char *text, size_t length, const char *piece) {
  const int more = snprintf(text + length, TEXT - length, "%s", piece);
  cr_assert(more >= 0 && length + (size_t)more < TEXT);
  return length + (size_t)more;
}

static void describe_rule(const tni_operator_test *test, int elements, char *text) {
  size_t length = 0;
  char one[TEXT];
  text[0] = '\0';
  for (uint32_t i = 0; i < test->output_count; i++) {
    const tni_facts *facts = &test->inferred[i];
    if (i > 0) length = append(text, length, " ");
    length = append(text, length, facts->has_rank ? tni_shape_text(facts, one, sizeof one) : "?");
    if (!elements) continue;
    for (uint32_t k = 0; facts->elements && k < facts->element_count; k++) {
      length = append(text, length, k == 0 ? "{" : ",");
      length = append(text, length, tni_dimension_text(facts->elements[k], one, sizeof one));
    }
    if (facts->elements) length = append(text, length, facts->element_count ? "}" : "{}");
  }
}

static void describe_results(const tni_operator_test *test, char *text) {
  size_t length = 0;
  char one[64];
  text[0] = '\0';
  for (uint32_t i = 0; i < test->output_count; i++) {
    double values[ELEMENTS * 4];
    const tn_tensor *tensor = test->outputs[i];
    length = append(text, length, i > 0 ? " [" : "[");
    for (uint32_t k = 0; k < tensor->rank; k++) {
      snprintf(one, sizeof one, k > 0 ? ",%" PRId64 : "%" PRId64, tensor->shape[k]);
      length = append(text, length, one);
    }
    length = append(text, length, "]{");
    cr_assert(tn_tensor_element_count(tensor) <= ELEMENTS * 4);
    tni_test_values(tensor, values);
    for (uint64_t k = 0; k < tn_tensor_element_count(tensor); k++) {
      snprintf(one, sizeof one, k > 0 ? ",%.7g" : "%.7g", values[k]);
      length = append(text, length, one);
    }
    length = append(text, length, "}");
  }
}

/* Compares with what is expected: a message, or the description of the outputs. */
static void judge(const tni_operator_case *given, tn_status status, const tn_error *error,
                  const char *got) {
  const char *with = given->attributes ? given->attributes : "";
  if (given->expected[0] != '!') {
    cr_expect_eq(status, TN_OK, "%s %s %s: %s", given->operation, given->inputs, with,
                 error->message);
    if (status == TN_OK)
      cr_expect_str_eq(got, given->expected, "%s %s %s: %s, not %s", given->operation,
                       given->inputs, with, got, given->expected);
    return;
  }
  cr_expect_neq(status, TN_OK, "%s %s %s: no error", given->operation, given->inputs, with);
  if (status == TN_OK) return;
  const char *message = given->expected + (given->expected[1] == '!' ? 2 : 1);
  cr_expect(strstr(error->message, message) != NULL, "%s %s %s: \"%s\" does not say \"%s\"",
            given->operation, given->inputs, with, error->message, given->expected + 1);
  cr_expect(strstr(error->message, "'tested'") != NULL, "\"%s\" does not name the node",
            error->message);
}

void tni_expect_rules(const tni_operator_case *cases, size_t count) {
  for (size_t i = 0; i < count; i++) {
    char text[TEXT] = "";
    parsed *self = parse(&cases[i]);
    const tn_status status = tni_test_infer(&self->test);
    if (status == TN_OK) describe_rule(&self->test, strchr(cases[i].expected, '{') != NULL, text);
    judge(&cases[i], status, &self->test.error, text);
    end(self);
  }
}

void tni_expect_results(const tni_operator_case *cases, size_t count) {
  for (size_t i = 0; i < count; i++) {
    char text[TEXT] = "";
    parsed *self = parse(&cases[i]);
    const tn_status status = tni_test_run(&self->test);
    if (status == TN_OK) describe_results(&self->test, text);
    judge(&cases[i], status, &self->test.error, text);
    tni_test_end(&self->test);
    end(self);
  }
}

static tn_status attempt(const tni_allocator *allocator, void *user) {
  parsed *self = user;
  self->test.allocator = allocator;
  self->test.element_count = 0;
  const tn_status status = tni_test_run(&self->test);
  tni_test_end(&self->test);
  return status;
}

void tni_expect_no_leak(const tni_operator_case *cases, size_t count) {
  tni_expect_results(cases, count);
  for (size_t i = 0; i < count; i++) {
    parsed *self = parse(&cases[i]);
    cr_expect_gt(tni_fault_sweep(attempt, self), 0, "%s %s", cases[i].operation, cases[i].inputs);
    end(self);
  }
}
