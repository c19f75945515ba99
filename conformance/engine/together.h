/** @file
 *  Threads of a check that begin at the same moment.
 */
#ifndef TENON_CONFORMANCE_TOGETHER_H
#define TENON_CONFORMANCE_TOGETHER_H

#include <stddef.h>
#include <stdint.h>

enum { TOGETHER_MOST = 16 /**< Threads that together_run can start. */ };

/** Calls `body` with each of `count` items, one behind the other and of `item_size` bytes, each in
 * a thread of its own. All wait until the last is there, and begin at once; returns when all have
 * ended. Records are made by the check's own thread: a body keeps in its item what it came to. */
void together_run(void *items, size_t item_size, uint32_t count, void (*body)(void *item));

#endif
