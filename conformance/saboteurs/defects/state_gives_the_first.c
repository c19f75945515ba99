/* caught-by: state.get_copies */
/* get gives the tensor that this handle gave first, with the present value. */
#include "saboteur.h"

static tn_state *owner;
static tn_tensor *first;

static tn_status get(tn_state *state, tn_tensor **out, tn_error *error) {
  tn_status status = honest_state->get(state, out, error);
  if (status != TN_OK || (owner && owner != state)) return status;
  if (!owner) {
    owner = state;
    first = *out;
  } else if (first->capacity_bytes == (*out)->capacity_bytes) {
    memcpy(first->data, (*out)->data, (size_t)first->capacity_bytes);
    tn_tensor_release(*out);
    *out = first;
  } else {
    return TN_OK;
  }
  tn_tensor_retain(first);
  return TN_OK;
}

static void destroy(tn_state *state) {
  if (owner == state) {
    tn_tensor_release(first);
    owner = NULL;
  }
  honest_state->destroy(state);
}

static void change(tn_state_api *api) {
  api->get = get;
  api->destroy = destroy;
}

const saboteur_hooks saboteur = {.state = change};
