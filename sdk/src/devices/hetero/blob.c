/* A blob of HETERO: which parts there are and how they hang together, and each part's own blob.
 *
 * The first is written as a model of its own, in which each part is one node: what leads from part
 * to part are its values. The others lie one behind the other in one section, since a container has
 * room for few; the nodes say where. */
#include "devices/hetero/hetero.h"

#include <stdio.h>
#include <string.h>

#include "base/status.h"
#include "base/text.h"
#include "devices/hetero/nodes.h"
#include "devices/hetero/rows.h"
#include "graph/graph.h"
#include "kit/engine.h"
#include "tenon/abi/ext/export.h"
#include "tenon/abi/ext/import.h"
#include "tenon/kit/onnx.h"

#define PARTS_SECTION "parts"
#define REST_SECTION  "rest"
#define GONE_SECTION  "gone"
#define NODES_SECTION "nodes"
#define BLOBS_SECTION "blobs"
#define DOMAIN        "tenon.hetero"
#define OPERATION     "Part"

enum {
  NAME_ROOM = 24,
  BLOB_ALIGNMENT = 64 /* what a section has */
};

/* Where the blob of a part lies in its section. */
struct place {
  uint64_t offset, bytes;
};

/* --- parts as nodes */

static tn_status find_values(tni_model *model, const tn_value_info *const *ports, uint32_t count,
                             tni_value **out, tn_error *error) {
  for (uint32_t i = 0; i < count; i++) {
    out[i] = tni_graph_find_value(model->graph, ports[i]->name);
    if (!out[i])
      return tni_fail(error, TN_INTERNAL, "value '%.*s' of a part is none of the model",
                      TNI_TEXT(ports[i]->name));
  }
  return TN_OK;
}

static tn_status add_part(tni_model *model, const tni_plan *plan, uint32_t number,
                          const struct place *place, tni_value **room, tn_error *error) {
  const tn_port_list *ports = &plan->parts[number].ports;
  tni_node *node;
  char name[NAME_ROOM];
  snprintf(name, sizeof name, "part %u", number);
  TN_TRY(tni_graph_add_node(model->graph, tn_string_from(name), TN_STRING(DOMAIN),
                            TN_STRING(OPERATION), 1, &node, error));
  TN_TRY(tni_node_set_int(node, TN_STRING("number"), number, error));
  TN_TRY(tni_node_set_int(node, TN_STRING("count"), plan->part_count, error));
  TN_TRY(tni_node_set_int(node, TN_STRING("offset"), (int64_t)place->offset, error));
  TN_TRY(tni_node_set_int(node, TN_STRING("bytes"), (int64_t)place->bytes, error));
  TN_TRY(tni_node_set_string(node, TN_STRING("device"),
                             plan->devices.names[plan->parts[number].device], error));
  TN_TRY(find_values(model, ports->inputs, ports->input_count, room, error));
  TN_TRY(tni_node_set_inputs(node, ports->input_count, room, error));
  TN_TRY(find_values(model, ports->outputs, ports->output_count, room, error));
  return tni_node_set_outputs(node, ports->output_count, room, error);
}

/* A part without outputs is not dead: it may set a variable. */
static tn_status remove_unused_constants(tni_model *model, tn_error *error) {
  TN_TRY(tni_model_sync(model, error));
  for (tni_value *value = model->graph->first_value, *next; value; value = next) {
    next = value->next;
    if (value->view.constant && value->use_count == 0) tni_value_remove(value);
  }
  return TN_OK;
}

static tn_status replace_nodes(const tni_hetero_compiled *self, const struct place *places,
                               tni_model *model, tn_error *error) {
  const tni_plan *plan = self->plan;
  tni_node *const last = model->graph->last_node;
  uint32_t most = 1;
  for (uint32_t i = 0; i < plan->part_count; i++) {
    const tn_port_list *ports = &plan->parts[i].ports;
    if (ports->input_count > most) most = ports->input_count;
    if (ports->output_count > most) most = ports->output_count;
  }
  tni_value **room = TNI_ALLOC_ITEMS(plan->environment->allocator, room, most);
  tn_status status =
      room ? TN_OK : tni_fail(error, TN_OUT_OF_MEMORY, "no memory for the parts of a blob");
  for (uint32_t i = 0; status == TN_OK && i < plan->part_count; i++)
    status = add_part(model, plan, i, &places[i], room, error);
  tni_free(plan->environment->allocator, room);
  for (tni_node *node = status == TN_OK ? last : NULL; node;) {
    tni_node *before = node->previous;
    tni_node_remove(node);
    node = before;
  }
  return status == TN_OK ? remove_unused_constants(model, error) : status;
}

static tn_status write_parts(const tni_hetero_compiled *self, tn_kit_container_writer *writer,
                             const tn_model *parts, tn_error *error) {
  const tn_kit_engine *engine = self->base.engine;
  void *file = NULL, *rest = NULL;
  uint64_t file_size, rest_size;
  tn_status status = tn_kit_onnx_write(engine, parts, &file, &file_size, error);
  if (status == TN_OK) status = tn_kit_onnx_write_rest(engine, parts, &rest, &rest_size, error);
  if (status == TN_OK) status = tn_kit_container_add(writer, PARTS_SECTION, file, file_size, error);
  if (status == TN_OK) status = tn_kit_container_add(writer, REST_SECTION, rest, rest_size, error);
  tn_kit_free(engine, rest);
  tn_kit_free(engine, file);
  return status;
}

static tn_status add_structure(const tni_hetero_compiled *self, const struct place *places,
                               tn_kit_container_writer *writer, tn_error *error) {
  tni_model *model;
  tn_model *parts;
  TN_TRY(tni_model_clone(self->plan->model, self->plan->environment, &model, error));
  tn_status status = replace_nodes(self, places, model, error);
  if (status == TN_OK) status = tni_model_set_operator_set(model, TN_STRING(DOMAIN), 1, error);
  if (status == TN_OK) status = tni_model_freeze(model, &parts, error);
  if (status != TN_OK) {
    tni_model_destroy(model);
    return status;
  }
  status = write_parts(self, writer, parts, error);
  tn_model_release(parts);
  return status;
}

/* --- the parts' own blobs */

static tn_status TN_CALL append(const tn_target *target, const void *data, uint64_t count,
                                tn_error *error) {
  tni_text *text = target->user;
  tni_text_append(text, tn_string_make(data, count));
  return tni_text_status(text) == TN_OK
             ? TN_OK
             : tni_fail(error, TN_OUT_OF_MEMORY, "no memory for the blob of a part");
}

static tn_status export_part(const tni_hetero_compiled *self, uint32_t part, tni_text *out,
                             tn_error *error) {
  const tni_plan *plan = self->plan;
  tn_compiled_model *compiled = plan->parts[part].compiled;
  const uint32_t device = plan->parts[part].device;
  const tn_export_api *api =
      tn_compiled_model_get_extension(compiled, TN_STRING(TN_EXTENSION_EXPORT));
  tn_target target = tn_target_init();
  target.write = append;
  target.user = out;
  if (!api)
    return tni_fail(error, TN_UNSUPPORTED, "%.*s does not export its part of the model",
                    TNI_TEXT(plan->devices.names[device]));
  const tn_status status = api->export_model(compiled, NULL, &target, error);
  return status == TN_OK
             ? TN_OK
             : tni_fail_prefix(error, status, "%.*s", TNI_TEXT(plan->devices.names[device]));
}

static tn_status export_parts(const tni_hetero_compiled *self, struct place *places, tni_text *out,
                              tn_error *error) {
  static const char zeros[BLOB_ALIGNMENT];
  for (uint32_t i = 0; i < self->plan->part_count; i++) {
    const size_t over = out->length % BLOB_ALIGNMENT;
    if (over) tni_text_append(out, tn_string_make(zeros, BLOB_ALIGNMENT - over));
    places[i].offset = out->length;
    TN_TRY(export_part(self, i, out, error));
    places[i].bytes = out->length - places[i].offset;
  }
  return TN_OK;
}

/* --- nodes: name and operator of those that run nowhere; name, part and refusals of the others */

static tn_status add_gone(const tni_plan *plan, tn_kit_container_writer *writer, tn_error *error) {
  tni_text text;
  tni_text_init(&text, plan->environment->allocator);
  for (uint32_t i = 0; i < plan->removed_count; i++) {
    tni_rows_add(&text, plan->removed[i].name);
    tni_rows_add(&text, plan->removed[i].operation);
  }
  return tni_rows_write(writer, GONE_SECTION, &text, error);
}

static void add_node(const tni_told_node *node, tni_text *text) {
  char part[NAME_ROOM];
  snprintf(part, sizeof part, "%u", node->part);
  tni_rows_add(text, node->name);
  tni_rows_add(text, tn_string_from(part));
  tni_rows_add(text, node->refusals);
}

static tn_status add_nodes(const tni_plan *plan, tn_kit_container_writer *writer, tn_error *error) {
  tn_status status = TN_OK;
  tni_arena arena;
  tni_text text;
  tni_arena_init(&arena, plan->environment->allocator);
  tni_text_init(&text, plan->environment->allocator);
  for (uint32_t i = 0; status == TN_OK && i < tni_plan_node_count(plan); i++) {
    tni_told_node node;
    status = tni_plan_node(plan, i, &arena, &node);
    if (status == TN_OK) add_node(&node, &text);
  }
  tni_arena_destroy(&arena);
  if (status == TN_OK) return tni_rows_write(writer, NODES_SECTION, &text, error);
  tni_text_destroy(&text);
  return tni_fail(error, status, "no memory for a blob");
}

static tn_status export_all(const tni_hetero_compiled *self, tn_kit_container_writer *writer,
                            struct place *places, tni_text *blobs, tn_error *error) {
  TN_TRY(export_parts(self, places, blobs, error));
  TN_TRY(add_structure(self, places, writer, error));
  TN_TRY(add_gone(self->plan, writer, error));
  TN_TRY(add_nodes(self->plan, writer, error));
  return tn_kit_container_add(writer, BLOBS_SECTION, blobs->data, blobs->length, error);
}

tn_status tni_hetero_export(tn_kit_compiled *compiled, tn_kit_container_writer *writer,
                            tn_error *error) {
  const tni_hetero_compiled *self = tni_hetero_compiled_of(compiled);
  const tni_allocator *allocator = self->plan->environment->allocator;
  struct place *places = TNI_ALLOC_ITEMS(allocator, places, self->plan->part_count);
  tni_text blobs;
  if (!places) return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for the parts of a blob");
  tni_text_init(&blobs, allocator);
  const tn_status status = export_all(self, writer, places, &blobs, error);
  tni_text_destroy(&blobs);
  tni_free(allocator, places);
  return status;
}

/* --- reading */

static tn_status malformed(tn_error *error, const char *what) {
  return tni_fail_clause(error, TN_MALFORMED, TNI_CLAUSE(IMPORT, 1), "the blob's parts: %s", what);
}

static tn_status TN_CALL read_at(const tn_source *source, uint64_t offset, void *buffer,
                                 uint64_t count, tn_error *error) {
  if (offset > source->byte_count || count > source->byte_count - offset)
    return malformed(error, "one is shorter than it says");
  if (count) memcpy(buffer, (const char *)source->data + offset, (size_t)count);
  return TN_OK;
}

static tn_status read_int(const tn_node *node, const char *name, int64_t *out, tn_error *error) {
  const tn_attribute *attribute = tn_node_attribute(node, tn_string_from(name));
  if (!attribute || attribute->kind != TN_ATTRIBUTE_INT)
    return malformed(error, "a number is missing");
  *out = attribute->as.ints[0];
  return TN_OK;
}

static tn_status find_device(const tni_plan *plan, const tn_node *node, uint32_t *out,
                             tn_error *error) {
  const tn_attribute *attribute = tn_node_attribute(node, TN_STRING("device"));
  if (!attribute || attribute->kind != TN_ATTRIBUTE_STRING)
    return malformed(error, "a device is missing");
  for (*out = 0; *out < plan->devices.count; ++*out)
    if (tn_string_equal(plan->devices.names[*out], attribute->as.strings[0])) return TN_OK;
  return tni_fail_clause(error, TN_RECOMPILE, TNI_CLAUSE(IMPORT, 6),
                         "a part is for device %.*s, which is none of DEVICE_PRIORITIES",
                         TNI_TEXT(attribute->as.strings[0]));
}

static int has_ports(const tn_node *node) {
  for (uint32_t i = 0; i < node->input_count; i++)
    if (!node->inputs[i]) return 0;
  for (uint32_t i = 0; i < node->output_count; i++)
    if (!node->outputs[i]) return 0;
  return 1;
}

struct reading {
  tni_below below;
  const tn_kit_container *container;
  tni_plan *plan;
  tn_error *error;
};

static tn_status find_blob(const struct reading *self, const tn_node *node, tn_source *out) {
  tn_bytes all;
  int64_t offset, bytes;
  TN_TRY(read_int(node, "offset", &offset, self->error));
  TN_TRY(read_int(node, "bytes", &bytes, self->error));
  TN_TRY(tn_kit_container_find(self->container, BLOBS_SECTION, &all, self->error));
  if (offset < 0 || bytes < 0 || offset % BLOB_ALIGNMENT || (uint64_t)offset > all.size ||
      (uint64_t)bytes > all.size - (uint64_t)offset)
    return malformed(self->error, "one lies where no blob is");
  *out = tn_source_init();
  out->byte_count = (uint64_t)bytes;
  out->data = (const char *)all.data + offset;
  out->read_at = read_at;
  return TN_OK;
}

static tn_status import_part(const struct reading *self, uint32_t number, uint32_t device,
                             tn_compiled_model **out) {
  const tn_graph *parts = self->plan->model->graph;
  tn_source source;
  TN_TRY(find_blob(self, parts->nodes[number], &source));
  const tni_below below = tni_below_piece(&self->below, number, parts->node_count);
  return tni_below_import(&below, self->plan->devices.names[device], &source, out, self->error);
}

/* Whether a value of the whole can go through a port of a part. */
static int fits(const tn_value_info *port, const tn_value_info *value) {
  if (!value || value->constant) return 0;
  if (port->type != TN_ANY_TYPE && value->type != TN_ANY_TYPE && port->type != value->type)
    return 0;
  if (!(port->flags & TN_VALUE_HAS_RANK) || !(value->flags & TN_VALUE_HAS_RANK)) return 1;
  if (port->rank != value->rank) return 0;
  for (uint32_t i = 0; i < port->rank; i++)
    if (port->dimensions[i].min > value->dimensions[i].max ||
        value->dimensions[i].min > port->dimensions[i].max)
      return 0;
  return 1;
}

static int all_fit(const tn_value_info *const *ports, const tn_value_info *const *values,
                   uint32_t count) {
  for (uint32_t i = 0; i < count; i++)
    if (!fits(ports[i], values[i])) return 0;
  return 1;
}

/* A part has to be what its node says: wires are laid by it. */
static tn_status check_ports(const tn_compiled_model *compiled, const tn_node *node,
                             tn_error *error) {
  const tn_port_list *ports = tn_compiled_model_ports((tn_compiled_model *)(uintptr_t)compiled);
  return ports->input_count == node->input_count && ports->output_count == node->output_count &&
                 all_fit(ports->inputs, node->inputs, node->input_count) &&
                 all_fit(ports->outputs, node->outputs, node->output_count)
             ? TN_OK
             : malformed(error, "one has other ports than it says");
}

static tn_status read_part(const struct reading *self, uint32_t index) {
  tni_plan *plan = self->plan;
  const tn_node *node = plan->model->graph->nodes[index];
  int64_t number = 0, count = 0;
  uint32_t device;
  TN_TRY(read_int(node, "number", &number, self->error));
  TN_TRY(read_int(node, "count", &count, self->error));
  if (count != plan->model->graph->node_count)
    return malformed(self->error, "there are more or fewer than it says");
  TN_TRY(find_device(plan, node, &device, self->error));
  if (number != index || !has_ports(node))
    return malformed(self->error, "they are not in their order");
  tni_part *part = &plan->parts[plan->part_count++];
  part->device = device;
  part->ports = tn_port_list_init();
  part->ports.input_count = node->input_count;
  part->ports.output_count = node->output_count;
  part->ports.inputs = node->inputs;
  part->ports.outputs = node->outputs;
  TN_TRY(import_part(self, index, device, &part->compiled));
  return check_ports(part->compiled, node, self->error);
}

static tn_status read_gone(const struct reading *self) {
  tni_plan *plan = self->plan;
  tn_string *cells;
  TN_TRY(tni_rows_read(&plan->arena, self->container, GONE_SECTION, 2, &cells, &plan->removed_count,
                       self->error));
  plan->removed =
      tni_arena_alloc_array(&plan->arena, (size_t)plan->removed_count + 1, sizeof *plan->removed);
  if (!plan->removed)
    return tni_fail(self->error, TN_OUT_OF_MEMORY, "no memory for names of nodes");
  for (uint32_t i = 0; i < plan->removed_count; i++)
    plan->removed[i] = (tni_removed){cells[2 * i], cells[2 * i + 1]};
  return TN_OK;
}

/* @return 1 when it is the number of a part */
static int read_part_number(const tni_plan *plan, tn_string text, uint32_t *out) {
  uint64_t number = 0;
  for (uint64_t i = 0; i < text.length; i++) {
    if (text.data[i] < '0' || text.data[i] > '9' || number >= plan->part_count) return 0;
    number = number * 10 + (uint64_t)(text.data[i] - '0');
  }
  *out = (uint32_t)number;
  return text.length > 0 && number < plan->part_count;
}

static tn_status read_nodes(const struct reading *self) {
  tni_plan *plan = self->plan;
  tn_string *cells;
  uint32_t count;
  TN_TRY(
      tni_rows_read(&plan->arena, self->container, NODES_SECTION, 3, &cells, &count, self->error));
  plan->told = tni_arena_alloc_array(&plan->arena, (size_t)count + 1, sizeof *plan->told);
  if (!plan->told) return tni_fail(self->error, TN_OUT_OF_MEMORY, "no memory for names of nodes");
  for (; plan->told_count < count; plan->told_count++, cells += 3) {
    tni_told_node *node = &plan->told[plan->told_count];
    *node = (tni_told_node){cells[0], cells[2], 0};
    if (!read_part_number(plan, cells[1], &node->part))
      return malformed(self->error, "a node is in none of them");
  }
  return TN_OK;
}

/* What the reader does not support HETERO has not written. */
static tn_status read_structure(const struct reading *self) {
  tn_bytes file, rest;
  TN_TRY(tn_kit_container_find(self->container, PARTS_SECTION, &file, self->error));
  TN_TRY(tn_kit_container_find(self->container, REST_SECTION, &rest, self->error));
  return tn_kit_onnx_read(self->below.call->engine, file, rest, &self->plan->model, self->error);
}

static tn_status read_all(const struct reading *self) {
  tni_plan *plan = self->plan;
  TN_TRY(tni_below_devices(&self->below, &plan->arena, &plan->devices, self->error));
  TN_TRY(read_structure(self));
  const uint32_t count = plan->model->graph->node_count;
  if (count == 0) return malformed(self->error, "there are none");
  plan->parts = tni_arena_alloc_array(&plan->arena, (size_t)count + 1, sizeof *plan->parts);
  if (!plan->parts)
    return tni_fail(self->error, TN_OUT_OF_MEMORY, "no memory for the parts of a blob");
  for (uint32_t i = 0; i < count; i++)
    TN_TRY(read_part(self, i));
  TN_TRY(read_gone(self));
  return read_nodes(self);
}

tn_status tni_hetero_import(tn_kit_compiled *compiled, const tn_kit_call *call,
                            const tn_kit_container *container, tn_error *error) {
  tni_hetero_compiled *self = tni_hetero_compiled_of(compiled);
  struct reading reading = {.container = container, .error = error};
  TN_TRY(tni_below_find(call, &reading.below, error));
  TN_TRY(tni_plan_begin(&call->engine->kit->environment, &self->plan, error));
  reading.plan = self->plan;
  TN_TRY(read_all(&reading));
  return tni_hetero_take_plan(self, error);
}

/* --- checking */

/* Entries go to the devices with the parts, which are not looked at here: what nobody has judged is
 * not accepted. */
tn_status tni_hetero_check_import(const tn_kit_call *call, tn_error *error) {
  tni_below below;
  tni_arena arena;
  tni_devices devices;
  for (uint32_t i = 0; i < call->entry_count; i++)
    if ((call->entries[i]->flags & TN_OPTION_CRITICAL) &&
        !tn_string_equal(call->entries[i]->id, TN_STRING(TN_OPTION_PROGRESS)))
      return tni_fail_clause(error, TN_UNSUPPORTED, TNI_CLAUSE(OPTION, 3),
                             "option entry %.*s is critical, and for the devices of parts to know",
                             TNI_TEXT(call->entries[i]->id));
  TN_TRY(tni_below_find(call, &below, error));
  tni_arena_init(&arena, &call->engine->kit->allocator);
  const tn_status status = tni_below_devices(&below, &arena, &devices, error);
  tni_arena_destroy(&arena);
  return status;
}

tn_status tni_hetero_check_blob(const tn_kit_call *call, const void *head, uint64_t head_size,
                                tn_error *error) {
  tni_below below;
  tni_arena arena;
  tni_devices devices;
  TN_TRY(tni_below_find(call, &below, error));
  tni_arena_init(&arena, &call->engine->kit->allocator);
  uint32_t device;
  tn_status status = tni_below_devices(&below, &arena, &devices, error);
  if (status == TN_OK)
    status = tni_below_find_maker(&below, &devices, head, head_size, &device, error);
  tni_arena_destroy(&arena);
  return status;
}
