/* caught-by: remote.is_declared */
/* Contexts are made on a device that does not declare to have any. */
#include "saboteur.h"

const saboteur_hooks saboteur = {.hidden = TN_DEVICE_HAS_REMOTE};
