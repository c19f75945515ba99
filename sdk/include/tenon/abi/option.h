/** @file
 *  Options of the calls that set things up. They all have the same beginning: size, flags, and
 * entries by name.
 */
#ifndef TENON_ABI_OPTION_H
#define TENON_ABI_OPTION_H

#include "tenon/abi/platform.h"
#include "tenon/abi/status.h"
#include "tenon/abi/string.h"

TN_BEGIN_DECLARATIONS

/** Largest `size` that an options struct may ever reach, in bytes (TN_OPTION_001). */
enum { TN_OPTIONS_MAX_SIZE = 512 };

/** Flags of tn_option. */
enum {
  /** Who does not know the entry's id refuses the call with TN_UNSUPPORTED and names it
   * (TN_OPTION_003). */
  TN_OPTION_CRITICAL = 1u << 0
};

/** One entry by name; its payload follows in a larger struct that starts with this one. An unknown
 * entry is ignored unless it is critical (TN_OPTION_002). A virtual device takes out what it
 * consumes and passes on all others (TN_OPTION_004), and refuses no critical one that a device
 * below knows (TN_OPTION_006). Frozen, since payloads follow it: only they grow. */
typedef struct tn_option {
  uint32_t size;  /**< Bytes of the entry with its payload. */
  uint32_t flags; /**< TN_OPTION_...; unknown bits are an error (TN_ABI_006). */
  tn_string id;   /**< Name and revision, such as "tn.context/1". */
} tn_option;

/** An entry's header: `size` of the whole entry, TN_OPTION_... flags, and a literal id. */
#define TN_OPTION_HEADER(type, flags, id) \
  { TN_SIZE(type), (flags), TN_STRING_INIT(id) }

/** What every options struct starts with, for code that handles any of them. NULL in place of
 * options means defaults. A reserved field that is not 0 is refused with TN_INVALID_ARGUMENT, as in
 * every struct that a plugin is handed (TN_ABI_013). */
typedef struct tn_options {
  uint32_t size;  /**< Bytes of the whole options struct. */
  uint32_t flags; /**< 0: no flag is defined yet (TN_ABI_006). */
  /** Borrowed for the call, as the options are: neither is written, nor read after it
   * (TN_OPTION_005). May be NULL when entry_count is 0. */
  const tn_option *const *entries;
  uint32_t entry_count; /**< Number of entries. */
  uint32_t reserved;    /**< 0. */
} tn_options;

/** Smallest legal `size` of tn_options. */
#define TN_OPTIONS_FIRST_SIZE TN_SIZE_THROUGH(tn_options, reserved)

/** A tn_options with its size and nothing else. */
TN_DEFINE_INIT(tn_options)

/** Progress of compile and import. Option "tn.progress/1", not critical. */
typedef struct tn_progress_option {
  tn_option option; /**< id TN_OPTION_PROGRESS. */
  /** Called from the calling thread with the share done, from 0 to 1 and never falling
   * (TN_COMPILE_021), and not after the call has returned (TN_COMPILE_010). A nonzero answer
   * cancels the call, which then fails with TN_CANCELLED (TN_COMPILE_011). */
  uint32_t(TN_CALL *report)(void *user, double done) TN_SERIAL;
  void *user; /**< Handed back to `report`. */
} tn_progress_option;

/** Smallest legal `size` of tn_progress_option. */
#define TN_PROGRESS_OPTION_FIRST_SIZE TN_SIZE_THROUGH(tn_progress_option, user)

/** Id of tn_progress_option. */
#define TN_OPTION_PROGRESS "tn.progress/1"

/** The entry that has `report` called with `user`. */
static inline tn_progress_option tn_progress_option_make(uint32_t(TN_CALL *report)(void *user,
                                                                                   double done),
                                                         void *user) {
  tn_progress_option made = {TN_OPTION_HEADER(tn_progress_option, 0, TN_OPTION_PROGRESS), report,
                             user};
  return made;
}

TN_END_DECLARATIONS

#endif
