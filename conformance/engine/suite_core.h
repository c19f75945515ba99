/** @file
 *  The tn.core/1 of the suite's host: the plugins given with --with.
 */
#ifndef TENON_CONFORMANCE_SUITE_CORE_H
#define TENON_CONFORMANCE_SUITE_CORE_H

#include "engine/suite_host.h"

/** The table. */
const tn_core_api *suite_core_api(void);

/** Destroys the engines that were opened for this host. */
void suite_core_close(suite_host *host);

#endif
