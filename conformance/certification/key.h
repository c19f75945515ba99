/** @file
 *  Ed25519 keys. A public key is the text "ed25519:" with 64 lower-case hexadecimal digits, and is
 * its own name. A private key lies in a file that only its owner can read, as the text
 * "tenon-private-key 1 " with 64 digits, and is never printed.
 */
#ifndef TENON_CONFORMANCE_KEY_H
#define TENON_CONFORMANCE_KEY_H

#include <stdbool.h>
#include <stddef.h>

enum {
  KEY_TEXT_SIZE = 73,      /**< Bytes of a public key, with the zero. */
  KEY_SIGNATURE_SIZE = 129 /**< Bytes of a signature as hexadecimal digits, with the zero. */
};

/** A private key in memory that is locked, and is wiped when it is freed. */
typedef struct signing_key signing_key;

/** Makes a key and writes it to a new file that only its owner can read.
 *  @param text the public key
 *  @return false after telling on standard error why */
bool key_create(const char *path, char text[KEY_TEXT_SIZE]);

/** Reads a private key. A file that its group or others can read, or that belongs to somebody else,
 * is refused.
 *  @return NULL after telling on standard error why */
signing_key *key_load(const char *path);

/** The public key of a private one. */
const char *key_text(const signing_key *self);

/** Signs. */
void key_sign(const signing_key *self, const void *message, size_t size,
              char out[KEY_SIGNATURE_SIZE]);

/** Wipes and frees. Accepts NULL. */
void key_free(signing_key *self);

/** Whether the text has the form of a public key. */
bool key_is_public(const char *text);

/** Whether the signature of the message is that key's. */
bool key_verify(const char *text, const char *signature, const void *message, size_t size);

/** Takes a public key from an argument: the key itself, or the path of a file that holds it alone
 * in a line.
 *  @return false after telling on standard error why */
bool key_public_of_argument(const char *argument, char text[KEY_TEXT_SIZE]);

#endif
