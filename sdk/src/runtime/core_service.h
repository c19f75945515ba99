/** @file
 *  The extension tn.core/1 of the host.
 */
#ifndef TENON_RUNTIME_CORE_SERVICE_H
#define TENON_RUNTIME_CORE_SERVICE_H

#include "tenon/abi/ext/core.h"

/** Its table. */
const tn_core_api *tni_core_service(void);

#endif
