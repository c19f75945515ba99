/* caught-by: life.engines_own_properties */
/* What is set on one engine is set on all that live. */
#include <pthread.h>

#include "saboteur.h"

enum { MOST = 64 };

static tn_plugin *alive[MOST];
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static tn_status (*inner_set)(tn_plugin *plugin, tn_string device, const tn_map_entry *entries,
                              uint64_t count, tn_error *error);
static void (*inner_destroy)(tn_plugin *plugin, uint32_t reason);

static void replace(tn_plugin *old, tn_plugin *by) {
  pthread_mutex_lock(&mutex);
  for (int i = 0; i < MOST; i++)
    if (alive[i] == old) {
      alive[i] = by;
      break;
    }
  pthread_mutex_unlock(&mutex);
}

static tn_status create(const tn_create_options *options, tn_plugin **out, tn_error *error) {
  tn_status status = saboteur_create(options, out, error);
  if (status == TN_OK) replace(NULL, *out);
  return status;
}

static void destroy(tn_plugin *plugin, uint32_t reason) {
  replace(plugin, NULL);
  inner_destroy(plugin, reason);
}

static tn_status set_properties(tn_plugin *plugin, tn_string device, const tn_map_entry *entries,
                                uint64_t count, tn_error *error) {
  tn_status status = inner_set(plugin, device, entries, count, error);
  pthread_mutex_lock(&mutex);
  for (int i = 0; status == TN_OK && i < MOST; i++)
    if (alive[i] && alive[i] != plugin) inner_set(alive[i], device, entries, count, NULL);
  pthread_mutex_unlock(&mutex);
  return status;
}

static void change_plugin(tn_plugin_api *api) {
  inner_set = api->set_properties;
  inner_destroy = api->destroy;
  api->set_properties = set_properties;
  api->destroy = destroy;
}

const saboteur_hooks saboteur = {.create = create, .plugin = change_plugin};
