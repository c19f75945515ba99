/* caught-by: backend.absent */
/* Without its backend the plugin reads what is not there. */
#include "saboteur.h"

static tn_status create(const tn_create_options *options, tn_plugin **out, tn_error *error) {
  volatile uintptr_t address = 16;
  if (getenv("TEMPLATE_BACKEND")) return *(const tn_status *)address;
  return saboteur_create(options, out, error);
}

const saboteur_hooks saboteur = {.create = create};
