/** @file
 *  Time that never runs backwards.
 */
#ifndef TENON_BASE_PLATFORM_CLOCK_H
#define TENON_BASE_PLATFORM_CLOCK_H

#include <stdint.h>

/** A deadline that never comes. */
#define TNI_NO_DEADLINE INT64_MAX

/** Nanoseconds of the monotonic clock. */
int64_t tni_clock_now(void);

/** The moment `timeout` nanoseconds from now; TNI_NO_DEADLINE when it is negative or too far away.
 */
int64_t tni_clock_deadline(int64_t timeout);

#endif
