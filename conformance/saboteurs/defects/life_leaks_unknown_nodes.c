/* caught-by: life.leak_query_of_unknown */
/* Each query of a model with an unknown operator leaves memory behind. */
#include "leak.h"
#include "saboteur.h"

struct answers {
  tn_query_sink sink;
  void *user;
};

static tn_status look(void *user, const tn_node_support *const *nodes, uint64_t count) {
  const struct answers *answers = user;
  for (uint64_t i = 0; i < count; i++)
    if (!nodes[i]->supported) lose_block();
  return answers->sink(answers->user, nodes, count);
}

static tn_status query(tn_plugin *plugin, tn_string device, tn_model *model,
                       const tn_query_options *options, tn_query_sink sink, void *user,
                       tn_error *error) {
  struct answers answers = {sink, user};
  return honest_plugin->query(plugin, device, model, options, look, &answers, error);
}

static void change(tn_plugin_api *api) {
  api->query = query;
}

const saboteur_hooks saboteur = {.plugin = change};
