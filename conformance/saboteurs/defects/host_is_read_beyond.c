/* caught-by: host.nothing_behind_the_table as CRASH */
/* Creation looks at a slot behind the host's table. */
#include "saboteur.h"

static const void *volatile seen;

static tn_status create(const tn_create_options *options, tn_plugin **out, tn_error *error) {
  const tn_host *host = tn_create_options_host(options);
  if (host) seen = *(const void *const *)(const void *)((const char *)host + host->size);
  return saboteur_create(options, out, error);
}

const saboteur_hooks saboteur = {.create = create};
