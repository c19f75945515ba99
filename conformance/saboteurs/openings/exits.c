/* Creation ends the process with success. */
#include "saboteur.h"

static tn_status create(const tn_create_options *options, tn_plugin **out, tn_error *error) {
  (void)options, (void)out, (void)error;
  exit(0);
}

const saboteur_hooks saboteur = {.create = create};
