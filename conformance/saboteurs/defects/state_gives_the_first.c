/* caught-by: state.get_copies */
/* get gives the tensor that it gave first. */
#include "saboteur.h"

static tn_tensor *first;

static tn_status get(tn_state *state, tn_tensor **out, tn_error *error) {
  if (!first) {
    tn_status status = honest_state->get(state, &first, error);
    if (status != TN_OK) return status;
  }
  tn_tensor_retain(first);
  *out = first;
  return TN_OK;
}

static void change(tn_state_api *api) {
  api->get = get;
}

const saboteur_hooks saboteur = {.state = change};
