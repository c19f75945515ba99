/* caught-by: surroundings.of_the_process/no_environment */
/* HOME is taken for granted. */
#include "saboteur.h"

static tn_status create(const tn_create_options *options, tn_plugin **out, tn_error *error) {
  const char *home = getenv("HOME");
  if (home[0] == '\0') return TN_BACKEND_MISSING;
  return saboteur_create(options, out, error);
}

const saboteur_hooks saboteur = {.create = create};
