/* The message of a failed creation is no UTF-8. */
#include "saboteur.h"

static tn_status create(const tn_create_options *options, tn_plugin **out, tn_error *error) {
  (void)options, (void)out;
  error->status = TN_BACKEND_MISSING;
  strcpy(error->message, "\xff\x1b[31m driver");
  return TN_BACKEND_MISSING;
}

const saboteur_hooks saboteur = {.create = create};
