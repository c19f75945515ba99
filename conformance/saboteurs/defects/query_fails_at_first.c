/* caught-by: query.unsupported_is_refused as INFRA */
/* Memory runs out at the first query of a model that holds a Concat: what the suite looks for there
 * is not found. */
#include "saboteur.h"

static int holds_concat(const tn_model *model) {
  for (uint32_t i = 0; i < model->graph->node_count; i++)
    if (tn_string_is(model->graph->nodes[i]->operation, "Concat")) return 1;
  return 0;
}

static tn_status query(tn_plugin *plugin, tn_string device, tn_model *model,
                       const tn_query_options *options, tn_query_sink sink, void *user,
                       tn_error *error) {
  static atomic_flag asked = ATOMIC_FLAG_INIT;
  if (model && holds_concat(model) && !atomic_flag_test_and_set(&asked)) return TN_OUT_OF_MEMORY;
  return honest_plugin->query(plugin, device, model, options, sink, user, error);
}

static void change(tn_plugin_api *api) {
  api->query = query;
}

const saboteur_hooks saboteur = {.plugin = change};
