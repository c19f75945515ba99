/* caught-by: export.leaves_the_model */
/* After an export inferences give another first element. */
#include "saboteur.h"

static atomic_int exported;

static tn_status export_model(tn_compiled_model *model, const tn_export_options *options,
                              const tn_target *target, tn_error *error) {
  exported = 1;
  return honest_export->export_model(model, options, target, error);
}

static tn_status infer(tn_infer_request *request, tn_error *error) {
  tn_tensor *output = NULL;
  tn_status status = honest_request->infer(request, error);
  if (exported && honest_request->get_tensor(request, 1, &output, NULL) == TN_OK &&
      output->type == TN_F32)
    ((float *)output->data)[0] += 1;
  return status;
}

static void change_request(tn_infer_request_api *api) {
  api->infer = infer;
}

static void change(tn_export_api *api) {
  api->export_model = export_model;
}

const saboteur_hooks saboteur = {.exporting = change, .request = change_request};
