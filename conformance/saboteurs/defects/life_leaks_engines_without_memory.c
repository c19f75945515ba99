/* caught-by: life.leak_engine_without_memory */
/* A creation that runs out of memory leaves a descriptor behind. */
#include "leak.h"
#include "saboteur.h"

static unsigned calls;

static tn_status create(const tn_create_options *options, tn_plugin **out, tn_error *error) {
  const tn_status status = saboteur_create(options, out, error);
  if (status == TN_OUT_OF_MEMORY) lose_descriptor(&calls, 3);
  return status;
}

const saboteur_hooks saboteur = {.create = create};
