/* caught-by: state.wrong_values */
/* A value of another shape is taken without a word, and dropped. */
#include "saboteur.h"

static tn_status set(tn_state *state, tn_tensor *value, tn_error *error) {
  tn_status status = honest_state->set(state, value, error);
  return status == TN_WRONG_SHAPE ? TN_OK : status;
}

static void change(tn_state_api *api) {
  api->set = set;
}

const saboteur_hooks saboteur = {.state = change};
