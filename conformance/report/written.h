/** @file
 *  What was written to a file, so that it can be told whether the file still holds that. A plugin
 * runs under the same account as the suite and may write to the same files.
 */
#ifndef TENON_CONFORMANCE_WRITTEN_H
#define TENON_CONFORMANCE_WRITTEN_H

#include <sodium.h>
#include <stdbool.h>
#include <stdint.h>

/** All bytes of a file from its beginning, as their sum. */
typedef struct written {
  crypto_hash_sha256_state sum; /**< Of them. */
} written;

/** Nothing. */
void written_begin(written *self);

/** Further bytes. */
void written_add(written *self, const void *bytes, uint64_t size);

/** The first `size` bytes of a file. Returns false when there are not as many. */
bool written_add_file(written *self, const char *path, uint64_t size);

/** Whether a file holds just the bytes that were added.
 *  @return false when it holds anything else, or is gone */
bool written_is_there(const written *self, const char *path);

#endif
