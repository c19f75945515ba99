/** @file
 *  Parts that do not wait for each other, run at the same time: each is started once what it takes
 * is there.
 */
#ifndef TENON_DEVICES_HETERO_AT_ONCE_H
#define TENON_DEVICES_HETERO_AT_ONCE_H

#include "devices/hetero/dependencies.h"
#include "devices/hetero/hetero.h"

/** What one request needs for it. */
typedef struct tni_at_once tni_at_once;

/** Makes it, once the requests of the parts are there: their callbacks are taken.
 *  @param dependencies borrowed as long as it lives
 *  @return TN_OK, TN_OUT_OF_MEMORY, what setting a callback returned */
tn_status tni_at_once_create(tni_hetero_request *request, const tni_dependencies *dependencies,
                             tni_at_once **out, tn_error *error);

/** Gives it back; NULL is legal. Nothing is in flight. */
void tni_at_once_destroy(tni_at_once *self);

/** Runs all parts, and returns when none runs any more.
 *  @return TN_OK, or how the first that failed did */
tn_status tni_at_once_run(tni_at_once *self, tn_error *error);

#endif
