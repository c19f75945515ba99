/* caught-by: tensor.many_requests */
/* Of requests that live at one time, those beyond the twelfth give another first element. */
#include "saboteur.h"

static tn_infer_request *made[64];
static int count;

static tn_status (*create_below)(tn_compiled_model *model, const tn_create_request_options *options,
                                 tn_infer_request **out, tn_error *error);

static tn_status create_request(tn_compiled_model *model, const tn_create_request_options *options,
                                tn_infer_request **out, tn_error *error) {
  tn_status status = create_below(model, options, out, error);
  if (status == TN_OK && count < 64) made[count++] = *out;
  return status;
}

static tn_status infer(tn_infer_request *request, tn_error *error) {
  tn_tensor *output = NULL;
  tn_status status = honest_request->infer(request, error);
  for (int i = 12; i < count; i++)
    if (made[i] == request && honest_request->get_tensor(request, 1, &output, NULL) == TN_OK &&
        output->type == TN_F32)
      ((float *)output->data)[0] += 1;
  return status;
}

static void destroy(tn_infer_request *request) {
  for (int i = 0; i < count; i++)
    if (made[i] == request) made[i] = NULL;
  while (count > 0 && !made[count - 1])
    count--;
  honest_request->destroy(request);
}

static void change_model(tn_compiled_model_api *api) {
  create_below = api->create_request;
  api->create_request = create_request;
}

static void change(tn_infer_request_api *api) {
  api->infer = infer;
  api->destroy = destroy;
}

const saboteur_hooks saboteur = {.compiled_model = change_model, .request = change};
