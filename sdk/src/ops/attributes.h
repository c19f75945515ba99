/** @file
 *  Reading the attributes of a node whose kinds were checked (tni_operator_check), and failures
 * that name the node.
 */
#ifndef TENON_OPS_ATTRIBUTES_H
#define TENON_OPS_ATTRIBUTES_H

#include "base/status.h"
#include "tenon/abi/model.h"

/** The attribute of that name and kind, or NULL. */
const tn_attribute *tni_attribute_find(const tn_node *node, const char *name, uint32_t kind);

/** An INT attribute, or `fallback` when the node has none. */
int64_t tni_attribute_int(const tn_node *node, const char *name, int64_t fallback);

/** A FLOAT attribute, or `fallback`. */
double tni_attribute_float(const tn_node *node, const char *name, double fallback);

/** A STRING attribute, or `fallback`; borrowed from the node. */
tn_string tni_attribute_string(const tn_node *node, const char *name, tn_string fallback);

/** The numbers of an INTS attribute, borrowed from the node: sets `*count` and returns the first,
 * or NULL with a count of 0 when the node has none. An empty list gives a pointer that is not NULL.
 */
const int64_t *tni_attribute_ints(const tn_node *node, const char *name, uint64_t *count);

/** As tni_attribute_ints, of a FLOATS attribute. */
const float *tni_attribute_floats(const tn_node *node, const char *name, uint64_t *count);

/** A TENSOR attribute, borrowed from the node, or NULL. */
tn_tensor *tni_attribute_tensor(const tn_node *node, const char *name);

/** A GRAPH attribute, borrowed from the node, or NULL. */
const tn_graph *tni_attribute_graph(const tn_node *node, const char *name);

/** As tni_fail, with "node 'name' (Operator): " before the message. */
tn_status tni_node_fail(const tn_node *node, tn_error *error, tn_status status, const char *format,
                        ...) __attribute__((format(printf, 4, 5)));

#endif
