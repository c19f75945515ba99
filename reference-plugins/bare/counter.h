/** @file
 *  A private extension of BARE, to show that one reaches through virtual devices and layers:
 * "x-bare.counter/1" of an infer request.
 */
#ifndef TENON_BARE_COUNTER_H
#define TENON_BARE_COUNTER_H

#include "tenon/abi.h"

/** Id of bare_counter_api. */
#define BARE_EXTENSION_COUNTER "x-bare.counter/1"

/** Functions of the extension. */
typedef struct bare_counter_api {
  uint32_t size;     /**< Bytes of this table. */
  uint32_t reserved; /**< 0. */
  /** Number of inferences that the request has begun. */
  uint64_t(TN_CALL *inferences)(tn_infer_request *request) TN_SERIAL;
} bare_counter_api;

#endif
