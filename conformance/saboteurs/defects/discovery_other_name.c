/* caught-by: discovery.manifest_agrees */
/* The manifest names a plugin of another name. */
#include "saboteur.h"

const saboteur_hooks saboteur = {.plugin = NULL};
