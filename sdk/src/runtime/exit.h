/** @file
 *  The end of the process: plugins of cores that still live are told so.
 */
#ifndef TENON_RUNTIME_EXIT_H
#define TENON_RUNTIME_EXIT_H

#include "runtime/core.h"

/** Notes a core, and installs the exit handler with the first one. */
void tni_exit_add(tn_core *core);

/** Forgets a core. */
void tni_exit_remove(tn_core *core);

#endif
