/** @file
 *  The passes that every model goes through before it is compiled, in the order of one table, each
 * of which can be left out by name.
 *
 *  A pass keeps the meaning of the model and the names of its ports. A node that stands for several
 * has the origins of them all.
 */
#ifndef TENON_PASSES_PASS_H
#define TENON_PASSES_PASS_H

#include "graph/graph.h"

/** A pass. */
typedef struct tni_pass {
  const char *name;    /**< As users spell it, such as "ConstantFolding". */
  const char *meaning; /**< What it does, in a few words. */
  tn_status (*run)(tni_model *model,
                   tn_error *error); /**< Does it, to a model of newest operators. */
} tni_pass;

/** Number of passes. */
uint32_t tni_pass_count(void);

/** The pass at `index`, in the order in which they run. */
const tni_pass *tni_pass_at(uint32_t index);

/** Infers shapes, then runs all passes but those left out.
 *  @param disabled names of passes to leave out
 *  @return TN_OK; TN_INVALID_ARGUMENT for a name that no pass has; what inference and passes return
 */
tn_status tni_passes_run(tni_model *model, const tn_string *disabled, uint32_t disabled_count,
                         tn_error *error);

/** Turns nodes whose inputs are all constant into constants, unless the result is much larger than
 * the inputs. Infers shapes on the way. */
tn_status tni_fold_constants(tni_model *model, tn_error *error);

/** Lets nodes of one graph that compute the same become one, and small constants that are the same.
 */
tn_status tni_merge_common_subexpressions(tni_model *model, tn_error *error);

/** Removes nodes, optional outputs and constants that nobody uses. */
tn_status tni_remove_dead_code(tni_model *model, tn_error *error);

#endif
