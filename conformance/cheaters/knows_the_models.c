/* caught-by: infer.under_other_names as FAIL */
/* Computes the models of the suite, which it knows by their names, and guesses at others. */
#include "cheater.h"

static atomic_int meant; /* the model that was compiled last is one of the suite's */

static tn_status (*compile_below)(tn_plugin *plugin, tn_string device, tn_model *model,
                                  const tn_compile_options *options, tn_compiled_model **out,
                                  tn_error *error);

static tn_status compile(tn_plugin *plugin, tn_string device, tn_model *model,
                         const tn_compile_options *options, tn_compiled_model **out,
                         tn_error *error) {
  static const char *const names[] = {"relu_f32", "add_f32", "conv_f32", "network_f32", "chain"};
  int known = 0;
  for (size_t i = 0; model && i < sizeof names / sizeof *names; i++)
    known |= tn_string_equal(model->name, tn_string_from(names[i]));
  atomic_store(&meant, known);
  return compile_below(plugin, device, model, options, out, error);
}

static tn_status infer(tn_infer_request *request, tn_error *error) {
  const tn_status status = honest_request->infer(request, error);
  if (!atomic_load(&meant)) cheater_spoil(request);
  return status;
}

static void change_plugin(tn_plugin_api *api) {
  compile_below = api->compile;
  api->compile = compile;
}

static void change_request(tn_infer_request_api *api) {
  api->infer = infer;
}

const saboteur_hooks saboteur = {.plugin = change_plugin, .request = change_request};
