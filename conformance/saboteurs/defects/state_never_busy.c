/* caught-by: state.busy_in_flight */
/* A value is said to have been set in flight. */
#include "saboteur.h"

static tn_status set(tn_state *state, tn_tensor *value, tn_error *error) {
  tn_status status = honest_state->set(state, value, error);
  return status == TN_BUSY ? TN_OK : status;
}

static void change(tn_state_api *api) {
  api->set = set;
}

const saboteur_hooks saboteur = {.state = change};
