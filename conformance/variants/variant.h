/** @file
 *  What a variant is made with: TEMPLATE that supports less, rightly.
 *
 *  A variant is one file that defines VARIANT_SUPPORTS and includes TEMPLATE's query.c after this
 * header. It has to pass the suite: everything that it does not support it refuses cleanly.
 */
#ifndef TENON_CONFORMANCE_VARIANT_H
#define TENON_CONFORMANCE_VARIANT_H

#include "template.h"

/** Whether the variant runs a node that TEMPLATE runs. Defined by each variant. */
static int variant_supports(const tn_node *node);

static inline tn_status variant_check(const tn_kit_engine *engine, const tn_node *node,
                                      uint32_t *reason, tn_error *error) {
  if (variant_supports(node)) return tn_kit_reference_check(engine, node, reason, error);
  *reason = TN_REASON_OPERATOR;
  return tn_kit_fail(error, TN_UNSUPPORTED, "node '%.*s': %.*s is not what this device runs",
                     (int)node->name.length, node->name.data, (int)node->operation.length,
                     node->operation.data);
}

/** What TEMPLATE's query.c asks. */
#define tn_kit_reference_check variant_check

#endif
