/** @file
 *  Whether a worker's code is still the suite's. A plugin lives in the same process, and could
 * write over a check.
 */
#ifndef TENON_CONFORMANCE_INTACT_H
#define TENON_CONFORMANCE_INTACT_H

#include <stdint.h>
#include <sys/types.h>

/** Compares the code of a process that runs the same program with our own.
 *  @param begin where the code lies there; 0 for a worker that was not looked at yet, found then
 *  @return 0 when it differs; 1 when it is equal, or the system does not let us look */
int intact_code(pid_t worker, uintptr_t *begin);

#endif
