/* caught-by: compile.malformed_variables as CRASH */
/* Names of variables are read without a look at what kind of attribute they are. */
#include "saboteur.h"

static volatile unsigned long sum;

static void read_names(const tn_graph *graph) {
  for (uint32_t i = 0; i < graph->node_count; i++)
    for (uint32_t k = 0; k < graph->nodes[i]->attribute_count; k++) {
      const tn_attribute *attribute = graph->nodes[i]->attributes[k];
      if (!tn_string_equal(attribute->name, TN_STRING("variable_id"))) continue;
      for (uint64_t c = 0; c < attribute->as.strings[0].length; c++)
        sum += (unsigned char)attribute->as.strings[0].data[c];
    }
}

static tn_status (*before)(tn_plugin *, tn_string, tn_model *, const tn_compile_options *,
                           tn_compiled_model **, tn_error *);

static tn_status compile(tn_plugin *plugin, tn_string device, tn_model *model,
                         const tn_compile_options *options, tn_compiled_model **out,
                         tn_error *error) {
  if (model) read_names(model->graph);
  return before(plugin, device, model, options, out, error);
}

static void change(tn_plugin_api *api) {
  before = api->compile;
  api->compile = compile;
}

const saboteur_hooks saboteur = {.plugin = change};
