/* caught-by: thread.compile_while_inferring */
/* Compile leaves facts of its model where inferences of all models look them up: one that begins
 * by those of one model and ends by those of another gives wrong results. */
#include <unistd.h>

#include "other_outputs.h"

static atomic_uint facts;
static tn_status (*inner)(tn_plugin *plugin, tn_string device, tn_model *model,
                          const tn_compile_options *options, tn_compiled_model **out,
                          tn_error *error);

static tn_status compile(tn_plugin *plugin, tn_string device, tn_model *model,
                         const tn_compile_options *options, tn_compiled_model **out,
                         tn_error *error) {
  const tn_node *first = model->graph->node_count ? model->graph->nodes[0] : NULL;
  facts = model->graph->node_count + (first ? (uint32_t)first->operation.length : 0);
  return inner(plugin, device, model, options, out, error);
}

static tn_status infer(tn_infer_request *request, tn_error *error) {
  const uint32_t before = facts;
  usleep(300);
  return infer_other_outputs(request, facts != before, 1, error);
}

static void change_plugin(tn_plugin_api *api) {
  inner = api->compile;
  api->compile = compile;
}

static void change_request(tn_infer_request_api *api) {
  api->infer = infer;
}

const saboteur_hooks saboteur = {.plugin = change_plugin, .request = change_request};
