/* caught-by: batch.is_declared */
/* A device takes batches and does not declare it. */
#include "saboteur.h"

const saboteur_hooks saboteur = {.hidden = TN_DEVICE_HAS_BATCHES};
