/* caught-by: state.handles */
/* A variable is reset when a handle of it is destroyed. */
#include "saboteur.h"

static void destroy(tn_state *state) {
  honest_state->reset(state, NULL);
  honest_state->destroy(state);
}

static void change(tn_state_api *api) {
  api->destroy = destroy;
}

const saboteur_hooks saboteur = {.state = change};
