/* caught-by: sequence.model of TN_COMPILE_007 */
/* The compile after one for an unknown device fails. */
#include "saboteur.h"

static int lost;
static tn_status (*before)(tn_plugin *, tn_string, tn_model *, const tn_compile_options *,
                           tn_compiled_model **, tn_error *);

static tn_status compile(tn_plugin *plugin, tn_string device, tn_model *model,
                         const tn_compile_options *options, tn_compiled_model **out,
                         tn_error *error) {
  tn_compiled_model *made = NULL;
  tn_status status = before(plugin, device, model, options, out ? &made : NULL, error);
  if (lost && status == TN_OK) {
    lost = 0;
    honest_model->destroy(made);
    if (error) *error = (tn_error){.status = TN_DEVICE_LOST, .message = "the device is gone"};
    return TN_DEVICE_LOST;
  }
  if (status == TN_OK) *out = made;
  lost = status == TN_NOT_FOUND;
  return status;
}

static void change(tn_plugin_api *api) {
  before = api->compile;
  api->compile = compile;
}

const saboteur_hooks saboteur = {.plugin = change};
