/** @file
 *  A set of names in the order of their bytes.
 */
#ifndef TENON_CONFORMANCE_NAME_SET_H
#define TENON_CONFORMANCE_NAME_SET_H

#include <stdbool.h>
#include <stdint.h>

/** The set; all zero is an empty one. */
typedef struct name_set {
  char **items;      /**< The names, sorted. */
  uint32_t count;    /**< Number of them. */
  uint32_t capacity; /**< Room for so many. */
} name_set;

/** Adds a copy of a name that is not there yet. Returns false when there is no memory. */
bool name_set_add(name_set *self, const char *name);

/** Gives the memory back. */
void name_set_clear(name_set *self);

#endif
