/* caught-by: abi.refuses_unknown_majors */
/* The majors that the host speaks are not looked at. */
#include "saboteur.h"

static tn_plugin_api api;
static tn_plugin plugin = {.api = &api};

static tn_status create(const tn_create_options *options, tn_plugin **out, tn_error *error) {
  if (options->oldest_major <= TN_MAJOR) return saboteur_create(options, out, error);
  *out = &plugin;
  return TN_OK;
}

const saboteur_hooks saboteur = {.create = create};
