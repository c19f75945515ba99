#include "ops/attributes.h"
#include <stdarg.h>
#include <stdio.h>

const tn_attribute *tni_attribute_find(const tn_node *node, const char *name, uint32_t kind) {
  const tn_attribute *attribute = tn_node_attribute(node, tn_string_from(name));
  return attribute && attribute->kind == kind ? attribute : NULL;
}

int64_t tni_attribute_int(const tn_node *node, const char *name, int64_t fallback) {
  const tn_attribute *attribute = tni_attribute_find(node, name, TN_ATTRIBUTE_INT);
  return attribute ? attribute->as.ints[0] : fallback;
}

double tni_attribute_float(const tn_node *node, const char *name, double fallback) {
  const tn_attribute *attribute = tni_attribute_find(node, name, TN_ATTRIBUTE_FLOAT);
  return attribute ? (double)attribute->as.floats[0] : fallback;
}

tn_string tni_attribute_string(const tn_node *node, const char *name, tn_string fallback) {
  const tn_attribute *attribute = tni_attribute_find(node, name, TN_ATTRIBUTE_STRING);
  return attribute ? attribute->as.strings[0] : fallback;
}

const int64_t *tni_attribute_ints(const tn_node *node, const char *name, uint64_t *count) {
  static const int64_t none[1];
  const tn_attribute *attribute = tni_attribute_find(node, name, TN_ATTRIBUTE_INTS);
  *count = attribute ? attribute->count : 0;
  if (!attribute) return NULL;
  return attribute->count > 0 ? attribute->as.ints : none;
}

const float *tni_attribute_floats(const tn_node *node, const char *name, uint64_t *count) {
  static const float none[1];
  const tn_attribute *attribute = tni_attribute_find(node, name, TN_ATTRIBUTE_FLOATS);
  *count = attribute ? attribute->count : 0;
  if (!attribute) return NULL;
  return attribute->count > 0 ? attribute->as.floats : none;
}

tn_tensor *tni_attribute_tensor(const tn_node *node, const char *name) {
  const tn_attribute *attribute = tni_attribute_find(node, name, TN_ATTRIBUTE_TENSOR);
  return attribute ? attribute->as.tensors[0] : NULL;
}

const tn_graph *tni_attribute_graph(const tn_node *node, const char *name) {
  const tn_attribute *attribute = tni_attribute_find(node, name, TN_ATTRIBUTE_GRAPH);
  return attribute ? attribute->as.graphs[0] : NULL;
}

tn_status tni_node_fail(const tn_node *node, tn_error *error, tn_status status, const char *format,
                        ...) {
  char message[sizeof error->message];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(message, sizeof message, format, arguments);
  va_end(arguments);
  return tni_fail(error, status, "node '%.*s' (%.*s): %s", TNI_TEXT(node->name),
                  TNI_TEXT(node->operation), message);
}
