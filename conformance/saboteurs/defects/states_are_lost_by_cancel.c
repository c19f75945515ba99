/* caught-by: state.after_cancel */
/* A cancelled inference leaves neither the old nor the new value of a variable. */
#include "saboteur.h"

static tn_status wait(tn_infer_request *request, int64_t timeout_ns, tn_error *error) {
  tn_status status = honest_request->wait(request, timeout_ns, error);
  const tn_states_api *api = honest_request->get_extension(request, TN_STRING(TN_EXTENSION_STATES));
  tn_state *state = NULL;
  tn_tensor *value = NULL;
  if (status != TN_CANCELLED || !api || api->open(request, 0, &state, NULL) != TN_OK) return status;
  if (state->api->get(state, &value, NULL) == TN_OK) {
    memset(value->data, 0x11, (size_t)value->capacity_bytes);
    state->api->set(state, value, NULL);
    tn_tensor_release(value);
  }
  state->api->destroy(state);
  return status;
}

static void change(tn_infer_request_api *api) {
  api->wait = wait;
}

const saboteur_hooks saboteur = {.request = change};
