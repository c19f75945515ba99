#include <stdbool.h>
#include <stdio.h>
#include "ops/attributes.h"
#include "ops/types.h"

enum {
  MAX_VARIABLES = TNI_MAX_FORMALS, /* Type variables of one operator. */
  TYPES_TEXT = 256                 /* Room for the names of a set of types. */
};

/* A type variable and what was found for it. */
typedef struct type_variable {
  const char *name;
  uint32_t type;
  const char *formal;
} type_variable;

static uint32_t count_formals(const tni_formal *formals) {
  uint32_t count = 0;
  while (count < TNI_MAX_FORMALS && formals[count].name)
    count++;
  return count;
}

/* The formal of actual `index`: the last one repeats when it is variadic. */
static const tni_formal *formal_of(const tni_formal *formals, uint32_t count, uint32_t index) {
  if (index < count) return &formals[index];
  return count > 0 && (formals[count - 1].flags & TNI_VARIADIC) ? &formals[count - 1] : NULL;
}

/* Checks the number of actuals, and that none is left out that must be there. */
static tn_status check_count(const tn_node *node, const tni_formal *formals, const char *kind,
                             uint32_t given, const tn_value_info *const *actuals, tn_error *error) {
  const uint32_t count = count_formals(formals);
  if (given > count && !formal_of(formals, count, given - 1))
    return tni_node_fail(node, error, TN_MALFORMED, "at most %u %ss are expected, %u came", count,
                         kind, given);
  for (uint32_t i = 0; i < count; i++) {
    if ((formals[i].flags & TNI_OPTIONAL) || (i < given && actuals[i])) continue;
    return tni_node_fail(node, error, TN_MALFORMED, "%s %u, '%s', is missing", kind, i,
                         formals[i].name);
  }
  const int repeats_must_be_there = count > 0 && !(formals[count - 1].flags & TNI_OPTIONAL);
  for (uint32_t i = count; repeats_must_be_there && i < given; i++)
    if (!actuals[i])
      return tni_node_fail(node, error, TN_MALFORMED,
                           "%s %u is left out among the repeated %ss '%s'", kind, i, kind,
                           formals[count - 1].name);
  return TN_OK;
}

/* Writes the names of a set of types, "float16, float or double". */
static const char *type_set_text(uint64_t types, char *text, size_t capacity) {
  size_t length = 0;
  text[0] = '\0';
  for (uint32_t type = 1; type <= TN_I2 && length < capacity; type++) {
    if (!tni_type_in(type, types)) continue;
    const char *separator = length == 0 ? "" : (types >> type) == 1 ? " or " : ", ";
    const int written =
        snprintf(text + length, capacity - length, "%s%s", separator, tni_type_name(type));
    length += written > 0 ? (size_t)written : 0;
  }
  return text;
}

static tn_status check_variable(const tn_node *node, type_variable *variables,
                                const tni_formal *formal, uint32_t type, tn_error *error) {
  uint32_t i = 0;
  while (i < MAX_VARIABLES && variables[i].name && strcmp(variables[i].name, formal->variable) != 0)
    i++;
  if (i == MAX_VARIABLES) return TN_OK;
  if (!variables[i].name) {
    variables[i] = (type_variable){formal->variable, type, formal->name};
    return TN_OK;
  }
  if (variables[i].type == type) return TN_OK;
  return tni_node_fail(node, error, TN_MALFORMED,
                       "input '%s' must have the type of input '%s', %s, but has %s", formal->name,
                       variables[i].formal, tni_type_name(variables[i].type), tni_type_name(type));
}

static tn_status check_types(const tni_operator *op, const tn_node *node, const uint32_t *types,
                             tn_error *error) {
  type_variable variables[MAX_VARIABLES] = {{0}};
  const uint32_t count = count_formals(op->inputs);
  for (uint32_t i = 0; i < node->input_count; i++) {
    if (!node->inputs[i] || types[i] == TN_ANY_TYPE) continue;
    const tni_formal *formal = formal_of(op->inputs, count, i);
    if (!tni_type_in(types[i], formal->types)) {
      char text[TYPES_TEXT];
      /* The sets hold what the kernels compute with; of other types nobody here knows whether they
       * are legal. */
      const tn_status status =
          tni_type_in(types[i], TNI_BASIC_TYPES) ? TN_MALFORMED : TN_UNSUPPORTED;
      return tni_node_fail(node, error, status, "input '%s' takes %s, %s came", formal->name,
                           type_set_text(formal->types, text, sizeof text),
                           tni_type_name(types[i]));
    }
    if (formal->variable) TN_TRY(check_variable(node, variables, formal, types[i], error));
  }
  return TN_OK;
}

static const char *kind_name(uint32_t kind) {
  static const char *const names[] = {"nothing", "INT",    "FLOAT",   "STRING",  "TENSOR", "GRAPH",
                                      "INTS",    "FLOATS", "STRINGS", "TENSORS", "GRAPHS"};
  return kind < sizeof names / sizeof names[0] ? names[kind] : "an unknown kind";
}

static const tni_formal_attribute *find_formal_attribute(const tni_operator *op, tn_string name) {
  for (const tni_formal_attribute *formal = op->attributes; formal && formal->name; formal++)
    if (tn_string_equal(name, tn_string_from(formal->name))) return formal;
  return NULL;
}

static tn_status check_attributes(const tni_operator *op, const tn_node *node, tn_error *error) {
  for (uint32_t i = 0; i < node->attribute_count; i++) {
    const tn_attribute *attribute = node->attributes[i];
    const tni_formal_attribute *formal = find_formal_attribute(op, attribute->name);
    if (!formal)
      return tni_node_fail(node, error, TN_MALFORMED,
                           "attribute '%.*s' is not one of version %u of the operator",
                           TNI_TEXT(attribute->name), op->since);
    if (attribute->kind != formal->kind)
      return tni_node_fail(node, error, TN_MALFORMED, "attribute '%s' must be %s, %s came",
                           formal->name, kind_name(formal->kind), kind_name(attribute->kind));
    if (attribute->kind <= TN_ATTRIBUTE_GRAPH && attribute->count != 1)
      return tni_node_fail(node, error, TN_MALFORMED,
                           "attribute '%s' must hold one value, %llu came", formal->name,
                           (unsigned long long)attribute->count);
  }
  for (const tni_formal_attribute *formal = op->attributes; formal && formal->name; formal++)
    if (formal->required && !tn_node_attribute(node, tn_string_from(formal->name)))
      return tni_node_fail(node, error, TN_MALFORMED, "attribute '%s' is missing", formal->name);
  return TN_OK;
}

tn_status tni_operator_check(const tni_operator *op, const tn_node *node, const uint32_t *types,
                             tn_error *error) {
  TN_TRY(check_count(node, op->inputs, "input", node->input_count, node->inputs, error));
  TN_TRY(check_count(node, op->outputs, "output", node->output_count, node->outputs, error));
  TN_TRY(check_types(op, node, types, error));
  return check_attributes(op, node, error);
}
