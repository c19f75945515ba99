/* caught-by: import.check_agrees */
/* check finds nothing wrong with any head. */
#include "saboteur.h"

static tn_status check(tn_plugin *plugin, tn_string device, const void *head, uint64_t size,
                       const tn_import_options *options, tn_error *error) {
  (void)plugin, (void)device, (void)head, (void)size, (void)options, (void)error;
  return TN_OK;
}

static void change(tn_import_api *api) {
  api->check = check;
}

const saboteur_hooks saboteur = {.importing = change};
