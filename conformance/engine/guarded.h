/** @file
 *  Memory that ends where nothing may be read, and that can be taken away.
 */
#ifndef TENON_CONFORMANCE_GUARDED_H
#define TENON_CONFORMANCE_GUARDED_H

#include <stdbool.h>
#include <stddef.h>

/** Copies of bytes in pages of their own. */
typedef struct guarded {
  void *data;   /**< The copy; the byte behind it cannot be read. Aligned as its size is. */
  char *pages;  /**< The pages. */
  size_t bytes; /**< Of the pages that can be read. */
} guarded;

/** Copies `size` bytes; from then on they can be read and not be written. */
bool guarded_create(guarded *memory, const void *bytes, size_t size);

/** Makes the bytes unreadable; who reads them from now on ends the process. */
void guarded_take_away(guarded *memory);

/** Gives the pages back. */
void guarded_destroy(guarded *memory);

#endif
