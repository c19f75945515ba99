/* caught-by: discovery.manifest_fields */
/* The manifest says which place the plugin has behind an alias, and names none. */
#include "saboteur.h"

const saboteur_hooks saboteur = {.plugin = NULL};
