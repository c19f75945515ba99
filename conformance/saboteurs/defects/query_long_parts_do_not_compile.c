/* caught-by: query.subsets_of_group_0 */
/* Of more than eight nodes an odd number does not compile, although each of them is supported. */
#include "saboteur.h"

static tn_status (*inner)(tn_plugin *plugin, tn_string device, tn_model *model,
                          const tn_compile_options *options, tn_compiled_model **out,
                          tn_error *error);

static tn_status compile(tn_plugin *plugin, tn_string device, tn_model *model,
                         const tn_compile_options *options, tn_compiled_model **out,
                         tn_error *error) {
  const uint32_t count = model->graph->node_count;
  if (count <= 8 || count % 2 == 0) return inner(plugin, device, model, options, out, error);
  if (error) {
    memset(error, 0, sizeof *error);
    error->status = TN_UNSUPPORTED;
    snprintf(error->message, sizeof error->message, "the nodes cannot be paired");
  }
  return TN_UNSUPPORTED;
}

static void change(tn_plugin_api *api) {
  inner = api->compile;
  api->compile = compile;
}

const saboteur_hooks saboteur = {.plugin = change};
