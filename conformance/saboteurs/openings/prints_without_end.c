/* Creation prints for ever. */
#include "saboteur.h"

#include <unistd.h>

static tn_status create(const tn_create_options *options, tn_plugin **out, tn_error *error) {
  static char much[1 << 20];
  (void)options, (void)out, (void)error;
  while (1)
    (void)!write(STDOUT_FILENO, much, sizeof much);
  return TN_OK;
}

const saboteur_hooks saboteur = {.create = create};
