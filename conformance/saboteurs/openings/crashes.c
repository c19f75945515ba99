/* Creation reads address 8. */
#include "saboteur.h"

static tn_status create(const tn_create_options *options, tn_plugin **out, tn_error *error) {
  volatile uintptr_t address = 8;
  (void)options, (void)out, (void)error;
  return *(const tn_status *)address;
}

const saboteur_hooks saboteur = {.create = create};
