/* caught-by: host.virtual_passes_entries_on */
/* FORWARD hands no entry for progress on. */
#include "saboteur.h"

static tn_status (*compile_below)(tn_plugin *plugin, tn_string device, tn_model *model,
                                  const tn_compile_options *options, tn_compiled_model **out,
                                  tn_error *error);

static tn_status compile(tn_plugin *plugin, tn_string device, tn_model *model,
                         const tn_compile_options *options, tn_compiled_model **out,
                         tn_error *error) {
  enum { MOST = 8 };
  const tn_option *kept[MOST];
  tn_compile_options without = options ? *options : tn_compile_options_init();
  const int sound = without.entries && without.entry_count <= MOST;
  for (uint64_t i = without.entry_count = 0; sound && i < options->entry_count; i++)
    if (!options->entries[i] ||
        !tn_string_equal(options->entries[i]->id, TN_STRING(TN_OPTION_PROGRESS)))
      kept[without.entry_count++] = options->entries[i];
  if (sound) without.entries = kept;
  return compile_below(plugin, device, model, &without, out, error);
}

static void change(tn_plugin_api *api) {
  compile_below = honest_plugin->compile;
  api->compile = compile;
}

const saboteur_hooks saboteur = {.plugin = change};
