/* caught-by: state.counts */
/* There is one variable more than the model has. */
#include "saboteur.h"

static uint32_t count(tn_infer_request *request) {
  return honest_states->count(request) + 1;
}

static void change(tn_states_api *api) {
  api->count = count;
}

const saboteur_hooks saboteur = {.states = change};
