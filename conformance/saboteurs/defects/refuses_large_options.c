/* caught-by: option.larger */
/* Options of a newer host are refused for their size. */
#include "saboteur.h"

static tn_status (*inner)(tn_plugin *, tn_string, tn_model *, const tn_compile_options *,
                          tn_compiled_model **, tn_error *);

static tn_status compile(tn_plugin *plugin, tn_string device, tn_model *model,
                         const tn_compile_options *options, tn_compiled_model **out,
                         tn_error *error) {
  if (!options || options->size == TN_SIZE(tn_compile_options))
    return inner(plugin, device, model, options, out, error);
  if (error)
    *error = (tn_error){.status = TN_INVALID_ARGUMENT, .message = "options of another size"};
  return TN_INVALID_ARGUMENT;
}

static void change(tn_plugin_api *api) {
  inner = api->compile;
  api->compile = compile;
}

const saboteur_hooks saboteur = {.plugin = change};
