/** @file
 *  What is done with the requests of parts, one after the other or at once.
 */
#ifndef TENON_DEVICES_HETERO_PARTS_H
#define TENON_DEVICES_HETERO_PARTS_H

#include "devices/hetero/hetero.h"

/** Where the memory of a request comes from. */
const tni_allocator *tni_hetero_allocator_of(const tni_hetero_request *request);

/** Puts the device of a part before the message of a failure. @return `status` */
tn_status tni_part_named(const tni_hetero_request *request, uint32_t part, tn_status status,
                         tn_error *error);

/** What follows when a part has run: its profile, and tensors whose shapes are now known.
 *  @param start_ns when it began, since the inference did */
tn_status tni_part_done(tni_hetero_request *request, uint32_t part, uint64_t start_ns,
                        tn_error *error);

/** Whether the whole was cancelled; for whoever has just begun to run a part, which a request to
 * cancel may have come too early for. */
int tni_part_is_cancelled(tni_hetero_request *request);

/** Whether a part that was cancelled has to run again, since a cancel of an earlier inference has
 * met it. One that ends so by itself has failed. */
int tni_part_runs_again(tni_hetero_request *request, tn_status status);

/** Cancels what runs. Thread: any. */
void tni_parts_cancel(tni_hetero_request *request);

#endif
