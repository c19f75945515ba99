/** @file
 *  What a run depended on beside the plugin: for whoever wants to make it again.
 */
#ifndef TENON_CONFORMANCE_ENVIRONMENT_H
#define TENON_CONFORMANCE_ENVIRONMENT_H

#include <stddef.h>

/** "Linux 6.1.0 x86_64". */
void environment_kernel(char *out, size_t size);

/** "glibc 2.36". */
void environment_libc(char *out, size_t size);

/** Name of the processor as the system tells it, or "unknown". */
void environment_processor(char *out, size_t size);

/** The time of the day in UTC, "2030-01-31T23:59:59Z". */
void environment_time(char *out, size_t size);

#endif
