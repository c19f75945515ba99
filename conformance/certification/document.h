/** @file
 *  Signed documents. The file is one line of canonical JSON and the line's end:
 *  {"body":{...},"key":"ed25519:...","signature":"..."}; the signature is over the bytes
 *  "tenon-conformance document 1\n" and the canonical text of the body.
 * docs/certification/formats.md describes every body.
 */
#ifndef TENON_CONFORMANCE_DOCUMENT_H
#define TENON_CONFORMANCE_DOCUMENT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "certification/key.h"
#include "engine/digest.h"

/** Kinds of documents. */
enum document_kind {
  DOCUMENT_REPORT,      /**< By a vendor, who tested the plugin himself. */
  DOCUMENT_CERTIFICATE, /**< By a lab, which made or repeated the run. */
  DOCUMENT_TRUST,       /**< By the root: labs, suites, revocations. */
  DOCUMENT_ERRATA,      /**< By the root: cases that were wrong. */
  DOCUMENT_WAIVER,      /**< By a lab: a case that one plugin need not pass. */
  DOCUMENT_COMMITMENT,  /**< By a lab, before a run: to the nonce of its seed. */
  DOCUMENT_KIND_COUNT   /**< Number of kinds. */
};

enum { DOCUMENT_FORMAT = 1, DOCUMENT_MOST_BYTES = 16 << 20 };

/** A document whose form and signature hold; whether the key is to be trusted is another question.
 */
typedef struct signed_document {
  enum document_kind kind;  /**< Of the body. */
  json_t *whole;            /**< All of it. */
  json_t *body;             /**< Borrowed from `whole`. */
  const char *key;          /**< Borrowed from `whole`. */
  char digest[DIGEST_SIZE]; /**< Of the canonical text of `whole`. */
} signed_document;

/** Name of a kind. */
const char *document_kind_name(enum document_kind kind);

/** Whether a body is one of a kind that is known; `why` tells what is wrong. */
bool document_body_is_valid(const json_t *body, enum document_kind *kind, char *why, size_t size);

/** Whether what a valid body says fits together: moments are in order, and labs are trusted with
 * what there is. Asked before signing alone, so that later suites may know more. */
bool document_body_makes_sense(const json_t *body, char *why, size_t size);

/** Signs a body, which is checked first.
 *  @return the document's text with the line's end, to be freed with free(); NULL after telling on
 * standard error why */
char *document_sign(const json_t *body, const signing_key *key);

/** Takes a document that stands in another one, or was parsed already.
 *  @param origin names it in messages
 *  @return false after telling on standard error why */
bool document_take(const json_t *whole, const char *origin, signed_document *out);

/** Reads the bytes of a document's file.
 *  @param origin names it in messages
 *  @return false after telling on standard error why */
bool document_parse(const char *bytes, size_t size, const char *origin, signed_document *out);

/** Reads a document. `folder` as for file_bytes_read.
 *  @return false after telling on standard error why */
bool document_read(int folder, const char *path, signed_document *out);

/** Frees. */
void document_free(signed_document *self);

/** The string under `name` of the body, or "". */
const char *document_text(const signed_document *self, const char *name);

#endif
