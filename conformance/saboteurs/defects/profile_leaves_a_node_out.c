/* caught-by: profiling.every_node/needless_nodes */
/* The last node that did not run is not told of. */
#include "saboteur.h"

enum { MOST = 64 };

struct receiver {
  tn_profile_sink sink;
  void *user;
};

static tn_status leave_out(void *user, const tn_profile_entry *const *entries, uint64_t count) {
  const tn_profile_entry *given[MOST];
  const struct receiver *to = user;
  uint64_t kept = 0, last = count;
  for (uint64_t i = 0; i < count; i++)
    if (entries[i]->status == TN_PROFILE_OPTIMIZED_OUT) last = i;
  for (uint64_t i = 0; i < count && kept < MOST; i++)
    if (i != last) given[kept++] = entries[i];
  return to->sink(to->user, given, kept);
}

static tn_status get(tn_infer_request *request, tn_profile_sink sink, void *user, tn_error *error) {
  struct receiver to = {sink, user};
  return honest_profiling->get(request, sink ? leave_out : NULL, &to, error);
}

static void change(tn_profiling_api *api) {
  api->get = get;
}

const saboteur_hooks saboteur = {.profiling = change};
