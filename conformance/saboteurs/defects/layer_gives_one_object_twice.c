/* caught-by: layer.new_objects */
/* Compiling the same model again gives the same object. */
#include "saboteur.h"

static tn_compiled_model *kept;
static tn_model *kept_of;
static int references;

static tn_status (*compile_below)(tn_plugin *plugin, tn_string device, tn_model *model,
                                  const tn_compile_options *options, tn_compiled_model **out,
                                  tn_error *error);

static tn_status compile(tn_plugin *plugin, tn_string device, tn_model *model,
                         const tn_compile_options *options, tn_compiled_model **out,
                         tn_error *error) {
  if (kept && kept_of == model && !options) {
    references++;
    *out = kept;
    return TN_OK;
  }
  tn_status status = compile_below(plugin, device, model, options, out, error);
  if (status == TN_OK && !options) kept = *out, kept_of = model, references = 1;
  return status;
}

static void destroy(tn_compiled_model *model) {
  if (model == kept && --references > 0) return;
  if (model == kept) kept = NULL;
  honest_model->destroy(model);
}

static void change_model(tn_compiled_model_api *api) {
  api->destroy = destroy;
}

static void change(tn_plugin_api *api) {
  compile_below = api->compile;
  api->compile = compile;
}

const saboteur_hooks saboteur = {.plugin = change, .compiled_model = change_model};
