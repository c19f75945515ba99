/** @file
 *  Failing: the flow macro, and filling in the caller's error record.
 */
#ifndef TENON_BASE_STATUS_H
#define TENON_BASE_STATUS_H

#include "tenon/abi/status.h"
#include "tenon/abi/string.h"

/** Evaluates a call once and returns its status from the current function when it is a failure. */
#define TN_TRY(call)                                    \
  do {                                                  \
    const tn_status tn_try_status_ = (call);            \
    if (tn_try_status_ != TN_OK) return tn_try_status_; \
  } while (0)

/** A clause as one number for tni_fail_clause: TNI_CLAUSE(COMPILE, 12). */
#define TNI_CLAUSE(area, number) (((uint32_t)TN_AREA_##area << 16) | (uint32_t)(number))

/** Arguments for "%.*s" of a tn_string. */
#define TNI_TEXT(string) \
  (int)((string).length > 200 ? 200 : (string).length), ((string).data ? (string).data : "")

/** A record that tells of nothing. */
static inline tn_error tni_no_error(void) {
  return (tn_error){.message = ""};
}

/** Fills `*error` (may be NULL) and returns `status`, so that a failure is one statement:
 *  `return tni_fail(error, TN_NOT_FOUND, "property %.*s: ...", TNI_TEXT(name));`
 *  The message is cut at a character's boundary when it does not fit. */
tn_status tni_fail(tn_error *error, tn_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** As tni_fail, naming the clause that was broken. */
tn_status tni_fail_clause(tn_error *error, tn_status status, uint32_t clause, const char *format,
                          ...) __attribute__((format(printf, 4, 5)));

/** Puts "`prefix`: " before the message of an error that is passed on; code, clause and vendor code
 * stay. Returns `error->status`'s argument `status` unchanged. */
tn_status tni_fail_prefix(tn_error *error, tn_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** The status that a receiver (a sink, a target) gave; where it failed, with a record that says so:
 *  `return tni_received(sink(user, &list), "the devices", error);` */
tn_status tni_received(tn_status status, const char *what, tn_error *error);

/** Name of a status without TN_ ("NOT_FOUND"), or "UNKNOWN". Static. */
const char *tni_status_name(tn_status status);

/** Meaning of a status in a few words. Static. */
const char *tni_status_meaning(tn_status status);

/** Name of a clause area ("COMPILE"), or NULL. Static. */
const char *tni_clause_area_name(uint32_t area);

#endif
