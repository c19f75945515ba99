/* caught-by: layer.known_by_maker */
/* Export knows a model by its table. */
#include "saboteur.h"

static const tn_compiled_model_api *table;

static tn_status export_model(tn_compiled_model *model, const tn_export_options *options,
                              const tn_target *target, tn_error *error) {
  if (model->api == table) return honest_export->export_model(model, options, target, error);
  if (error) {
    memset(error, 0, sizeof *error);
    error->status = TN_INVALID_ARGUMENT;
    strcpy(error->message, "a model of somebody else");
  }
  return TN_INVALID_ARGUMENT;
}

static void change_model(tn_compiled_model_api *api) {
  table = api;
}

static void change(tn_export_api *api) {
  api->export_model = export_model;
}

const saboteur_hooks saboteur = {.exporting = change, .compiled_model = change_model};
