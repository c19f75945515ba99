/* caught-by: life.leak_refused_engine */
/* A creation that fails leaves memory behind. */
#include "leak.h"
#include "saboteur.h"

static tn_status create(const tn_create_options *options, tn_plugin **out, tn_error *error) {
  const tn_status status = saboteur_create(options, out, error);
  if (status == TN_NOT_FOUND) lose_block();
  return status;
}

const saboteur_hooks saboteur = {.create = create};
