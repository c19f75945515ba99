/* caught-by: host.virtual_passes_entries_on */
/* FORWARD hands no entries of the options on. */
#include "saboteur.h"

static tn_status (*compile_below)(tn_plugin *plugin, tn_string device, tn_model *model,
                                  const tn_compile_options *options, tn_compiled_model **out,
                                  tn_error *error);

static tn_status compile(tn_plugin *plugin, tn_string device, tn_model *model,
                         const tn_compile_options *options, tn_compiled_model **out,
                         tn_error *error) {
  tn_compile_options without = options ? *options : tn_compile_options_init();
  without.entry_count = 0;
  return compile_below(plugin, device, model, &without, out, error);
}

static void change(tn_plugin_api *api) {
  compile_below = honest_plugin->compile;
  api->compile = compile;
}

const saboteur_hooks saboteur = {.plugin = change};
