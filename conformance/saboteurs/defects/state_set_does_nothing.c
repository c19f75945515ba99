/* caught-by: state.set_is_read_back */
/* set says OK and stores nothing. */
#include "saboteur.h"

static tn_status set(tn_state *state, tn_tensor *value, tn_error *error) {
  (void)state, (void)value, (void)error;
  return TN_OK;
}

static void change(tn_state_api *api) {
  api->set = set;
}

const saboteur_hooks saboteur = {.state = change};
