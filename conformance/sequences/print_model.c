/* A model as constant structs of C. */
#include <inttypes.h>
#include <string.h>

#include "sequences/print.h"

const char *sequence_type_name(uint32_t type) {
  static const struct {
    uint32_t type;
    const char *name;
  } names[] = {{TN_F32, "TN_F32"},  {TN_F16, "TN_F16"}, {TN_F64, "TN_F64"}, {TN_BF16, "TN_BF16"},
               {TN_I8, "TN_I8"},    {TN_I16, "TN_I16"}, {TN_I32, "TN_I32"}, {TN_I64, "TN_I64"},
               {TN_U8, "TN_U8"},    {TN_U16, "TN_U16"}, {TN_U32, "TN_U32"}, {TN_U64, "TN_U64"},
               {TN_BOOL, "TN_BOOL"}};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (names[i].type == type) return names[i].name;
  return "TN_ANY_TYPE";
}

/* --- elements */

static void print_element(FILE *to, const tn_tensor *dense, uint64_t i) {
  const uint32_t bytes = tn_element_type_bits(dense->type) / 8;
  uint64_t bits = 0;
  if (dense->type == TN_F32) {
    float number;
    memcpy(&number, (const float *)dense->data + i, sizeof number);
    char text[32];
    snprintf(text, sizeof text, "%.9g", (double)number);
    fprintf(to, strpbrk(text, ".eni") ? "%sf" : "%s.0f", text);
    return;
  }
  memcpy(&bits, (const char *)dense->data + i * bytes, bytes);
  if (dense->type == TN_I32)
    fprintf(to, "%" PRId32, (int32_t)(uint32_t)bits);
  else
    fprintf(to, "0x%" PRIx64, bits);
}

static const char *element_type(uint32_t type) {
  switch (tn_element_type_bits(type)) {
    case 64:
      return "uint64_t";
    case 32:
      return type == TN_F32 ? "float" : type == TN_I32 ? "int32_t" : "uint32_t";
    case 16:
      return "uint16_t";
    default:
      return "uint8_t";
  }
}

void sequence_print_elements(FILE *to, const char *name, const tn_tensor *dense) {
  const uint64_t count = tn_tensor_element_count(dense);
  fprintf(to, "static const %s %s[] = {", element_type(dense->type), name);
  for (uint64_t i = 0; i < count; i++) {
    fprintf(to, "%s", i == 0 ? "\n    " : i % 8 == 0 ? ",\n    " : ", ");
    print_element(to, dense, i);
  }
  fprintf(to, "%s};\n", count ? "" : "0");
}

/* --- strings and lists */

static void print_string(FILE *to, tn_string text) {
  fprintf(to, "TN_STRING_INIT(\"");
  for (uint64_t i = 0; i < text.length; i++)
    if (text.data[i] == '"' || text.data[i] == '\\' || (unsigned char)text.data[i] < ' ')
      fprintf(to, "\\%03o", (unsigned)(unsigned char)text.data[i]);
    else
      fputc(text.data[i], to);
  fprintf(to, "\")");
}

/* --- values: each is printed once, numbered as it comes */

enum { MAX_VALUES = 64 };

struct printer {
  FILE *to;
  const char *name;
  const tn_value_info *values[MAX_VALUES];
  uint32_t count;
};

static uint32_t number_of(const struct printer *self, const tn_value_info *value) {
  uint32_t i = 0;
  while (i < self->count && self->values[i] != value)
    i++;
  return i;
}

static void print_constant(const struct printer *self, uint32_t number, const tn_tensor *constant) {
  char name[128];
  snprintf(name, sizeof name, "%s_data_%u", self->name, number);
  sequence_print_elements(self->to, name, constant);
  fprintf(self->to, "static const int64_t %s_shape_%u[] = {", self->name, number);
  for (uint32_t i = 0; i < constant->rank; i++)
    fprintf(self->to, "%s%" PRId64, i ? ", " : "", constant->shape[i]);
  fprintf(self->to,
          "%s};\nstatic tn_tensor %s_constant_%u = {\n"
          "    .api = &sequence_constant_api, .maker = &sequence_maker,\n"
          "    .size = TN_SIZE(tn_tensor), .type = %s, .rank = %u, .flags = TN_TENSOR_READ_ONLY,\n"
          "    .shape = %s_shape_%u, .data = (void *)(uintptr_t)%s,\n"
          "    .capacity_bytes = sizeof %s};\n",
          constant->rank ? "" : "0", self->name, number, sequence_type_name(constant->type),
          constant->rank, self->name, number, name, name);
}

static void print_value(struct printer *self, const tn_value_info *value) {
  if (!value || number_of(self, value) < self->count || self->count == MAX_VALUES) return;
  const uint32_t number = self->count;
  self->values[self->count++] = value;
  if (value->constant) print_constant(self, number, value->constant);
  fprintf(self->to, "static const tn_dimension %s_dimensions_%u[] = {", self->name, number);
  for (uint32_t i = 0; i < value->rank; i++)
    fprintf(self->to, "%s{%" PRId64 ", %" PRId64 ", NULL}", i ? ", " : "", value->dimensions[i].min,
            value->dimensions[i].max);
  fprintf(self->to,
          "%s};\nstatic const tn_value_info %s_value_%u = {\n    TN_SIZE(tn_value_info), "
          "%s, ",
          value->rank ? "" : "{0, 0, NULL}", self->name, number,
          value->flags & TN_VALUE_HAS_RANK ? "TN_VALUE_HAS_RANK" : "0");
  print_string(self->to, value->name);
  fprintf(self->to, ", %s, %u,\n    %s_dimensions_%u, ", sequence_type_name(value->type),
          value->rank, self->name, number);
  if (value->constant)
    fprintf(self->to, "&%s_constant_%u};\n", self->name, number);
  else
    fprintf(self->to, "NULL};\n");
}

static void print_values(struct printer *self, const char *list, uint32_t index,
                         const tn_value_info *const *values, uint32_t count) {
  fprintf(self->to, "static const tn_value_info *const %s_%s_%u[] = {", self->name, list, index);
  for (uint32_t i = 0; i < count; i++)
    if (values[i])
      fprintf(self->to, "%s&%s_value_%u", i ? ", " : "", self->name, number_of(self, values[i]));
    else
      fprintf(self->to, "%sNULL", i ? ", " : "");
  fprintf(self->to, "%s};\n", count ? "" : "NULL");
}

/* --- attributes and nodes */

static void print_attribute(const struct printer *self, uint32_t node, uint32_t index,
                            const tn_attribute *attribute) {
  FILE *to = self->to;
  const bool text =
      attribute->kind == TN_ATTRIBUTE_STRING || attribute->kind == TN_ATTRIBUTE_STRINGS;
  const bool real = attribute->kind == TN_ATTRIBUTE_FLOAT || attribute->kind == TN_ATTRIBUTE_FLOATS;
  fprintf(to, "static const %s %s_elements_%u_%u[] = {",
          text   ? "tn_string"
          : real ? "float"
                 : "int64_t",
          self->name, node, index);
  for (uint64_t i = 0; i < attribute->count; i++) {
    fprintf(to, "%s", i ? ", " : "");
    if (text)
      print_string(to, attribute->as.strings[i]);
    else if (real)
      fprintf(to, "%.9g", (double)attribute->as.floats[i]);
    else
      fprintf(to, "%" PRId64, attribute->as.ints[i]);
  }
  fprintf(to, "};\nstatic const tn_attribute %s_attribute_%u_%u = {TN_SIZE(tn_attribute), %u, ",
          self->name, node, index, attribute->kind);
  print_string(to, attribute->name);
  fprintf(to, ", %" PRIu64 ",\n    {.%s = %s_elements_%u_%u}};\n", attribute->count,
          text   ? "strings"
          : real ? "floats"
                 : "ints",
          self->name, node, index);
}

static void print_attributes(const struct printer *self, uint32_t index, const tn_node *node) {
  for (uint32_t i = 0; i < node->attribute_count; i++)
    print_attribute(self, index, i, node->attributes[i]);
  fprintf(self->to, "static const tn_attribute *const %s_attributes_%u[] = {", self->name, index);
  for (uint32_t i = 0; i < node->attribute_count; i++)
    fprintf(self->to, "%s&%s_attribute_%u_%u", i ? ", " : "", self->name, index, i);
  fprintf(self->to, "%s};\n", node->attribute_count ? "" : "NULL");
}

static void print_node(struct printer *self, uint32_t index, const tn_node *node) {
  FILE *to = self->to;
  const char *name = self->name;
  print_values(self, "takes", index, node->inputs, node->input_count);
  print_values(self, "gives", index, node->outputs, node->output_count);
  print_attributes(self, index, node);
  fprintf(to, "static const tn_string %s_origins_%u[] = {", name, index);
  print_string(to, node->name);
  fprintf(to, "};\nstatic const tn_node %s_node_%u = {\n    TN_SIZE(tn_node), 0, ", name, index);
  print_string(to, node->name);
  fprintf(to, ", ");
  print_string(to, node->domain);
  fprintf(to, ",\n    ");
  print_string(to, node->operation);
  fprintf(to,
          ", %u, %u, %u, %u, %s_takes_%u, %s_gives_%u,\n    %s_attributes_%u, %s_origins_%u, 1, "
          "TN_STRING_INIT(\"\")};\n",
          node->since_version, node->input_count, node->output_count, node->attribute_count, name,
          index, name, index, name, index, name, index);
}

/* --- the model */

static void print_sets(FILE *to, const char *name, const tn_model *model) {
  for (uint32_t i = 0; i < model->operator_set_count; i++) {
    fprintf(to, "static const tn_operator_set %s_set_%u = {TN_SIZE(tn_operator_set), %u, ", name, i,
            model->operator_sets[i]->version);
    print_string(to, model->operator_sets[i]->domain);
    fprintf(to, "};\n");
  }
  fprintf(to, "static const tn_operator_set *const %s_sets[] = {", name);
  for (uint32_t i = 0; i < model->operator_set_count; i++)
    fprintf(to, "%s&%s_set_%u", i ? ", " : "", name, i);
  fprintf(to, "};\n");
}

static void print_graph(struct printer *self, const tn_graph *graph) {
  FILE *to = self->to;
  const char *name = self->name;
  for (uint32_t i = 0; i < graph->input_count; i++)
    print_value(self, graph->inputs[i]);
  for (uint32_t i = 0; i < graph->constant_count; i++)
    print_value(self, graph->constants[i]);
  for (uint32_t n = 0; n < graph->node_count; n++) {
    for (uint32_t i = 0; i < graph->nodes[n]->output_count; i++)
      print_value(self, graph->nodes[n]->outputs[i]);
    print_node(self, n, graph->nodes[n]);
  }
  fprintf(to, "static const tn_node *const %s_nodes[] = {", name);
  for (uint32_t n = 0; n < graph->node_count; n++)
    fprintf(to, "%s&%s_node_%u", n ? ", " : "", name, n);
  fprintf(to, "};\n");
  print_values(self, "inputs", 0, graph->inputs, graph->input_count);
  print_values(self, "outputs", 0, graph->outputs, graph->output_count);
  print_values(self, "constants", 0, graph->constants, graph->constant_count);
  fprintf(to,
          "static const tn_graph %s_graph = {TN_SIZE(tn_graph), 0, TN_STRING_INIT(\"%s\"), %u, %u, "
          "%u, %u,\n    %s_nodes, %s_inputs_0, %s_outputs_0, %s_constants_0};\n",
          name, name, graph->node_count, graph->input_count, graph->output_count,
          graph->constant_count, name, name, name, name);
}

void sequence_print_model(FILE *to, const char *name, const tn_model *model) {
  struct printer self = {.to = to, .name = name};
  print_sets(to, name, model);
  print_graph(&self, model->graph);
  fprintf(
      to,
      "static tn_model %s = {&sequence_model_api, &sequence_maker, NULL, TN_SIZE(tn_model), 0,\n"
      "    TN_STRING_INIT(\"%s\"), &%s_graph, %s_sets, %u, 0};\n\n",
      name, name, name, name, model->operator_set_count);
}
