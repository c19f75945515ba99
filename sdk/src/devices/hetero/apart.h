/** @file
 *  Tensors of a request that share memory.
 */
#ifndef TENON_DEVICES_HETERO_APART_H
#define TENON_DEVICES_HETERO_APART_H

#include "devices/hetero/hetero.h"

/** Checks that no output is written into memory where a part that runs later, or a copy, still
 * reads an input. Where one part alone reads the one and writes the other, its device has to know
 * what to do.
 *  @return TN_OK; TN_UNSUPPORTED, with the names of both */
tn_status tni_hetero_check_apart(tni_hetero_request *request, tn_error *error);

#endif
