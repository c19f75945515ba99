/** @file
 *  The seed of a certifying run, which nobody knows before: the lab draws a nonce, signs a
 * commitment to its digest, and publishes that before the run and the nonce after it.
 */
#ifndef TENON_CONFORMANCE_SEED_H
#define TENON_CONFORMANCE_SEED_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/digest.h"

/** Draws a nonce, 64 hexadecimal digits, into a new file that only its owner can read, with the end
 * of the line.
 *  @return false after telling on standard error why */
bool seed_draw_nonce(const char *path, char nonce[DIGEST_SIZE]);

/** Reads a nonce.
 *  @return false after telling on standard error why */
bool seed_read_nonce(const char *path, char nonce[DIGEST_SIZE]);

/** The digest of a nonce's 32 bytes, which the commitment holds. */
void seed_digest_of_nonce(const char *nonce, char digest[DIGEST_SIZE]);

/** The seed: the first 53 bits of the SHA-256 of the 32 bytes each of nonce, suite digest and
 * plugin digest, so that every reader of JSON gets it right. All are hexadecimal digits. */
uint64_t seed_derive(const char *nonce, const char *suite, const char *plugin);

#endif
