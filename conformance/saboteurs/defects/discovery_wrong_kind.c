/* caught-by: discovery.manifest_fields */
/* The manifest's version is a number. */
#include "saboteur.h"

const saboteur_hooks saboteur = {.plugin = NULL};
