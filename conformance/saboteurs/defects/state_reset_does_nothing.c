/* caught-by: state.reset */
/* reset says OK and leaves the variable as it was. */
#include "saboteur.h"

static tn_status reset(tn_state *state, tn_error *error) {
  (void)state, (void)error;
  return TN_OK;
}

static void change(tn_state_api *api) {
  api->reset = reset;
}

const saboteur_hooks saboteur = {.state = change};
