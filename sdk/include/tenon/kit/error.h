/** @file
 *  Failing: the flow macro, and filling in the caller's error record.
 */
#ifndef TENON_KIT_ERROR_H
#define TENON_KIT_ERROR_H

#include "tenon/abi/status.h"
#include "tenon/abi/string.h"

TN_BEGIN_DECLARATIONS

/** Evaluates a call once and returns its status from the current function when it is a failure. */
#define TN_KIT_TRY(call)                                        \
  do {                                                          \
    const tn_status tn_kit_try_status_ = (call);                \
    if (tn_kit_try_status_ != TN_OK) return tn_kit_try_status_; \
  } while (0)

/** A clause as one number: TN_KIT_CLAUSE(COMPILE, 4). */
#define TN_KIT_CLAUSE(area, number) (((uint32_t)TN_AREA_##area << 16) | (uint32_t)(number))

/** Arguments for "%.*s" of a tn_string; cut at 200 bytes. */
#define TN_KIT_TEXT(string) \
  (int)((string).length > 200 ? 200 : (string).length), ((string).data ? (string).data : "")

/** Fills `*error` (may be NULL) and returns `status`, so that a failure is one statement. A message
 * that does not fit is cut at a character's boundary. Thread: any. */
tn_status tn_kit_fail(tn_error *error, tn_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** As tn_kit_fail, naming the clause that was broken.
 *  @param clause made by TN_KIT_CLAUSE */
tn_status tn_kit_fail_clause(tn_error *error, tn_status status, uint32_t clause, const char *format,
                             ...) __attribute__((format(printf, 4, 5)));

TN_END_DECLARATIONS

#endif
