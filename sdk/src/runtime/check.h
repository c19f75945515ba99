/** @file
 *  Checks of what plugins hand over, before the first use: one table of rules for every kind of
 *  object and extension (TN_ABI_019).
 */
#ifndef TENON_RUNTIME_CHECK_H
#define TENON_RUNTIME_CHECK_H

#include "base/status.h"
#include "tenon/abi.h"

/** One kind of table. Constant. */
typedef struct tni_table_rule tni_table_rule;

/** @name The kinds: tables of objects, then of extensions
 *  @{ */
extern const tni_table_rule tni_plugin_rule, tni_compiled_model_rule, tni_infer_request_rule,
    tni_tensor_rule, tni_remote_context_rule, tni_state_rule, tni_model_rule;
extern const tni_table_rule tni_import_rule, tni_remote_rule, tni_copy_rule, tni_export_rule,
    tni_runtime_model_rule, tni_profiling_rule, tni_states_rule, tni_handles_rule, tni_batch_rule,
    tni_targets_rule;
/** @} */

/** Checks a table: its size and its mandatory slots.
 *  @return TN_OK or TN_MALFORMED, with table and slot named */
tn_status tni_check_table(const tni_table_rule *rule, const void *table, tn_error *error);

/** Checks an object that has just been made: its header, its table, its maker, and the size of its
 * struct where it has one.
 *  @return TN_OK or TN_MALFORMED */
tn_status tni_check_object(const tni_table_rule *rule, const void *object, tn_error *error);

/** Checks what a plugin says of itself: its major version, struct, name, operator sets.
 *  @return TN_OK, TN_MALFORMED, or TN_UNSUPPORTED (major version) */
tn_status tni_check_plugin(tn_plugin *plugin, tn_error *error);

/** The checked table of an extension, or NULL in `*out` when the object has none.
 *  @return TN_OK or TN_MALFORMED */
tn_status tni_find_extension(const void *object, const char *id, const tni_table_rule *rule,
                             const void **out, tn_error *error);

/** Checks the beginning that all options have in common; NULL is legal.
 *  @param what how messages name them, such as "compile"
 *  @param first_size smallest legal size
 *  @return TN_OK or TN_INVALID_ARGUMENT */
tn_status tni_check_options(const void *options, const char *what, uint32_t first_size,
                            tn_error *error);

#endif
