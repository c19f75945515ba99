#include "devices/hetero/plan.h"

#include <string.h>

#include "base/map.h"
#include "base/name_list.h"
#include "base/status.h"
#include "devices/hetero/listed.h"
#include "devices/hetero/shares.h"
#include "devices/hetero/typed.h"
#include "devices/hetero/whole.h"
#include "graph/selection.h"
#include "kit/engine.h"

struct planning {
  const tni_below *below;
  tni_plan *plan;
  tn_string *absent; /* of each device: what keeps it from answering; empty: it answers */
  tn_model *given;   /* the model of the call */
  double highest;    /* progress */
  tni_map *barred;   /* of each device: what it has failed to compile and is not offered again, from
                        a node's name to the tn_string that it said */
  tn_error *error;
};

static tn_status no_memory(const struct planning *self) {
  return tni_fail(self->error, TN_OUT_OF_MEMORY, "no memory for the split of a model");
}

/* What a failure says without the name that the host has put before it, since reasons are told by
 * device. The arena's. */
static int keep_words(tni_arena *arena, tn_string device, const tn_error *failure, tn_string *out) {
  const tn_string plugin = tni_device_plugin(device);
  tn_string words = tn_string_from(failure->message);
  if (words.length > plugin.length + 2 &&
      memcmp(words.data, plugin.data, (size_t)plugin.length) == 0 &&
      memcmp(words.data + plugin.length, ": ", 2) == 0)
    words = tn_string_make(words.data + plugin.length + 2, words.length - plugin.length - 2);
  return tni_arena_copy_string(arena, words, out);
}

/* --- asking: what was barred is refused in the device's own words */

struct filter {
  const struct planning *planning;
  uint32_t device;
  tn_query_sink sink;
  void *user;
};

static tn_status TN_CALL refuse_barred(void *user, const tn_node_support *const *nodes,
                                       uint64_t count) {
  const struct filter *self = user;
  const tni_map *all = &self->planning->barred[self->device];
  for (uint64_t i = 0; i < count; i++) {
    const tn_string *barred = tni_string_map_find(all, nodes[i]->name);
    tn_node_support answer = tn_node_support_init();
    memcpy(&answer, nodes[i], TN_NODE_SUPPORT_FIRST_SIZE);
    answer.size = TN_NODE_SUPPORT_FIRST_SIZE;
    if (barred) {
      answer.supported = 0;
      answer.reason = TN_REASON_OTHER;
      answer.reason_text = *barred;
    }
    const tn_node_support *one = &answer;
    TN_TRY(self->sink(self->user, &one, 1));
  }
  return TN_OK;
}

static uint32_t number_of(const tni_devices *devices, tn_string name) {
  uint32_t number = 0;
  while (!tn_string_equal(devices->names[number], name))
    number++;
  return number;
}

/* A device that is not there takes nothing, which is no failure as long as there are others. */
static tn_status refuse_all(const struct planning *self, uint32_t device, const tn_model *model,
                            tn_query_sink sink, void *user) {
  tn_node_support answer = tn_node_support_init();
  const tn_node_support *one = &answer;
  answer.reason = TN_REASON_RESOURCE;
  answer.reason_text = self->absent[device];
  for (uint32_t i = 0; i < model->graph->node_count; i++)
    for (uint64_t k = 0; k < model->graph->nodes[i]->origin_count; k++) {
      answer.name = model->graph->nodes[i]->origins[k];
      TN_TRY(sink(user, &one, 1));
    }
  return TN_OK;
}

static int is_anybody_left(const struct planning *self) {
  for (uint32_t i = 0; i < self->plan->devices.count; i++)
    if (self->absent[i].length == 0) return 1;
  return 0;
}

static tn_status note_absent(const struct planning *self, uint32_t device,
                             const tn_error *failure) {
  tn_string *text = &self->absent[device];
  if (!keep_words(&self->plan->arena, self->plan->devices.names[device], failure, text))
    return no_memory(self);
  if (text->length == 0) *text = TN_STRING("the device is not there");
  tn_kit_log(self->below->call->engine, TN_LOG_WARNING, "%.*s is left out: %.*s",
             TNI_TEXT(self->plan->devices.names[device]), TNI_TEXT(*text));
  return TN_OK;
}

static tn_status ask(void *user, tn_string name, tn_model *model, tn_query_sink sink,
                     void *sink_user, tn_error *error) {
  const struct planning *self = user;
  const uint32_t device = number_of(&self->plan->devices, name);
  struct filter filter = {self, device, sink, sink_user};
  tn_error failure;
  memset(&failure, 0, sizeof failure);
  if (self->absent[device].length == 0) {
    const tn_status status =
        tni_below_query(self->below, name, model, refuse_barred, &filter, &failure);
    const int is_absent = status != TN_OK && tni_listed_is_absent(self->below->call->engine->host,
                                                                  self->below->core, name, status);
    if (is_absent) TN_TRY(note_absent(self, device, &failure));
    if (!is_absent || !is_anybody_left(self)) {
      if (status != TN_OK && error) *error = failure;
      return status;
    }
  }
  return refuse_all(self, device, model, sink, sink_user);
}

/* --- parts */

static void show_ports(tni_part *part) {
  const tn_graph *graph = part->model->graph;
  part->ports = tn_port_list_init();
  part->ports.input_count = graph->input_count;
  part->ports.output_count = graph->output_count;
  part->ports.inputs = graph->inputs;
  part->ports.outputs = graph->outputs;
}

/* The parts' nodes, and a view of the model for each. */
static tn_status make_parts(const struct planning *self, const tni_split *split) {
  tni_plan *plan = self->plan;
  const uint32_t count = plan->model->graph->node_count;
  plan->part_of = tni_arena_alloc_array(&plan->arena, count, sizeof *plan->part_of);
  plan->parts = tni_arena_alloc_array(&plan->arena, split->part_count, sizeof *plan->parts);
  tn_model **models = tni_arena_alloc_array(&plan->arena, split->part_count, sizeof *models);
  if (!plan->part_of || !plan->parts || !models) return no_memory(self);
  for (uint32_t node = 0; node < count; node++)
    plan->part_of[node] = split->part[plan->assigned.joined.node[node]];
  TN_TRY(tni_model_divide(plan->environment, plan->model, plan->part_of, split->part_count, models,
                          self->error));
  plan->part_count = split->part_count;
  for (uint32_t part = 0; part < plan->part_count; part++) {
    plan->parts[part].device = split->device[part];
    plan->parts[part].model = models[part];
    show_ports(&plan->parts[part]);
  }
  return TN_OK;
}

static void drop_parts(tni_plan *plan) {
  for (uint32_t i = 0; i < plan->part_count; i++) {
    if (plan->parts[i].compiled) tn_compiled_model_destroy(plan->parts[i].compiled);
    if (plan->parts[i].model) tn_model_release(plan->parts[i].model);
  }
  plan->part_count = 0;
}

static tn_status assign(const struct planning *self, uint32_t may_leave) {
  tni_plan *plan = self->plan;
  uint32_t *shares = NULL;
  TN_TRY(tni_shares_make(self->below, &plan->devices, plan->model->graph, &plan->arena, &shares,
                         self->error));
  const tni_asking asking = {ask, (void *)(uintptr_t)self, shares, may_leave};
  return tni_assign(plan->environment, &plan->arena, plan->model, &plan->devices, &asking,
                    &plan->assigned, self->error);
}

static tn_status split(const struct planning *self) {
  tni_plan *plan = self->plan;
  tni_split made;
  TN_TRY(assign(self, 0));
  if (tni_split_make(plan->environment->allocator, &plan->assigned.joined.graph, &made) != TN_OK)
    return no_memory(self);
  const tn_status status = make_parts(self, &made);
  tni_split_destroy(plan->environment->allocator, &made);
  return status;
}

/* --- compiling */

/* A failure for which another device is no remedy. */
static int is_final(tn_status status) {
  return status == TN_CANCELLED || status == TN_OUT_OF_MEMORY;
}

/* What one device fails to compile of what it has claimed. */
struct loss {
  uint32_t device, node_count;
  tn_string text; /* of the first part */
};

static tn_status bar(const struct planning *self, const tni_part *part, struct loss *loss,
                     tn_error *failure) {
  tni_plan *plan = self->plan;
  const tn_graph *graph = part->model->graph;
  tn_string *text = tni_arena_alloc(&plan->arena, sizeof *text);
  int kept = text && keep_words(&plan->arena, plan->devices.names[part->device], failure, text);
  for (uint32_t i = 0; kept && i < graph->node_count; i++)
    for (uint64_t k = 0; kept && k < graph->nodes[i]->origin_count; k++)
      kept = tni_string_map_set(&self->barred[part->device], graph->nodes[i]->origins[k], text) ==
             TN_OK;
  if (!kept)
    return tni_fail(failure, TN_OUT_OF_MEMORY, "no memory for what a device does not compile");
  if (loss->node_count == 0) *loss = (struct loss){part->device, 0, *text};
  loss->node_count += graph->node_count;
  return TN_OK;
}

static void tell_loss(const struct planning *self, const struct loss *loss) {
  tn_kit_log(self->below->call->engine, TN_LOG_WARNING,
             "%.*s does not compile what it has claimed (nodes: %u), which goes to the devices "
             "behind it: %.*s",
             TNI_TEXT(self->plan->devices.names[loss->device]), loss->node_count,
             TNI_TEXT(loss->text));
}

/* Compiles the parts; after one that fails only those of the same device, so that all that it does
 * not compile is known at once.
 *  @return TN_OK, or how one has failed, for good or with a loss */
static tn_status compile_parts(const struct planning *self, struct loss *loss, tn_error *failure) {
  tni_plan *plan = self->plan;
  tn_status result = TN_OK;
  for (uint32_t i = 0; i < plan->part_count; i++) {
    tni_part *part = &plan->parts[i];
    const tni_below below = tni_below_piece(self->below, i, plan->part_count);
    if (result != TN_OK && part->device != loss->device) continue;
    const tn_status status = tni_below_compile(&below, plan->devices.names[part->device],
                                               part->model, &part->compiled, failure);
    if (status == TN_OK) continue;
    if (is_final(status)) return status;
    TN_TRY(bar(self, part, loss, failure));
    result = status;
  }
  return result;
}

/* One device for everything is given the model as it came. */
static tn_status compile_on(const struct planning *self, uint32_t device, tn_error *failure) {
  return tni_below_compile(self->below, self->plan->devices.names[device], self->given,
                           &self->plan->whole, failure);
}

/* Nobody was asked about a model without nodes: whoever compiles it has it. */
static tn_status compile_without_nodes(const struct planning *self, tn_error *failure) {
  tn_status status = TN_OK;
  for (uint32_t i = 0; i < self->plan->devices.count; i++) {
    status = compile_on(self, i, failure);
    if (status == TN_OK || is_final(status)) return status;
    tn_kit_log(self->below->call->engine, TN_LOG_WARNING,
               "%.*s does not compile the model, which has no nodes: %s",
               TNI_TEXT(self->plan->devices.names[i]), failure->message);
  }
  return status;
}

static tn_status compile_whole(const struct planning *self, struct loss *loss, tn_error *failure) {
  tni_plan *plan = self->plan;
  if (plan->part_count == 0) return compile_without_nodes(self, failure);
  const tn_status status = compile_on(self, plan->parts[0].device, failure);
  if (status == TN_OK) {
    drop_parts(plan);
    return TN_OK;
  }
  /* What it fails at may be a constant, which it was not asked about and need not compute. */
  if (!is_final(status) && plan->removed_count) return compile_parts(self, loss, failure);
  if (!is_final(status)) TN_TRY(bar(self, &plan->parts[0], loss, failure));
  return status;
}

static tn_status plan_all(struct planning *self) {
  tni_below below = *self->below;
  below.highest = &self->highest; /* a part that is compiled anew does not set it back */
  self->below = &below;
  for (;;) {
    struct loss loss = {0, 0, {NULL, 0}};
    tn_error failure;
    memset(&failure, 0, sizeof failure);
    TN_TRY(split(self));
    const tn_status status = self->plan->part_count < 2 ? compile_whole(self, &loss, &failure)
                                                        : compile_parts(self, &loss, &failure);
    if (status == TN_OK) return TN_OK;
    if (is_final(status) || loss.node_count == 0) {
      *self->error = failure;
      return status;
    }
    tell_loss(self, &loss);
    drop_parts(self->plan);
  }
}

static tn_status note_origins(tni_map *kept, const tn_graph *graph) {
  for (uint32_t i = 0; i < graph->node_count; i++)
    for (uint64_t k = 0; k < graph->nodes[i]->origin_count; k++)
      TN_TRY(tni_string_map_set(kept, graph->nodes[i]->origins[k], (void *)(uintptr_t)graph));
  return TN_OK;
}

static tn_status add_removed(tni_plan *plan, const tni_map *kept, const tn_node *node) {
  for (uint64_t k = 0; k < node->origin_count; k++) {
    if (tni_string_map_find(kept, node->origins[k])) continue;
    tni_removed *one = &plan->removed[plan->removed_count++];
    if (!tni_arena_copy_string(&plan->arena, node->origins[k], &one->name) ||
        !tni_arena_copy_string(&plan->arena, node->operation, &one->operation))
      return TN_OUT_OF_MEMORY;
  }
  return TN_OK;
}

/* What the given model has and the plan's has not. */
static tn_status find_removed(const struct planning *self, const tn_graph *given) {
  tni_plan *plan = self->plan;
  size_t most = 0;
  tni_map kept;
  for (uint32_t i = 0; i < given->node_count; i++)
    most += (size_t)given->nodes[i]->origin_count;
  plan->removed = tni_arena_alloc_array(&plan->arena, most + 1, sizeof *plan->removed);
  tni_map_init(&kept, plan->environment->allocator);
  tn_status status = plan->removed ? note_origins(&kept, plan->model->graph) : TN_OUT_OF_MEMORY;
  for (uint32_t i = 0; status == TN_OK && i < given->node_count; i++)
    status = add_removed(plan, &kept, given->nodes[i]);
  tni_map_destroy(&kept);
  return status == TN_OK ? TN_OK : no_memory(self);
}

/* What the names of the list stand for matters to nodes that are meant for one of them alone. */
static tn_status resolve(const struct planning *self, const tn_model *model) {
  tni_plan *plan = self->plan;
  for (uint32_t i = 0; i < model->graph->node_count; i++)
    if (!tni_device_is_plugin(model->graph->nodes[i]->affinity))
      return tni_below_resolve(self->below, &plan->arena, &plan->devices, self->error);
  return TN_OK;
}

/* A list that was set on the plugin may hold blanks, which do not make another blob of it. */
static tn_status decide_list(const struct planning *self) {
  tn_kit_settings *settings = self->below->call->settings;
  const tn_string list = tn_kit_settings_string(settings, "DEVICE_PRIORITIES");
  tni_text text;
  tni_text_init(&text, self->plan->environment->allocator);
  tni_name_list_append(&text, list);
  tn_status status = tni_text_status(&text);
  if (status != TN_OK)
    no_memory(self);
  else if (text.length != list.length)
    status = tn_kit_settings_decide(settings, "DEVICE_PRIORITIES",
                                    tn_value_of_string(tni_text_string(&text)), self->error);
  tni_text_destroy(&text);
  return status;
}

static tn_status prepare(struct planning *self, tn_model *model) {
  tni_plan *plan = self->plan;
  TN_TRY(tni_below_devices(self->below, &plan->arena, &plan->devices, self->error));
  TN_TRY(resolve(self, model));
  TN_TRY(decide_list(self));
  self->absent = tni_arena_alloc_array(&plan->arena, plan->devices.count, sizeof *self->absent);
  self->barred = tni_arena_alloc_array(&plan->arena, plan->devices.count, sizeof *self->barred);
  if (!self->absent || !self->barred) return no_memory(self);
  for (uint32_t i = 0; i < plan->devices.count; i++)
    tni_map_init(&self->barred[i], plan->environment->allocator);
  TN_TRY(tni_typed_make(plan->environment, model, &plan->model, self->error));
  return find_removed(self, model->graph);
}

tn_status tni_plan_begin(const tni_environment *environment, tni_plan **out, tn_error *error) {
  tni_plan *plan = tni_alloc(environment->allocator, sizeof *plan);
  if (!plan) return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for the split of a model");
  memset(plan, 0, sizeof *plan);
  plan->environment = environment;
  tni_arena_init(&plan->arena, environment->allocator);
  *out = plan;
  return TN_OK;
}

/* @param finish what follows once the model and the devices are known */
static tn_status make_plan(const tni_below *below, tn_model *model,
                           tn_status (*finish)(struct planning *self), tni_plan **out,
                           tn_error *error) {
  const tni_environment *environment = &below->call->engine->kit->environment;
  tni_plan *plan;
  tn_error problem; /* what one device fails at, another may do */
  memset(&problem, 0, sizeof problem);
  TN_TRY(tni_plan_begin(environment, &plan, error));
  struct planning self = {.below = below, .plan = plan, .given = model, .error = &problem};
  tn_status status = prepare(&self, model);
  if (status == TN_OK) status = finish(&self);
  for (uint32_t i = 0; self.barred && i < plan->devices.count; i++)
    tni_map_destroy(&self.barred[i]);
  if (status == TN_OK) {
    *out = plan;
    return TN_OK;
  }
  if (error) *error = problem;
  tni_plan_destroy(plan);
  return status;
}

tn_status tni_plan_make(const tni_below *below, tn_model *model, tni_plan **out, tn_error *error) {
  return make_plan(below, model, plan_all, out, error);
}

static tn_status ask_all(struct planning *self) {
  return assign(self, 1);
}

tn_status tni_plan_ask(const tni_below *below, tn_model *model, tni_plan **out, tn_error *error) {
  return make_plan(below, model, ask_all, out, error);
}

void tni_plan_destroy(tni_plan *plan) {
  if (!plan) return;
  if (plan->whole) tn_compiled_model_destroy(plan->whole);
  drop_parts(plan);
  if (plan->model) tn_model_release(plan->model);
  tni_arena_destroy(&plan->arena);
  tni_free(plan->environment->allocator, plan);
}
