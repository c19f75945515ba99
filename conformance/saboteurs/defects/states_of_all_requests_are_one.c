/* caught-by: state.isolation */
/* After an inference every other request has the variable's new value. */
#include "saboteur.h"

enum { MOST = 64 };

static tn_infer_request *made[MOST];

static tn_status (*create_below)(tn_compiled_model *model, const tn_create_request_options *options,
                                 tn_infer_request **out, tn_error *error);

static tn_status create_request(tn_compiled_model *model, const tn_create_request_options *options,
                                tn_infer_request **out, tn_error *error) {
  tn_status status = create_below(model, options, out, error);
  for (int i = 0; status == TN_OK && i < MOST; i++)
    if (!made[i]) {
      made[i] = *out;
      break;
    }
  return status;
}

static void destroy(tn_infer_request *request) {
  for (int i = 0; i < MOST; i++)
    if (made[i] == request) made[i] = NULL;
  honest_request->destroy(request);
}

static const tn_states_api *states_of(tn_infer_request *request) {
  const tn_states_api *api = honest_request->get_extension(request, TN_STRING(TN_EXTENSION_STATES));
  return api && api->count(request) == 1 ? api : NULL;
}

static void copy_state(tn_infer_request *from, tn_infer_request *to) {
  const tn_states_api *api = states_of(from);
  tn_state *source = NULL, *target = NULL;
  tn_tensor *value = NULL;
  if (!api || !states_of(to) || api->open(from, 0, &source, NULL) != TN_OK) return;
  if (api->open(to, 0, &target, NULL) == TN_OK) {
    if (source->api->get(source, &value, NULL) == TN_OK) target->api->set(target, value, NULL);
    if (value) tn_tensor_release(value);
    target->api->destroy(target);
  }
  source->api->destroy(source);
}

static tn_status infer(tn_infer_request *request, tn_error *error) {
  tn_status status = honest_request->infer(request, error);
  for (int i = 0; i < MOST; i++)
    if (made[i] && made[i] != request) copy_state(request, made[i]);
  return status;
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
