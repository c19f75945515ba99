/* Prints what a core finds with the environment as it is: one line for each plugin, its name, and
 * whether the environment turns it off. */
#include <stdio.h>

#include "tenon/tenon.h"

static tn_status print(void *user, const tn_plugin_entry *const *plugins, uint64_t count) {
  (void)user;
  for (uint64_t i = 0; i < count; i++)
    printf("%.*s%s\n", (int)plugins[i]->name.length, plugins[i]->name.data,
           plugins[i]->state == TN_PLUGIN_DISABLED ? " disabled" : "");
  return TN_OK;
}

int main(void) {
  tn_core_options options = tn_core_options_init();
  tn_core *core = NULL;
  tn_error error = {0};
  options.flags = TN_CORE_NO_DEFAULT_FOLDER;
  tn_status status = tn_core_create(&options, &core, &error);
  if (status == TN_OK) status = tn_core_plugins(core, print, NULL, &error);
  if (status != TN_OK) fprintf(stderr, "%s\n", error.message);
  tn_core_destroy(core);
  return status != TN_OK;
}
