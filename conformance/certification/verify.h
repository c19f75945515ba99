/** @file
 *  Verifying reports and certificates, without a network: the signature, whose key it is, and that
 * all that is claimed follows from the JSON lines.
 */
#ifndef TENON_CONFORMANCE_VERIFY_H
#define TENON_CONFORMANCE_VERIFY_H

#include "certification/document.h"
#include "certification/evidence.h"
#include "certification/moment.h"

/** How verifying ends: the exit status of the command. */
enum verify_status {
  VERIFY_GOOD = 0,           /**< Everything holds, and no case failed. */
  VERIFY_FAILED = 1,         /**< Everything holds, and the verdict is that cases failed. */
  VERIFY_USAGE = 2,          /**< Wrong usage. */
  VERIFY_UNKNOWN_KEY = 10,   /**< Nobody who is trusted signed it. */
  VERIFY_EXPIRED = 11,       /**< It, the key or the trust file holds no more, or not yet. */
  VERIFY_REVOKED = 12,       /**< The key or the document was revoked. */
  VERIFY_UNKNOWN_SUITE = 13, /**< The suite is none that was released. */
  VERIFY_DIFFERS = 14,       /**< What it claims does not follow from the JSON lines. */
  VERIFY_DAMAGED = 15,       /**< A file is damaged, missing, too many, or was never well formed. */
  VERIFY_SCOPE = 16,         /**< The lab may not sign that. */
  VERIFY_SEED = 17           /**< The seed is not the one of the nonce that was committed to. */
};

/** What is trusted, and when. */
typedef struct verify_policy {
  signed_document trust;   /**< Of the root; `whole` is NULL: none was given. */
  signed_document errata;  /**< Of the root; `whole` is NULL: none was given. */
  char key[KEY_TEXT_SIZE]; /**< The vendor's, for reports; "": none. */
  char now[MOMENT_SIZE];   /**< The moment for which it is asked. */
} verify_policy;

/** Reads trust and errata files; either path may be NULL.
 *  @param root the root's public key, which has to have signed both
 *  @return VERIFY_GOOD, or the status after telling on standard error why */
enum verify_status verify_open(verify_policy *policy, const char *trust, const char *errata,
                               const char *root);

/** Frees the documents. */
void verify_close(verify_policy *policy);

/** Verifies a report or certificate against the JSON lines of its run, and tells on standard output
 * what holds. Returns the status after telling on standard error what does not. */
enum verify_status verify_document(const verify_policy *policy, const signed_document *self,
                                   const evidence *run);

/** Whether the run of a certificate has the seed of its nonce, to which the key that signs it has
 * committed itself before. The body of a report has no commitment, and holds.
 *  @return VERIFY_GOOD, or the status after telling on standard error why not */
enum verify_status verify_seed(const json_t *body, const char *key);

/** Verifies a package; see package.h. */
enum verify_status verify_package(const verify_policy *policy, const char *folder);

/** Tells on standard error what is wrong; returns the status. */
enum verify_status verify_refuse(enum verify_status status, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
