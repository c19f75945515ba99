/* caught-by: query.names_have_no_effect */
/* A node whose name begins with "new" is not supported. */
#include "saboteur.h"

struct relay {
  tn_query_sink sink;
  void *user;
};

enum { MOST = 64 };

static tn_status refuse_some(void *user, const tn_node_support *const *nodes, uint64_t count) {
  const struct relay *relay = user;
  tn_node_support answers[MOST];
  const tn_node_support *pointers[MOST];
  if (count > MOST) return relay->sink(relay->user, nodes, count);
  for (uint64_t i = 0; i < count; i++) {
    answers[i] = *nodes[i];
    pointers[i] = &answers[i];
    if (answers[i].name.length < 3 || memcmp(answers[i].name.data, "new", 3) != 0) continue;
    answers[i].supported = 0;
    answers[i].device = TN_STRING("");
    answers[i].reason = TN_REASON_OTHER;
    answers[i].reason_text = TN_STRING("too new");
  }
  return relay->sink(relay->user, pointers, count);
}

static tn_status query(tn_plugin *plugin, tn_string device, tn_model *model,
                       const tn_query_options *options, tn_query_sink sink, void *user,
                       tn_error *error) {
  struct relay relay = {sink, user};
  return honest_plugin->query(plugin, device, model, options, sink ? refuse_some : NULL, &relay,
                              error);
}

static void change(tn_plugin_api *api) {
  api->query = query;
}

const saboteur_hooks saboteur = {.plugin = change};
