#include "tenon/kit/onnx.h"

#include "base/vector.h"
#include "frontends/onnx/onnx.h"
#include "graph/graph.h"
#include "kit/engine.h"

#include <stdlib.h>
#include <string.h>

/* What tn_kit_onnx_write_rest wrote, line by line. */
struct rest {
  const char *at, *end;
  tni_model *model;
  tni_vector symbols; /* of const tn_symbol *, by their numbers from 1 */
  tni_node *node;     /* the one whose origins come */
  tn_error *error;
};

static tn_status malformed(const struct rest *self) {
  return tni_fail(self->error, TN_MALFORMED, "what the blob says of ports and origins is damaged");
}

static tn_status take_number(struct rest *self, int64_t *out) {
  char digits[24];
  size_t length = 0;
  while (self->at < self->end && *self->at == ' ')
    self->at++;
  while (self->at < self->end && *self->at >= '0' && *self->at <= '9' && length + 1 < sizeof digits)
    digits[length++] = *self->at++;
  digits[length] = '\0';
  if (length == 0 || length > 19) return malformed(self);
  *out = strtoll(digits, NULL, 10);
  return TN_OK;
}

/* "LENGTH TEXT", after which the line ends. */
static tn_status take_text(struct rest *self, tn_string *out) {
  int64_t length;
  TN_TRY(take_number(self, &length));
  if (self->at == self->end || *self->at != ' ' || length >= self->end - self->at)
    return malformed(self);
  *out = tn_string_make(self->at + 1, (uint64_t)length);
  self->at += 1 + length;
  return TN_OK;
}

static tn_status read_symbol(struct rest *self) {
  tn_string name;
  const tn_symbol *symbol;
  TN_TRY(take_text(self, &name));
  TN_TRY(tni_model_symbol(self->model, name, &symbol, self->error));
  if (tni_vector_append(&self->symbols, &symbol) == TN_OK) return TN_OK;
  return tni_fail(self->error, TN_OUT_OF_MEMORY, "no memory for a symbol");
}

static const tn_value_info *find_port(const tni_model *model, int64_t index) {
  const tn_graph *graph = model->view.graph;
  if (index < graph->input_count) return graph->inputs[index];
  index -= graph->input_count;
  return index < graph->output_count ? graph->outputs[index] : NULL;
}

static tn_status read_dimension(struct rest *self) {
  int64_t numbers[5]; /* port, dimension, least, most, symbol */
  for (int i = 0; i < 5; i++)
    TN_TRY(take_number(self, &numbers[i]));
  const tn_value_info *port = find_port(self->model, numbers[0]);
  if (!port || numbers[1] >= port->rank || numbers[2] > numbers[3] ||
      (size_t)numbers[4] > self->symbols.count)
    return malformed(self);
  tn_dimension dimensions[TN_MAX_RANK];
  memcpy(dimensions, port->dimensions, port->rank * sizeof *dimensions);
  tn_dimension *d = &dimensions[numbers[1]];
  d->min = numbers[2];
  d->max = numbers[3];
  d->symbol = NULL;
  if (numbers[4])
    d->symbol = *(const tn_symbol **)tni_vector_at(&self->symbols, (size_t)numbers[4] - 1);
  return tni_value_set_shape(tni_value_of(port), port->rank, dimensions, self->error);
}

static tn_status read_node(struct rest *self) {
  tn_string name;
  TN_TRY(take_text(self, &name));
  self->node = tni_model_find_node(self->model, name);
  if (!self->node) return malformed(self);
  self->node->view.origin_count = 0; /* the reader gave it its own name */
  return TN_OK;
}

static tn_status read_origin(struct rest *self) {
  tn_string name;
  TN_TRY(take_text(self, &name));
  if (!self->node) return malformed(self);
  return tni_node_add_origin(self->node, name, self->error);
}

static tn_status read_line(struct rest *self) {
  const char kind = *self->at++;
  switch (kind) {
    case 'n':
      return read_symbol(self);
    case 'd':
      return read_dimension(self);
    case 'o':
      return read_node(self);
    case 's':
      return read_origin(self);
    default:
      return malformed(self);
  }
}

static tn_status read_rest(tni_model *model, tn_bytes bytes, tn_error *error) {
  struct rest self = {.at = bytes.data, .model = model, .error = error};
  self.end = self.at + bytes.size;
  tni_vector_init(&self.symbols, model->environment->allocator, sizeof(const tn_symbol *));
  tn_status status = TN_OK;
  while (status == TN_OK && self.at < self.end) {
    status = read_line(&self);
    if (status == TN_OK && (self.at == self.end || *self.at++ != '\n')) status = malformed(&self);
  }
  tni_vector_destroy(&self.symbols);
  return status;
}

static tn_status read_all(tn_kit_engine *engine, tn_bytes file, tn_bytes rest, tn_model **out,
                          tn_error *error) {
  tni_model *model;
  TN_TRY(tni_onnx_read_memory(&engine->kit->environment, file.data, (size_t)file.size, NULL, &model,
                              error));
  tn_status status = read_rest(model, rest, error);
  if (status == TN_OK) status = tni_model_freeze(model, out, error);
  if (status != TN_OK) tni_model_destroy(model);
  return status;
}

/* What the reader does not know was not written by the kit: in a blob it is damage like any other.
 */
tn_status tn_kit_onnx_read(tn_kit_engine *engine, tn_bytes file, tn_bytes rest, tn_model **out,
                           tn_error *error) {
  tn_error problem = {0};
  const tn_status status = read_all(engine, file, rest, out, &problem);
  if (status == TN_OK) return TN_OK;
  if (status == TN_OUT_OF_MEMORY) return tni_fail(error, status, "%s", problem.message);
  return tni_fail_clause(error, TN_MALFORMED, TNI_CLAUSE(IMPORT, 1), "the blob's model: %s",
                         problem.message);
}
