/* caught-by: discovery.manifest_fields */
/* A variable of the manifest's environment is a number, and so no host reads the manifest. */
#include "saboteur.h"

const saboteur_hooks saboteur = {.plugin = NULL};
