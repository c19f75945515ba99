/* Creation starts a process that leaves its parent, its group and its session, and crashes. */
#include "saboteur.h"
#include "stray.h"

static tn_status create(const tn_create_options *options, tn_plugin **out, tn_error *error) {
  (void)options, (void)out, (void)error;
  start_process();
  abort();
  return TN_OK;
}

const saboteur_hooks saboteur = {.create = create};
