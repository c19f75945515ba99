/** @file
 *  What the stages of an inference work with.
 */
#ifndef TENON_KIT_REQUEST_H
#define TENON_KIT_REQUEST_H

#include "tenon/abi/ext/profiling.h"
#include "tenon/abi/infer_request.h"
#include "tenon/kit/plugin.h"

TN_BEGIN_DECLARATIONS

/** A request. */
typedef struct tn_kit_request {
  tn_infer_request base;       /**< The object that the host has. */
  tn_kit_compiled *compiled;   /**< Its compiled model. */
  struct tni_kit_request *kit; /**< The kit's own. */
} tn_kit_request;

/** For a device made of others, in `open_request`: port `index` (inputs, then outputs) is the
 * business of tn_kit_virtual::set_tensor and get_tensor; the kit keeps no tensor for it. */
void tn_kit_request_delegate_port(tn_kit_request *request, uint32_t index);

/** @name Inside a stage
 *  One thread at a time per request.
 *  @{ */

/** Input `index` as the stages can read it: a tensor of the device's memory as it was set; any
 * other dense, aligned, in host memory, and copied where it was not. Its shape fits the port.
 *  @param out borrowed until the inference ends */
tn_status tn_kit_request_input(tn_kit_request *request, uint32_t index, tn_tensor **out,
                               tn_error *error);

/** Output `index` with the shape of the result, ready to be written: resized where needed; of the
 * device's memory as it was set, any other dense, aligned, in host memory. What was written
 * reaches the application's tensor by tn_kit_request_deliver.
 *  @param out borrowed until the inference ends
 *  @return TN_OK, TN_TOO_SMALL (get_tensor then tells the shape needed), TN_OUT_OF_MEMORY */
tn_status tn_kit_request_output(tn_kit_request *request, uint32_t index, uint32_t rank,
                                const int64_t *shape, tn_tensor **out, tn_error *error);

/** Copies what was written to output `index` to where it belongs, when tn_kit_request_output had
 * to give a tensor in between; the kit does so for all outputs after the last stage. */
tn_status tn_kit_request_deliver(tn_kit_request *request, uint32_t index, tn_error *error);

/** 1 when the inference should end early. Thread: any. */
int tn_kit_request_cancelled(const tn_kit_request *request);

/** TN_OK, or TN_CANCELLED with a message when the inference should end early. */
tn_status tn_kit_request_check_cancelled(const tn_kit_request *request, tn_error *error);

/** Value of variable `index` (of tn_kit_compiled::variables) during the inference: a tensor, or
 * NULL when it has its initial value. A stage puts another one here by
 * tn_kit_request_set_variable; it becomes the variable's value when the inference succeeds. */
tn_tensor *tn_kit_request_variable(tn_kit_request *request, uint32_t index);

/** @param value one reference is taken over; NULL: the initial value */
void tn_kit_request_set_variable(tn_kit_request *request, uint32_t index, tn_tensor *value);

/** Number of the variable of that name, or tn_kit_compiled::variable_count. Thread: any. */
uint32_t tn_kit_find_variable(const tn_kit_compiled *compiled, tn_string name);

/** 1 when the inference is profiled. */
int tn_kit_request_profiled(const tn_kit_request *request);

/** Nanoseconds since the inference began. */
uint64_t tn_kit_request_clock(const tn_kit_request *request);

/** Adds an entry to the profile; does nothing unless the inference is profiled. Lane 0 is the
 * stages', which the kit writes.
 *  @param entry copied; its texts are borrowed as long as the compiled model lives
 *  @return TN_OK, TN_OUT_OF_MEMORY */
tn_status tn_kit_request_add_profile(tn_kit_request *request, const tn_profile_entry *entry,
                                     tn_error *error);
/** @} */

TN_END_DECLARATIONS

#endif
