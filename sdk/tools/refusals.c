/* Why the devices before the one that has a whole model do not have its nodes. The compiled model
 * is that device's own and does not tell, so each of them is asked by itself. */
#include <string.h>

#include "tool.h"

struct asking {
  tool *self;
  tn_model *model; /* with no node that is meant for a device */
  const tn_compile_options *options;
  json_t *refusals; /* from names of nodes to what was found */
  json_t *live;     /* tool_find_live: others are offered to no device, and count as claimed */
  const char *asked, *shown;
  bool is_elsewhere[TOOL_MAX_LIST]; /* of each -a: it names another device */
};

static const char *without_name(const char *text, const char *name, size_t length) {
  return strncmp(text, name, length) == 0 && strncmp(text + length, ": ", 2) == 0
             ? text + length + 2
             : text;
}

/* Messages begin with the names of those through whom the call went. */
static const char *without_callers(const struct asking *asking, const char *text) {
  text = without_name(text, asking->self->device, strcspn(asking->self->device, ":"));
  text = without_name(text, "HETERO", strlen("HETERO"));
  text = without_name(text, asking->asked, strlen(asking->asked));
  return without_name(text, asking->asked, strcspn(asking->asked, "."));
}

static void refuse(const struct asking *asking, tn_string node, const char *text) {
  const char *before = json_string_value(tool_get_by_name(asking->refusals, node));
  json_t *said = json_sprintf("%s%s%s: %s", before ? before : "", before ? "; " : "", asking->shown,
                              without_callers(asking, text));
  tool_set_by_name(asking->refusals, node, said);
  json_decref(said);
}

static void refuse_all(const struct asking *asking, const char *text) {
  const tn_graph *graph = asking->model->graph;
  for (uint32_t i = 0; i < graph->node_count; i++)
    for (uint64_t k = 0; k < graph->nodes[i]->origin_count; k++)
      if (tool_get_by_name(asking->live, graph->nodes[i]->origins[k]))
        refuse(asking, graph->nodes[i]->origins[k], text);
}

/* --- what -a says */

static tn_status ignore(void *user, const tn_node_support *const *nodes, uint64_t count) {
  (void)user, (void)nodes, (void)count;
  return TN_OK;
}

/* A device made of others does not find devices that it has not. */
static bool names_another(const struct asking *asking, const tool_pair *pair,
                          const tool_alone *alone) {
  tool *self = asking->self;
  const tn_map_entry entry = {pair->left, tn_value_of_string(tn_string_from(pair->right))};
  tn_model *model = NULL;
  if (tn_core_assign_nodes(self->core, asking->model, &entry, 1, &model, NULL) != TN_OK)
    return false;
  const tn_status status =
      tn_core_query(self->core, model, alone->device, &alone->options, ignore, NULL, NULL);
  tn_model_release(model);
  return status == TN_NOT_FOUND;
}

static bool is_elsewhere(const struct asking *asking, tn_string node) {
  const tool_pairs *nodes = &asking->self->nodes;
  for (uint32_t i = 0; i < nodes->count; i++)
    if (tn_string_equal(nodes->items[i].left, node)) return asking->is_elsewhere[i];
  return false;
}

/* The model as it is without -a. */
static tn_status take_back(tool *self, tn_model *model, tn_model **out) {
  tn_map_entry entries[TOOL_MAX_LIST];
  for (uint32_t i = 0; i < self->nodes.count; i++)
    entries[i] = (tn_map_entry){self->nodes.items[i].left, tn_value_of_string(tn_string_from(""))};
  return tn_core_assign_nodes(self->core, model, entries, self->nodes.count, out, &self->error);
}

/* --- one device */

static bool has_lost(const struct asking *asking, tn_string node, const json_t *answer) {
  return json_is_true(json_object_get(answer, "supported")) && !is_elsewhere(asking, node) &&
         tool_get_by_name(asking->live, node);
}

/* Whether the device compiles all of it. In a list an alias stands for the first that serves it. */
static bool compiles(const struct asking *asking) {
  tool *self = asking->self;
  tn_compiled *compiled = NULL;
  json_t *serving = tool_serving(self, asking->asked);
  const char *first = json_string_value(json_array_get(serving, 0));
  const tn_status status = tn_core_compile(self->core, asking->model, first ? first : asking->asked,
                                           NULL, &compiled, &self->error);
  if (compiled) tn_compiled_destroy(compiled);
  json_decref(serving);
  return status == TN_OK;
}

/* What it claims and does not have was not compiled there, or gave way; the log tells more. */
static void tell_lost(const struct asking *asking, const tool_answers *answers) {
  const char *text = "it claims the node, and has not got it";
  if (tool_all_supported(answers) && !compiles(asking)) text = asking->self->error.message;
  size_t length;
  const char *name;
  json_t *answer;
  json_object_keylen_foreach(answers->by_name, name, length, answer) {
    const tn_string node = tn_string_make(name, length);
    if (has_lost(asking, node, answer)) refuse(asking, node, text);
  }
}

/* Returns whether it has not got what it claims. */
static bool tell_refused(const struct asking *asking, const tool_answers *answers) {
  size_t length;
  bool lost = false;
  const char *name;
  json_t *answer;
  json_object_keylen_foreach(answers->by_name, name, length, answer) {
    const tn_string node = tn_string_make(name, length);
    if (is_elsewhere(asking, node))
      refuse(asking, node, "its affinity names another device");
    else if (!json_is_true(json_object_get(answer, "supported")))
      refuse(asking, node, json_string_value(json_object_get(answer, "reason")));
    lost |= has_lost(asking, node, answer);
  }
  return lost;
}

static void ask(struct asking *asking) {
  tool *self = asking->self;
  tool_answers answers;
  tool_alone alone;
  tool_alone_make(self, asking->asked, asking->options, &alone);
  for (uint32_t i = 0; i < self->nodes.count; i++)
    asking->is_elsewhere[i] = names_another(asking, &self->nodes.items[i], &alone);
  if (tool_ask(self, asking->model, alone.device, &alone.options, &answers) != TN_OK)
    refuse_all(asking, self->error.message);
  else if (tell_refused(asking, &answers))
    tell_lost(asking, &answers);
  tool_answers_free(&answers);
}

/* --- all of them */

/* The name of a device, or of its plugin. */
static bool is_name_of(const char *listed, const char *device, bool by_plugin) {
  const size_t length = strlen(listed);
  return strncmp(listed, device, length) == 0 &&
         (!device[length] || (by_plugin && device[length] == '.'));
}

/* The place of a device among names; 0 where it is none of them. */
static size_t find_name(const json_t *names, const char *device) {
  for (int by_plugin = 0; by_plugin < 2; by_plugin++)
    for (size_t i = 0; i < json_array_size(names); i++)
      if (is_name_of(json_string_value(json_array_get(names, i)), device, by_plugin)) return i;
  return 0;
}

static void ask_before(struct asking *asking, const json_t *names, const char *device) {
  const size_t end = find_name(names, device);
  for (size_t i = 0; i < end; i++) {
    json_t *shown = tool_as_listed(asking->self, json_incref(json_array_get(names, i)));
    asking->asked = json_string_value(json_array_get(names, i));
    asking->shown = json_string_value(shown);
    ask(asking);
    json_decref(shown);
  }
}

json_t *tool_find_refusals(tool *self, tn_model *model, const tn_compile_options *options,
                           const char *device) {
  struct asking asking = {.self = self, .options = options, .refusals = json_object()};
  json_t *names = tool_list(self);
  if (!json_array_size(names) && self->nodes.count == 0) {
    json_decref(names);
    names = tool_serving(self, self->device);
  }
  if (take_back(self, model, &asking.model) == TN_OK) {
    asking.live = tool_find_live(asking.model);
    ask_before(&asking, names, device);
    json_decref(asking.live);
    tn_model_release(asking.model);
  }
  json_decref(names);
  return asking.refusals;
}
