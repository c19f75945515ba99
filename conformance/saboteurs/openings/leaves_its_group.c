/* Creation leaves the process group that the suite kills, and never returns. */
#include "saboteur.h"

#include <unistd.h>

static tn_status create(const tn_create_options *options, tn_plugin **out, tn_error *error) {
  (void)options, (void)out, (void)error;
  setpgid(0, getpgid(getppid()));
  while (1)
    pause();
  return TN_OK;
}

const saboteur_hooks saboteur = {.create = create};
