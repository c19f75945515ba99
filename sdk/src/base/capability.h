/** @file
 *  Names of what devices declare.
 */
#ifndef TENON_BASE_CAPABILITY_H
#define TENON_BASE_CAPABILITY_H

#include <stdint.h>

/** Name in reports of one capability (a single TN_DEVICE_... flag), or NULL when it is not known.
 * Static. */
const char *tni_capability_name(uint64_t flag);

#endif
