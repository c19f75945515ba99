/** @file
 *  What the makers of objects hand to those who build objects for them: whose memory, whose name,
 * and how to take leave.
 */
#ifndef TENON_BASE_ENVIRONMENT_H
#define TENON_BASE_ENVIRONMENT_H

#include "base/allocator.h"
#include "tenon/abi/object.h"

/** One per engine (a plugin's, or the host). Passed by pointer; outlives every object made with it.
 * The functions may be NULL. Callable from any thread. */
typedef struct tni_environment {
  const tni_allocator *allocator; /**< Where the memory of objects comes from. */
  const tn_maker *maker;          /**< Put into the header of objects. */
  void (*forget)(
      void *user,
      void *record);        /**< Called before an object is freed whose `host` word is `record`. */
  void (*hold)(void *user); /**< Called when a counted object is made, */
  void (*drop)(void *user); /**< and after it was freed: the engine outlives its counted objects. */
  void *user;               /**< Handed back to all three. */
} tni_environment;

/** The C library's heap, with a maker called "tenon" and no functions: for tools and tests. */
const tni_environment *tni_environment_system(void);

/** Memory for a counted object of `size` bytes, zeroed, with `maker` set; holds the environment.
 * NULL without memory. */
void *tni_object_alloc(const tni_environment *environment, uint64_t size);

/** Forgets, frees and drops what tni_object_alloc gave; NULL is legal. */
void tni_object_free(const tni_environment *environment, void *object);

#endif
