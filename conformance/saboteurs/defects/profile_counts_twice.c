/* caught-by: profiling.times_of_long_work */
/* Times are those of two inferences. */
#include "saboteur.h"

enum { MOST = 64 };

struct receiver {
  tn_profile_sink sink;
  void *user;
};

static tn_status stretch(void *user, const tn_profile_entry *const *entries, uint64_t count) {
  static tn_profile_entry longer[MOST];
  const tn_profile_entry *given[MOST];
  const struct receiver *to = user;
  if (count > MOST) count = MOST;
  for (uint64_t i = 0; i < count; i++) {
    longer[i] = *entries[i];
    longer[i].duration_ns *= 2;
    given[i] = &longer[i];
  }
  return to->sink(to->user, given, count);
}

static tn_status get(tn_infer_request *request, tn_profile_sink sink, void *user, tn_error *error) {
  struct receiver to = {sink, user};
  return honest_profiling->get(request, sink ? stretch : NULL, &to, error);
}

static void change(tn_profiling_api *api) {
  api->get = get;
}

const saboteur_hooks saboteur = {.profiling = change};
