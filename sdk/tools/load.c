#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "npy.h"
#include "tool.h"

/* --- properties of the command line
 * ------------------------------------------------------------------------ */

/* Values with the text that they borrow. */
struct properties {
  tn_map_entry entries[2 * TOOL_MAX_LIST];
  char *texts[2 * TOOL_MAX_LIST];
  uint64_t count;
};

static tn_status keep_value(void *user, const tn_value *value) {
  struct properties *all = user;
  tn_value *kept = &all->entries[all->count].value;
  *kept = *value;
  if (value->kind != TN_VALUE_STRING) return TN_OK;
  char *copy = malloc((size_t)value->as.string.length + 1);
  if (!copy) return TN_OUT_OF_MEMORY;
  memcpy(copy, value->as.string.data, (size_t)value->as.string.length);
  all->texts[all->count] = copy;
  kept->as.string.data = copy;
  return TN_OK;
}

static tn_status parse_properties(tool *self, struct properties *out) {
  for (uint32_t i = 0; i < self->properties.count; i++, out->count++) {
    char name[256];
    const tool_pair *pair = &self->properties.items[i];
    snprintf(name, sizeof name, "%.*s", TNI_TEXT(pair->left));
    TN_TRY(tn_core_parse_property(self->core, self->device, name, pair->right, keep_value, out,
                                  &self->error));
    out->entries[out->count].key = pair->left;
  }
  return TN_OK;
}

static void free_properties(struct properties *all) {
  for (size_t i = 0; i < sizeof all->texts / sizeof *all->texts; i++)
    free(all->texts[i]);
}

/* --- the model
 * ------------------------------------------------------------------------------------------------
 */

static bool ends_with(const char *text, const char *end) {
  size_t length = strlen(text), tail = strlen(end);
  return length >= tail && strcmp(text + length - tail, end) == 0;
}

/* Whether the file is a blob of the device: its beginning says so. */
static bool is_blob(tool *self) {
  char head[TN_IMPORT_HEAD_SIZE];
  FILE *file = ends_with(self->argument, ".onnx") ? NULL : fopen(self->argument, "rb");
  if (!file) return false;
  size_t count = fread(head, 1, sizeof head, file);
  fclose(file);
  tn_status status = tn_core_check_blob(self->core, self->device, head, count, NULL, &self->error);
  return status == TN_OK || status == TN_RECOMPILE;
}

static tn_status compile(tool *self, const tn_compile_options *options, tn_compiled **out) {
  tn_model *model = NULL;
  if (is_blob(self))
    return tn_core_import_file(self->core, self->device, self->argument, options, out,
                               &self->error);
  TN_TRY(tn_core_read_model(self->core, self->argument, &model, &self->error));
  tn_status status = tn_core_compile(self->core, model, self->device, options, out, &self->error);
  tn_model_release(model);
  return status;
}

bool tool_load(tool *self, const tn_map_entry *extra, uint64_t extra_count, tn_compiled **out) {
  static struct properties all;
  tn_compile_options options = tn_compile_options_init();
  tn_status status = parse_properties(self, &all);
  for (uint64_t i = 0; status == TN_OK && i < extra_count; i++)
    all.entries[all.count++] = extra[i];
  options.properties = all.entries;
  options.property_count = all.count;
  if (status == TN_OK) status = compile(self, &options, out);
  free_properties(&all);
  memset(&all, 0, sizeof all);
  if (status != TN_OK) tool_fail(self, self->argument);
  return status == TN_OK;
}

/* --- inputs
 * ------------------------------------------------------------------------------------------------------
 */

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

static tn_status make_input(tool *self, const tn_value_info *port, uint32_t index,
                            tn_tensor **out) {
  const tool_pair *file = find_pair(&self->inputs, port, index);
  int64_t shape[TN_MAX_RANK];
  uint32_t rank = 0;
  if (file) return npy_read(self->core, file->right, out, &self->error);
  TN_TRY(choose_shape(self, port, index, shape, &rank, &self->error));
  TN_TRY(tn_core_create_tensor(self->core, port->type, rank, shape, out, &self->error));
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

static tn_status set_inputs(tool *self, const tn_port_list *ports, tn_request *request) {
  TN_TRY(check_names(self, &self->inputs, "-i", ports));
  TN_TRY(check_names(self, &self->shapes, "-s", ports));
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
