/* caught-by: query.every_node_once */
/* The answer for the last node is missing when there are several. */
#include "saboteur.h"

struct relay {
  tn_query_sink sink;
  void *user;
};

static tn_status all_but_one(void *user, const tn_node_support *const *nodes, uint64_t count) {
  const struct relay *relay = user;
  return relay->sink(relay->user, nodes, count > 1 ? count - 1 : count);
}

static tn_status query(tn_plugin *plugin, tn_string device, tn_model *model,
                       const tn_query_options *options, tn_query_sink sink, void *user,
                       tn_error *error) {
  struct relay relay = {sink, user};
  return honest_plugin->query(plugin, device, model, options, sink ? all_but_one : NULL, &relay,
                              error);
}

static void change(tn_plugin_api *api) {
  api->query = query;
}

const saboteur_hooks saboteur = {.plugin = change};
