/* caught-by: absent.is_declared */
/* Targets are told, and no device declares any. */
#include "saboteur.h"

const saboteur_hooks saboteur = {.hidden = TN_DEVICE_COMPILES_ABSENT};
