/** @file
 *  Statuses and the error record. Every call that can fail returns a `tn_status` and takes a
 * `tn_error *` last.
 */
#ifndef TENON_ABI_STATUS_H
#define TENON_ABI_STATUS_H

#include "tenon/abi/platform.h"

TN_BEGIN_DECLARATIONS

/** Outcome of a call. 0 is success, given only when the call did what was asked, and every other
 * value a failure (TN_ERROR_001). A call that fails leaves its out-parameters untouched
 * (TN_ERROR_005), and the object works as before it (TN_ERROR_007). NULL for a pointer that must be
 * there, other than the object, is TN_INVALID_ARGUMENT (TN_ERROR_011). Calls may come in any order,
 * right and wrong ones: each gives what the contract asks of the objects as they are then, and they
 * work afterwards (TN_ERROR_012). The set is open: who meets a code that it does not know treats it
 * as the first code of its range (see tn_status_range). Negative codes are reserved. */
typedef int32_t tn_status;

/** Every status: X(name without TN_, number, meaning). The numbers are frozen. A hundred is a
 * range. */
#define TN_STATUS_MAP(X)                                                                  \
  X(OK, 0, "success")                                                                     \
  X(INVALID_ARGUMENT, 100, "an argument is not what the call takes")                      \
  X(OUT_OF_RANGE, 101, "a number or index lies outside its range")                        \
  X(WRONG_TYPE, 102, "a value or tensor is of another type than asked")                   \
  X(WRONG_SHAPE, 103, "the shape of a tensor does not fit")                               \
  X(NOT_FOUND, 104, "no device, property, port or file of that name")                     \
  X(READ_ONLY, 105, "the property cannot be written")                                     \
  X(TOO_SMALL, 106, "the output tensor is too small and cannot be resized")               \
  X(WRONG_STATE, 200, "the call is not legal in the object's present state")              \
  X(BUSY, 201, "the object is in use by an inference in flight")                          \
  X(UNSUPPORTED, 300, "legal, but not supported by this implementation")                  \
  X(BACKEND_MISSING, 400, "the driver or library below the plugin is missing")            \
  X(BACKEND_VERSION, 401, "the driver or library below the plugin has the wrong version") \
  X(DEVICE_LOST, 402, "the device is gone or has been reset")                             \
  X(OUT_OF_MEMORY, 403, "host memory is exhausted")                                       \
  X(OUT_OF_DEVICE_MEMORY, 404, "device memory is exhausted")                              \
  X(IO, 405, "reading or writing failed")                                                 \
  X(MALFORMED, 500, "the model, blob or file is not well formed")                         \
  X(RECOMPILE, 501, "the blob is sound but made by or for something else: compile again") \
  X(CANCELLED, 600, "ended by cancel or by a callback that asked for it")                 \
  X(TIMEOUT, 601, "the time limit passed first")                                          \
  X(INTERNAL, 700, "a defect in the implementation that reports it")

/** The known statuses. */
enum {
#define TN_STATUS_ENUMERATOR(name, number, meaning) TN_##name = number,
  TN_STATUS_MAP(TN_STATUS_ENUMERATOR)
#undef TN_STATUS_ENUMERATOR
};

/** The first code of a status's range: 0, 100 (caller's mistake), 200 (state), 300 (unsupported),
 * 400 (environment), 500 (data), 600 (ended early), 700 (defect; also every negative code and every
 * code from 800 on). */
static inline tn_status tn_status_range(tn_status status) {
  return status < 0 || status >= 800 ? TN_INTERNAL : status - status % 100;
}

/** Areas of the contract: X(name, number). A clause is printed as TN_AREA_NNN: the name of its area
 * and its number with three digits. Frozen. */
#define TN_CLAUSE_AREA_MAP(X) \
  X(ABI, 1)                   \
  X(LIFE, 2)                  \
  X(ERROR, 3)                 \
  X(OPTION, 4)                \
  X(DISCOVERY, 5)             \
  X(DEVICE, 6)                \
  X(PROPERTY, 7)              \
  X(MODEL, 8)                 \
  X(QUERY, 9)                 \
  X(COMPILE, 10)              \
  X(IMPORT, 11)               \
  X(EXPORT, 12)               \
  X(REQUEST, 13)              \
  X(INFER, 14)                \
  X(ASYNC, 15)                \
  X(TENSOR, 16)               \
  X(REMOTE, 17)               \
  X(STATE, 18)                \
  X(PROFILING, 19)            \
  X(RUNTIME_MODEL, 20)        \
  X(HOST, 21)                 \
  X(THREAD, 22)               \
  X(LAYER, 23)                \
  X(OPERATOR, 24)             \
  X(CORE, 25)

/** The known areas; 0 means that no clause is cited. */
enum {
#define TN_CLAUSE_AREA_ENUMERATOR(name, number) TN_AREA_##name = number,
  TN_CLAUSE_AREA_MAP(TN_CLAUSE_AREA_ENUMERATOR)
#undef TN_CLAUSE_AREA_ENUMERATOR
};

/** What went wrong. The caller owns the record and hands it in; the callee fills it when it fails
 * and leaves it alone otherwise (TN_ERROR_002). Every call takes NULL in its place (TN_ERROR_003).
 * Who passes a failure on keeps status, clause and vendor code, and puts at most a name and a colon
 * before the message (TN_ERROR_006). 512 bytes, frozen across all major versions. No memory hangs
 * on it, so it stays valid after the plugin is unloaded. */
typedef struct tn_error {
  tn_status status;       /**< The status that the call returned. */
  uint16_t clause_area;   /**< Area of the clause that was broken (TN_AREA_...), or 0. */
  uint16_t clause_number; /**< Number of that clause within its area, or 0. */
  int64_t vendor_code; /**< The implementation's own code, for its support; 0 when it has none. */
  /** UTF-8 ended by a zero byte within the field, and never empty (TN_ERROR_004): the object, what
   * was expected, what came. */
  char message[496];
} tn_error;

TN_END_DECLARATIONS

#endif
