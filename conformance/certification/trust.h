/** @file
 *  What the root has signed: labs, released suites, revocations. See document_shapes.c.
 */
#ifndef TENON_CONFORMANCE_TRUST_H
#define TENON_CONFORMANCE_TRUST_H

#include "certification/verify.h"

/** Why a lab's key may not have signed at that moment, or VERIFY_GOOD. `scope` is what it must be
 * allowed to. The lab's name goes to `name`.
 *  @param what names the document in messages */
enum verify_status trust_lab(const verify_policy *policy, const char *what, const char *key,
                             const char *at, const char *scope, const char **name);

/** Whether a document or its key was revoked. */
enum verify_status trust_revoked(const verify_policy *policy, const char *what,
                                 const signed_document *document);

/** Whether the suite of a run is one that was released, and all of its checks are in the run.
 * Without a trust file only this very program is known.
 *  @param issued when the document was signed, since old suites are accepted until their day */
enum verify_status trust_suite(const verify_policy *policy, const evidence *run,
                               const char *issued);

#endif
