/** @file
 *  SHA-256, as text.
 */
#ifndef TENON_CONFORMANCE_DIGEST_H
#define TENON_CONFORMANCE_DIGEST_H

#include <stdbool.h>
#include <stddef.h>

enum {
  DIGEST_SIZE = 65 /**< Bytes of a digest as lower-case hexadecimal digits, with the zero. */
};

/** The digest of bytes. */
void digest_of_bytes(const void *bytes, size_t size, char out[DIGEST_SIZE]);

/** The digest of a regular file. Returns false, with errno set, when it cannot be read; `out` is
 * empty then.
 */
bool digest_of_file(const char *path, char out[DIGEST_SIZE]);

#endif
