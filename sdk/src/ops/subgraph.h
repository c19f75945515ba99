/** @file
 *  What If, Loop and Scan share: facts of values that flow into and out of graphs, and tensors that
 * come out of them.
 */
#ifndef TENON_OPS_SUBGRAPH_H
#define TENON_OPS_SUBGRAPH_H

#include "ops/operator.h"

/** The graph attribute of that name, whose numbers of inputs and outputs must be these.
 *  @param outputs_at_most 1: the graph may have more outputs than `outputs`, 0: exactly as many
 *  @return TN_OK, TN_MALFORMED */
tn_status tni_subgraph(const tn_node *node, const char *name, uint32_t inputs, uint32_t outputs,
                       const tn_graph **out, tn_error *error);

/** Zeroed facts for `count` values; NULL with the error filled in when there is no memory. Given
 * back with tni_free to the inference's allocator. */
tni_facts *tni_facts_array(const tni_inference *inference, uint32_t count, tn_error *error);

/** `to` = type and shape of `from`, without the elements. */
void tni_facts_copy_type(tni_facts *to, const tni_facts *from);

/** Widens `facts` to what holds of a value that is either this or `other`: dimensions that differ
 * become new ones within the bounds of both, and the rank becomes unknown when it differs.
 *  @return TN_OK, TN_WRONG_TYPE */
tn_status tni_facts_merge(tni_inference *inference, tni_facts *facts, const tni_facts *other,
                          uint32_t output, tn_error *error);

/** Releases tensors and forgets them; NULL among them, and for the array, is legal. */
void tni_release_all(tn_tensor **tensors, uint32_t count);

/** Room for `count` tensors, all NULL; NULL with the error filled in when there is no memory. */
tn_tensor **tni_tensor_array(const tni_evaluation *evaluation, uint32_t count, tn_error *error);

/** 1 when the node asks for output `index`. */
int tni_wants_output(const tn_node *node, uint32_t index);

/** Output `index` of a loop that made no rounds: the shape of the body's output, with 0 for what is
 * not known of it and for the rounds at `axis`.
 *  @return TN_OK; TN_UNSUPPORTED when the element type is not known; as tni_prepare_output */
tn_status tni_empty_rounds(tni_evaluation *evaluation, uint32_t index, const tn_value_info *of_body,
                           int64_t axis, tn_error *error);

/** The element of a tensor that holds one element, as a number. */
int64_t tni_scalar(const tn_tensor *tensor);

#endif
