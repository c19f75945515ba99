/* The inputs of a request: from files, or filled. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "npy.h"
#include "tool.h"

/* The pair that speaks of an input by its name or number, or NULL. */
static const tool_pair *find_pair(const tool_pairs *pairs, const tn_value_info *port,
                                  uint32_t index) {
  char number[16];
  snprintf(number, sizeof number, "%u", index);
  for (uint32_t i = 0; i < pairs->count; i++)
    if (tn_string_equal(pairs->items[i].left, port->name) ||
        tn_string_equal(pairs->items[i].left, tn_string_from(number)))
      return &pairs->items[i];
  return NULL;
}

static tn_status parse_shape(const tn_value_info *port, const char *text, int64_t *shape,
                             uint32_t *rank, tn_error *error) {
  for (*rank = 0; *text; text += *text == ',') {
    char *end;
    errno = 0;
    int64_t extent = strtoll(text, &end, 10);
    if (end == text || errno || extent < 0 || *rank == TN_MAX_RANK || (*end && *end != ','))
      return tni_fail(error, TN_INVALID_ARGUMENT,
                      "-s: the shape of input %.*s is '%s' instead of numbers like 1,3,224,224",
                      TNI_TEXT(port->name), text);
    shape[(*rank)++] = extent;
    text = end;
  }
  return TN_OK;
}

/* The shape of an input that no file gives: as -s says, else as the model says; what is unknown
 * takes its least. */
static tn_status choose_shape(const tool *self, const tn_value_info *port, uint32_t index,
                              int64_t *shape, uint32_t *rank, tn_error *error) {
  const tool_pair *pair = find_pair(&self->shapes, port, index);
  if (pair) return parse_shape(port, pair->right, shape, rank, error);
  if (!(port->flags & TN_VALUE_HAS_RANK))
    return tni_fail(error, TN_INVALID_ARGUMENT,
                    "input %.*s has no known rank: give its shape with -s", TNI_TEXT(port->name));
  *rank = port->rank;
  for (uint32_t i = 0; i < port->rank; i++) {
    shape[i] = port->dimensions[i].min;
    if (port->dimensions[i].max != shape[i] && shape[i] == 0) shape[i] = 1;
  }
  return TN_OK;
}

/* As bench/peer.h: one fixed sequence in [-1, 1) for f32, zeros for everything else. */
static void fill(tn_tensor *tensor) {
  uint64_t count = tn_tensor_element_count(tensor);
  uint32_t state = 1;
  memset(tensor->data, 0, (size_t)tn_dense_bytes(tensor->type, count));
  if (tensor->type != TN_F32) return;
  for (uint64_t i = 0; i < count; i++) {
    state = state * 1664525u + 1013904223u;
    ((float *)tensor->data)[i] = (float)(int32_t)state * 0x1p-31f;
  }
}

/* Of another type a plugin would say so too, but not of which file. */
static tn_status read_input(tool *self, const tn_value_info *port, const char *path,
                            tn_tensor **out) {
  tn_tensor *tensor = NULL;
  TN_TRY(npy_read(self->core, path, &tensor, &self->error));
  if (port->type == TN_ANY_TYPE || tensor->type == port->type) {
    *out = tensor;
    return TN_OK;
  }
  tni_fail(&self->error, TN_WRONG_TYPE, "-i %.*s: %s holds elements of type %s, expected %s",
           TNI_TEXT(port->name), path, tool_type_name(tensor->type), tool_type_name(port->type));
  tn_tensor_release(tensor);
  return TN_WRONG_TYPE;
}

static tn_status make_input(tool *self, const tn_value_info *port, uint32_t index,
                            tn_tensor **out) {
  const tool_pair *file = find_pair(&self->inputs, port, index);
  int64_t shape[TN_MAX_RANK];
  uint32_t rank = 0;
  if (file) return read_input(self, port, file->right, out);
  TN_TRY(choose_shape(self, port, index, shape, &rank, &self->error));
  const tn_status status =
      tn_core_create_tensor(self->core, port->type, rank, shape, out, &self->error);
  if (status != TN_OK)
    return tni_fail_prefix(&self->error, status, "input %.*s, filled", TNI_TEXT(port->name));
  fill(*out);
  return TN_OK;
}

/* Every name of -i and -s must be an input's. */
static tn_status check_names(tool *self, const tool_pairs *pairs, const char *option,
                             const tn_port_list *ports) {
  for (uint32_t i = 0; i < pairs->count; i++) {
    tool_pairs one = {.items = {pairs->items[i]}, .count = 1};
    bool found = false;
    for (uint32_t j = 0; j < ports->input_count && !found; j++)
      found = find_pair(&one, ports->inputs[j], j) != NULL;
    if (!found)
      return tni_fail(&self->error, TN_NOT_FOUND, "%s: the model has no input '%.*s'", option,
                      TNI_TEXT(pairs->items[i].left));
  }
  return TN_OK;
}

/* An input is spoken of once, by name or by number. */
static tn_status check_once(tool *self, const tn_value_info *port, uint32_t index) {
  const tool_pairs *const lists[] = {&self->inputs, &self->shapes};
  uint32_t count = 0;
  for (int i = 0; i < 2; i++)
    for (uint32_t j = 0; j < lists[i]->count; j++) {
      const tool_pairs one = {.items = {lists[i]->items[j]}, .count = 1};
      count += find_pair(&one, port, index) != NULL;
    }
  if (count < 2) return TN_OK;
  return tni_fail(&self->error, TN_INVALID_ARGUMENT,
                  "input %u, %.*s: %u of -i and -s speak of it: give one", index,
                  TNI_TEXT(port->name), count);
}

static tn_status set_inputs(tool *self, const tn_port_list *ports, tn_request *request) {
  TN_TRY(check_names(self, &self->inputs, "-i", ports));
  TN_TRY(check_names(self, &self->shapes, "-s", ports));
  for (uint32_t i = 0; i < ports->input_count; i++)
    TN_TRY(check_once(self, ports->inputs[i], i));
  for (uint32_t i = 0; i < ports->input_count; i++) {
    tn_tensor *tensor = NULL;
    TN_TRY(make_input(self, ports->inputs[i], i, &tensor));
    tn_status status = tn_request_set_tensor(request, i, tensor, &self->error);
    tn_tensor_release(tensor);
    if (status != TN_OK) return status;
  }
  return TN_OK;
}

bool tool_set_inputs(tool *self, tn_compiled *compiled, tn_request *request) {
  if (set_inputs(self, tn_compiled_ports(compiled), request) == TN_OK) return true;
  tool_fail(self, self->argument);
  return false;
}
