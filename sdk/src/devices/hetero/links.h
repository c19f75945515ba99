/** @file
 *  The tensors of a request that lie between parts: set at both ends, so that nothing is copied;
 * where one device keeps a value that others use as well, they get a copy in host memory.
 */
#ifndef TENON_DEVICES_HETERO_LINKS_H
#define TENON_DEVICES_HETERO_LINKS_H

#include "devices/hetero/hetero.h"

/** Makes them, once there are requests of all parts. What was made is given back by
 * tni_links_destroy, in any case. */
tn_status tni_links_make(tni_hetero_request *request, tn_error *error);

/** Gives them back, after the requests of the parts. */
void tni_links_destroy(tni_hetero_request *request);

/** Sets a tensor at all ends of a wire that is a port of the whole.
 *  @param tensor what the application set, or NULL
 *  @return what the parts' requests returned */
tn_status tni_link_set(tni_hetero_request *request, uint32_t wire, tn_tensor *tensor,
                       tn_error *error);

/** The tensor of a wire. */
tn_status tni_link_get(const tni_hetero_request *request, uint32_t wire, tn_tensor **out,
                       tn_error *error);

/** Hands on what a part has computed, where that takes more than a tensor that both ends have.
 *  @param part its number; TNI_NO_WIRE: inputs of the whole */
tn_status tni_links_hand_on(tni_hetero_request *request, uint32_t part, tn_error *error);

/** Bytes that were copied between parts in the inference that has just run. */
tn_status tni_links_copied(tni_hetero_request *request, uint64_t *bytes, tn_error *error);

#endif
