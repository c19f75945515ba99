/* caught-by: tensor.requests_are_independent */
/* A tensor set in one request is set in the one made before it as well. */
#include "saboteur.h"

static tn_infer_request *latest, *before;

static tn_status (*create_below)(tn_compiled_model *model, const tn_create_request_options *options,
                                 tn_infer_request **out, tn_error *error);

static tn_status create_request(tn_compiled_model *model, const tn_create_request_options *options,
                                tn_infer_request **out, tn_error *error) {
  tn_status status = create_below(model, options, out, error);
  if (status != TN_OK) return status;
  before = latest;
  latest = *out;
  return status;
}

static void destroy(tn_infer_request *request) {
  if (request == latest) latest = NULL;
  if (request == before) before = NULL;
  honest_request->destroy(request);
}

static tn_status set_tensor(tn_infer_request *request, uint32_t port, tn_tensor *tensor,
                            tn_error *error) {
  if (before && before != request && port == 0)
    honest_request->set_tensor(before, port, tensor, NULL);
  return honest_request->set_tensor(request, port, tensor, error);
}

static void change_model(tn_compiled_model_api *api) {
  create_below = api->create_request;
  api->create_request = create_request;
}

static void change(tn_infer_request_api *api) {
  api->destroy = destroy;
  api->set_tensor = set_tensor;
}

const saboteur_hooks saboteur = {.compiled_model = change_model, .request = change};
