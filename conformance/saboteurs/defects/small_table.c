/* caught-by: abi.plugin_table */
/* The plugin's table says less than its first version. */
#include "saboteur.h"

static void change(tn_plugin_api *api) {
  api->size = TN_PLUGIN_API_FIRST_SIZE - 8;
}

const saboteur_hooks saboteur = {.plugin = change};
