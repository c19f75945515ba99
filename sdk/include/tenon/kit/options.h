/** @file
 *  Checking options: sizes, flags, entries.
 */
#ifndef TENON_KIT_OPTIONS_H
#define TENON_KIT_OPTIONS_H

#include "tenon/abi/ext/remote.h"
#include "tenon/abi/option.h"

TN_BEGIN_DECLARATIONS

/** Entries that a call knows; all others are refused when they are critical. */
enum {
  TN_KIT_KNOWS_PROGRESS = 1u << 0, /**< "tn.progress/1". */
  TN_KIT_KNOWS_CONTEXT = 1u << 1,  /**< "tn.context/1". */
  TN_KIT_PASSES_ENTRIES = 1u << 2  /**< What is not known is for somebody else to judge. */
};

/** The entries found, borrowed for the call; NULL where there was none. */
typedef struct tn_kit_entries {
  const tn_progress_option *progress; /**< "tn.progress/1". */
  const tn_context_option *context;   /**< "tn.context/1". */
} tn_kit_entries;

/** Checks any options struct of the interface and finds the entries that the caller knows.
 *  @param options tn_compile_options, tn_start_options, ...; may be NULL
 *  @param first_size smallest legal size of that struct
 *  @param known TN_KIT_KNOWS_... bits
 *  @param out cleared, then filled
 *  @return TN_OK; TN_INVALID_ARGUMENT (size, flags, reserved fields, NULL entries); TN_UNSUPPORTED
 * (unknown critical entry, named). Thread: any. */
tn_status tn_kit_check_options(const void *options, uint32_t first_size, uint32_t known,
                               tn_kit_entries *out, tn_error *error);

/** The same for a call that knows no entries. */
static inline tn_status tn_kit_check_plain_options(const void *options, uint32_t first_size,
                                                   tn_error *error) {
  tn_kit_entries none;
  return tn_kit_check_options(options, first_size, 0, &none, error);
}

TN_END_DECLARATIONS

#endif
