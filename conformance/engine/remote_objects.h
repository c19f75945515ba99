/** @file
 *  Contexts and device tensors for checks.
 */
#ifndef TENON_CONFORMANCE_REMOTE_OBJECTS_H
#define TENON_CONFORMANCE_REMOTE_OBJECTS_H

#include "engine/check.h"
#include "tenon/abi/ext/remote.h"

/** The table of "tn.remote/1"; NULL after recording that it is missing. */
const tn_remote_api *remote_api(test *t);

/** A new context of the tested device, released after the check; NULL after recording why. */
tn_remote_context *remote_context(test *t);

/** The default context, released after the check; NULL after recording why. */
tn_remote_context *remote_default_context(test *t);

/** Whether a context has refused a tensor of a type that no port of the carrier has, as it may: the
 * case is UNSUPPORTED then. */
bool remote_refuses(test *t, tn_status status, uint32_t type);

/** A tensor of a context, released after the check; NULL after recording why, or without one. */
tn_tensor *remote_tensor(test *t, tn_remote_context *context, uint32_t type, uint32_t rank,
                         const int64_t *shape);

/** Compiles a model of the list for a context. Refused as UNSUPPORTED it makes the case so. */
tn_compiled_model *remote_compile(test *t, const char *model, tn_remote_context *context);

/** Whether a model of the list, compiled for no context, is of another device than the context; see
 * test_lies_elsewhere. */
bool remote_lies_elsewhere(test *t, const char *model, const tn_remote_context *context);

/** Copies a host tensor into one that may be device memory, or back. Not recorded; TN_UNSUPPORTED
 * without an extension for it. */
tn_status remote_copy_from(test *t, tn_tensor *tensor, tn_tensor *source);
/** See remote_copy_from. */
tn_status remote_copy_to(test *t, tn_tensor *tensor, tn_tensor *target);

/** Copies numbers drawn from `seed` into the tensor and back, and records whether they are equal.
 */
void remote_round_trip(test *t, tn_tensor *tensor, uint64_t seed);

/** Sets every input of the request to a tensor of the context filled as test_set_inputs does. */
bool remote_set_inputs(test *t, tn_infer_request *request, tn_remote_context *context,
                       const char *model, uint64_t seed, int64_t size);

/** Hands a tensor over that may lie in device memory, as output `output` of the model. */
void remote_expect_output(test *t, tn_tensor *tensor, const char *model, uint32_t output,
                          uint64_t seed, int64_t size);

/** Makes descriptor 0 free, as it may be in a service.
 *  @return what remote_restore_input takes, or -1 when it cannot be */
int remote_free_input(void);

/** Undoes remote_free_input; descriptor 0 has been given back. */
void remote_restore_input(int kept);

/** A device tensor that the suite makes: its address cannot be read, and its bytes are reached by
 * "tn.copy/1" only, or not at all. */
typedef struct far_tensor {
  tn_tensor base;   /**< First: hand it to the plugin. */
  tn_tensor *bytes; /**< Where they really are. */
  int64_t shape[TN_MAX_RANK];
  atomic_long references;  /**< 1 is the suite's. */
  atomic_long copies_from; /**< Calls that filled it. */
  atomic_long copies_to;   /**< Calls that read it. */
  bool can_be_copied;      /**< It has "tn.copy/1". */
} far_tensor;

/** Makes one. It lives until the check returns; the plugin must have given back its references. */
far_tensor *far_tensor_create(test *t, uint32_t type, uint32_t rank, const int64_t *shape,
                              bool can_be_copied);

#endif
