/* caught-by: async.waiters_of_two_generations */
/* Waiters that wait at the same time all get the status of the one that returns first. */
#include "saboteur.h"

static atomic_int waiting, first_status, has_first;

static tn_status wait(tn_infer_request *request, int64_t timeout_ns, tn_error *error) {
  atomic_fetch_add(&waiting, 1);
  tn_status status = honest_request->wait(request, timeout_ns, error);
  int others = atomic_fetch_sub(&waiting, 1) - 1;
  if (timeout_ns >= 0) return status;
  if (others > 0 && !atomic_exchange(&has_first, 1)) {
    first_status = status;
    return status;
  }
  if (!atomic_load(&has_first)) return status;
  if (others == 0) has_first = 0;
  return first_status;
}

static void change(tn_infer_request_api *api) {
  api->wait = wait;
}

const saboteur_hooks saboteur = {.request = change};
