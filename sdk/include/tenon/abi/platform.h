/** @file
 *  What every header of the binary interface starts from: the platforms it is defined for, the
 * calling convention, the thread tags, and the macros by which a struct says its size and a reader
 * asks whether a field is there.
 */
#ifndef TENON_ABI_PLATFORM_H
#define TENON_ABI_PLATFORM_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if UINTPTR_MAX != UINT64_MAX
#error "Tenon's binary interface is defined for targets with 64-bit pointers only"
#endif

/** Calling convention of every function pointer of the interface. Empty where the platform has one
 * convention only. No C++ exception and no longjmp leaves a call (TN_ERROR_008). */
#if defined(_WIN32)
#define TN_CALL __cdecl
#else
#define TN_CALL
#endif

/** Marks the one function that a plugin library exports. */
#if defined(_WIN32)
#define TN_EXPORT __declspec(dllexport)
#else
#define TN_EXPORT __attribute__((visibility("default")))
#endif

/** Lets code read the header of any object through `tn_object`, whatever the struct was that the
 * maker stored. */
#if defined(__GNUC__)
#define TN_MAY_ALIAS __attribute__((may_alias))
#else
#define TN_MAY_ALIAS
#endif

/** @name Thread tags
 *  Each slot carries exactly one of the first three, and may carry `TN_MAY_BLOCK` besides. They
 * expand to nothing; checkers and people read them. Many requests in many threads give the results
 * of one, and what one thread has made another may use and destroy (TN_THREAD_005).
 *  @{ */
/** Any thread at any time, also while other calls on the same object run, with the results of
 * single calls (TN_THREAD_001). */
#define TN_ANY_THREAD
/** One thread at a time per object. Which thread may change from call to call (TN_THREAD_002), and
 * calls on different objects run at once (TN_THREAD_003). */
#define TN_SERIAL
/** No other call on this object is running. Work that the object has in flight may be. The runtime
 * keeps this and the turns of TN_SERIAL (TN_THREAD_006). */
#define TN_SETUP
/** May sleep or wait for other threads. A slot without this tag returns without waiting for
 * anything, also while long work is in flight (TN_THREAD_004). */
#define TN_MAY_BLOCK
/** @} */

/** Bytes of `type` from its start to the end of `field`: the smallest `size` with which a maker has
 * that field. What a plugin makes states no less than the size of its first version
 * (`..._FIRST_SIZE`), and its reserved fields are 0 (TN_ABI_008). */
#define TN_SIZE_THROUGH(type, field) \
  ((uint32_t)(offsetof(type, field) + sizeof(((type *)0)->field)))

/** The value of the `size` field of a struct of this type, as compiled here. */
#define TN_SIZE(type) ((uint32_t)sizeof(type))

/** Defines `type type_init(void)`: all zero but for `size`. The only way in which a maker stamps a
 * size. */
#define TN_DEFINE_INIT(type)             \
  static inline type type##_init(void) { \
    type made;                           \
    memset(&made, 0, sizeof made);       \
    made.size = TN_SIZE(type);           \
    return made;                         \
  }

/** Whether the maker of `*pointer` knew `field`, which came after the first version of `type`. A
 * plugin takes a struct that is larger than it knows, and the tail that it does not know has no
 * effect (TN_ABI_011). It takes one that ends after its first version and reads nothing behind its
 * size; a smaller one it refuses with TN_INVALID_ARGUMENT (TN_ABI_012). */
#define TN_HAS(type, pointer, field) ((pointer)->size >= TN_SIZE_THROUGH(type, field))

/** Whether the maker of the table `*pointer` has the optional slot `field`. The host reads what
 * came after the first version only where TN_HAS holds, calls such slots only where this does, and
 * refuses no struct for being larger (TN_ABI_018). */
#define TN_HAS_SLOT(type, pointer, field) (TN_HAS(type, pointer, field) && (pointer)->field != NULL)

#ifdef __cplusplus
#define TN_BEGIN_DECLARATIONS extern "C" {
#define TN_END_DECLARATIONS   }
#else
/** Opens the block of declarations with C linkage. */
#define TN_BEGIN_DECLARATIONS
/** Closes what TN_BEGIN_DECLARATIONS opened. */
#define TN_END_DECLARATIONS
#endif

#endif
