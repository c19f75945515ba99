/* caught-by: profiling.times_of_long_work */
/* Times are those of two inferences. */
#include "saboteur.h"
#include "tenon/abi/ext/profiling.h"

enum { MOST = 64 };

static const tn_profiling_api *honest;

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
  return honest->get(request, sink ? stretch : NULL, &to, error);
}

static const void *extension(tn_infer_request *request, tn_string id, const void *table) {
  static tn_profiling_api api;
  (void)request;
  if (!table || !tn_string_equal(id, TN_STRING(TN_EXTENSION_PROFILING))) return table;
  honest = table;
  api = *honest;
  api.get = get;
  return &api;
}

const saboteur_hooks saboteur = {.request_extension = extension};
