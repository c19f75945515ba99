#include "certification/verify.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "certification/repetition.h"
#include "certification/seed.h"
#include "certification/trust.h"
#include "engine/plain_text.h"
#include "report/lines.h"

enum verify_status verify_refuse(enum verify_status status, const char *format, ...) {
  char text[4096];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  plain_text_print_line(stderr, "tenon-conformance: %s", text);
  return status;
}

/* Returns from the function when a step finds something wrong. */
#define VERIFY_STEP(call)                               \
  do {                                                  \
    const enum verify_status step_status = (call);      \
    if (step_status != VERIFY_GOOD) return step_status; \
  } while (0)

/* --- what is trusted */

static enum verify_status open_one(signed_document *out, const char *path, enum document_kind kind,
                                   const char *root) {
  *out = (signed_document){.whole = NULL};
  if (!path) return VERIFY_GOOD;
  if (!document_read(AT_FDCWD, path, out)) return VERIFY_DAMAGED;
  if (out->kind != kind)
    return verify_refuse(VERIFY_DAMAGED, "%s: is of the kind %s, not %s", path,
                         document_kind_name(out->kind), document_kind_name(kind));
  if (strcmp(out->key, root) != 0)
    return verify_refuse(VERIFY_UNKNOWN_KEY, "%s: is not signed by the root key", path);
  return VERIFY_GOOD;
}

enum verify_status verify_open(verify_policy *policy, const char *trust, const char *errata,
                               const char *root) {
  VERIFY_STEP(open_one(&policy->trust, trust, DOCUMENT_TRUST, root));
  VERIFY_STEP(open_one(&policy->errata, errata, DOCUMENT_ERRATA, root));
  if (!trust) return VERIFY_GOOD;
  const char *expires = document_text(&policy->trust, "expires");
  if (moment_is_within(policy->now, document_text(&policy->trust, "issued"), expires))
    return VERIFY_GOOD;
  return verify_refuse(VERIFY_EXPIRED, "%s: the trust file holds until %s; fetch the present one",
                       trust, expires);
}

void verify_close(verify_policy *policy) {
  document_free(&policy->trust);
  document_free(&policy->errata);
}

/* --- who signed */

static enum verify_status check_signer(const verify_policy *policy, const signed_document *self) {
  const char *name = "", *issued = document_text(self, "issued");
  if (self->kind == DOCUMENT_REPORT) {
    if (strcmp(self->key, policy->key) == 0) return VERIFY_GOOD;
    return verify_refuse(VERIFY_UNKNOWN_KEY, "signed by %s, which is not the vendor's key (--key)",
                         self->key);
  }
  if (!policy->trust.whole)
    return verify_refuse(VERIFY_UNKNOWN_KEY, "a certificate needs the labs of a --trust file");
  VERIFY_STEP(trust_lab(policy, "certificate", self->key, issued, NULL, &name));
  if (strcmp(name, document_text(self, "signer")) != 0)
    return verify_refuse(VERIFY_UNKNOWN_KEY,
                         "the signer calls itself '%s', its key is that of '%s'",
                         document_text(self, "signer"), name);
  size_t index;
  json_t *level;
  json_array_foreach(json_object_get(json_object_get(self->body, "verdict"), "levels"), index,
                     level) {
    const char *scope = json_string_value(level);
    if (!scope) return verify_refuse(VERIFY_DAMAGED, "a level that is no text");
    VERIFY_STEP(trust_lab(policy, "certificate", self->key, issued, scope, &name));
  }
  return VERIFY_GOOD;
}

static enum verify_status check_dates(const verify_policy *policy, const signed_document *self) {
  const char *issued = document_text(self, "issued"), *expires = document_text(self, "expires");
  if (moment_is_within(policy->now, issued, expires)) return VERIFY_GOOD;
  return verify_refuse(VERIFY_EXPIRED, "it holds from %s to %s, and now is %s", issued, expires,
                       policy->now);
}

/* --- what is claimed */

static enum verify_status check_claims(const signed_document *self, const evidence *run) {
  const char *name;
  json_t *value;
  json_t *claims = evidence_claims(run, json_object_get(self->body, "waivers"),
                                   json_object_get(self->body, "withdrawn"));
  enum verify_status status = claims ? VERIFY_GOOD : VERIFY_DAMAGED;
  json_object_foreach(claims, name, value) {
    if (status != VERIFY_GOOD || json_equal(value, json_object_get(self->body, name))) continue;
    status = verify_refuse(VERIFY_DIFFERS, "%s: '%s' is not what follows from the JSON lines",
                           run->run.path, name);
  }
  json_decref(claims);
  return status;
}

/* Whether the waivers may excuse anything at all; whether their signers may, is looked at later. */
static enum verify_status check_waived(const signed_document *self, const evidence *run) {
  size_t index;
  json_t *entry;
  json_array_foreach(json_object_get(self->body, "waivers"), index, entry) {
    signed_document waiver;
    if (!document_take(entry, "a waiver", &waiver)) return VERIFY_DAMAGED;
    const char *why = evidence_refuses_waiver(run, waiver.body);
    enum verify_status status =
        why ? verify_refuse(VERIFY_SCOPE, "waiver %s: '%s' %s", document_text(&waiver, "id"),
                            document_text(&waiver, "case"), why)
            : VERIFY_GOOD;
    document_free(&waiver);
    VERIFY_STEP(status);
  }
  return VERIFY_GOOD;
}

static enum verify_status check_run(const verify_policy *policy, const signed_document *self,
                                    const evidence *run) {
  const char *root = lines_text(json_object_get(self->body, "events"), "root");
  if (strcmp(root, run->root) != 0)
    return verify_refuse(VERIFY_DAMAGED, "%s: these are not the JSON lines that were signed",
                         run->run.path);
  VERIFY_STEP(check_waived(self, run));
  VERIFY_STEP(check_claims(self, run));
  const char *why = evidence_is_refused(run);
  if (why) return verify_refuse(VERIFY_DIFFERS, "%s: %s", run->run.path, why);
  if (strcmp(lines_text(run->run.run, "started"), document_text(self, "issued")) > 0)
    return verify_refuse(VERIFY_DIFFERS, "signed before the run began");
  return trust_suite(policy, run, document_text(self, "issued"));
}

/* --- waivers and errata */

static enum verify_status check_waiver(const verify_policy *policy, const json_t *whole,
                                       const json_t *run) {
  signed_document waiver;
  const json_t *plugin = json_object_get(run, "plugin");
  const char *name = "";
  if (!document_take(whole, "a waiver", &waiver)) return VERIFY_DAMAGED;
  const char *id = document_text(&waiver, "id"), *version = document_text(&waiver, "version");
  enum verify_status status = VERIFY_GOOD;
  if (waiver.kind != DOCUMENT_WAIVER)
    status = verify_refuse(VERIFY_DAMAGED, "a waiver that is of another kind");
  else if (strcmp(document_text(&waiver, "vendor"), lines_text(plugin, "vendor")) != 0 ||
           strcmp(document_text(&waiver, "plugin"), lines_text(plugin, "name")) != 0 ||
           (*version && strcmp(version, lines_text(plugin, "version")) != 0))
    status = verify_refuse(VERIFY_DIFFERS, "waiver %s: is for another plugin", id);
  else if (!moment_is_within(policy->now, document_text(&waiver, "issued"),
                             document_text(&waiver, "expires")))
    status = verify_refuse(VERIFY_EXPIRED, "waiver %s: holds until %s", id,
                           document_text(&waiver, "expires"));
  if (status == VERIFY_GOOD)
    status =
        trust_lab(policy, "waiver", waiver.key, document_text(&waiver, "issued"), "WAIVER", &name);
  if (status == VERIFY_GOOD) status = trust_revoked(policy, "waiver", &waiver);
  document_free(&waiver);
  return status;
}

static bool is_in(const json_t *list, const json_t *wanted) {
  size_t index;
  json_t *entry;
  json_array_foreach(list, index, entry) {
    if (json_equal(entry, wanted)) return true;
  }
  return false;
}

static enum verify_status check_excuses(const verify_policy *policy, const signed_document *self) {
  const json_t *known = json_object_get(policy->errata.body, "withdrawn");
  size_t index;
  json_t *entry;
  json_array_foreach(json_object_get(self->body, "waivers"), index, entry) {
    VERIFY_STEP(check_waiver(policy, entry, json_object_get(self->body, "run")));
  }
  json_array_foreach(json_object_get(self->body, "withdrawn"), index, entry) {
    if (!is_in(known, entry))
      return verify_refuse(VERIFY_DIFFERS, "%s is in no --errata file that the root signed",
                           lines_text(entry, "id"));
  }
  return VERIFY_GOOD;
}

/* --- the seed */

static enum verify_status check_commitment(const json_t *body, const char *key,
                                           const signed_document *commitment) {
  const json_t *run = json_object_get(body, "run");
  const char *nonce = lines_text(body, "nonce");
  const char *suite = lines_text(run, "suite_digest");
  const char *plugin = lines_text(json_array_get(json_object_get(body, "files"), 0), "sha256");
  char digest[DIGEST_SIZE];
  seed_digest_of_nonce(nonce, digest);
  if (commitment->kind != DOCUMENT_COMMITMENT || strcmp(commitment->key, key) != 0)
    return verify_refuse(VERIFY_SEED, "the commitment is not the signer's");
  if (strcmp(document_text(commitment, "nonce_sha256"), digest) != 0)
    return verify_refuse(VERIFY_SEED, "the nonce is not the one that was committed to");
  if (strcmp(document_text(commitment, "suite"), suite) != 0 ||
      strcmp(document_text(commitment, "plugin"), plugin) != 0)
    return verify_refuse(VERIFY_SEED, "the commitment is for another suite or plugin");
  if (strcmp(document_text(commitment, "issued"), lines_text(run, "started")) > 0)
    return verify_refuse(VERIFY_SEED, "the commitment was made after the run had begun");
  const json_int_t seed = json_integer_value(json_object_get(run, "seed"));
  if ((uint64_t)seed != seed_derive(nonce, suite, plugin))
    return verify_refuse(VERIFY_SEED, "the run's seed is not the one of the nonce");
  return VERIFY_GOOD;
}

enum verify_status verify_seed(const json_t *body, const char *key) {
  signed_document commitment;
  const json_t *whole = json_object_get(body, "commitment");
  if (!whole) return VERIFY_GOOD;
  if (!document_take(whole, "the commitment", &commitment)) return VERIFY_DAMAGED;
  enum verify_status status = check_commitment(body, key, &commitment);
  document_free(&commitment);
  return status;
}

/* --- the repetition through the runtime */

static enum verify_status check_repetition(const signed_document *self, const evidence *run) {
  if (self->kind != DOCUMENT_CERTIFICATE) return VERIFY_GOOD;
  const char *why = repetition_is_refused(json_object_get(self->body, "repetition"), run);
  return why ? verify_refuse(VERIFY_DIFFERS, "%s: %s", run->run.path, why) : VERIFY_GOOD;
}

static void print_repetition(const json_t *repetition) {
  if (repetition)
    printf("repeated through the runtime: %lld cases, %lld with equal results\n",
           (long long)json_integer_value(json_object_get(repetition, "drawn")),
           (long long)json_integer_value(json_object_get(repetition, "equal")));
}

/* --- the verdict as it is now */

static void print_list(const char *title, const json_t *list) {
  char text[4096] = "";
  size_t index, length = 0;
  json_t *entry;
  json_array_foreach(list, index, entry) {
    const char *name = json_string_value(entry);
    if (name && length + strlen(name) + 2 < sizeof text)
      length += (size_t)snprintf(text + length, sizeof text - length, " %s", name);
  }
  plain_text_print_line(stdout, "%s:%s", title, length ? text : " none");
}

/* What the system told of the devices behind the nodes that the plugin had open. */
static void print_devices(const json_t *environments) {
  size_t part, index;
  json_t *environment, *device;
  json_array_foreach(environments, part, environment) {
    const json_t *devices = json_object_get(environment, "devices");
    if (json_is_true(json_object_get(environment, "cut_off")))
      printf("a part that was cut off, with what it held when it began:\n");
    if (json_array_size(devices) == 0) printf("device nodes: none\n");
    json_array_foreach(devices, index, device) {
      const json_t *driver = json_object_get(device, "driver");
      const char *version = lines_text(driver, "version");
      plain_text_print_line(
          stdout, "device node %s: %s %s, %s, driver %s %s", lines_text(device, "node"),
          lines_text(device, "bus"), lines_text(device, "address"),
          lines_text(json_object_get(device, "ids"), "modalias"), lines_text(driver, "name"),
          *version ? version : lines_text(environment, "kernel"));
    }
  }
}

static void print_unlisted(const json_t *unlisted) {
  size_t index;
  json_t *file;
  json_array_foreach(unlisted, index, file) {
    plain_text_print_line(stdout, "used, and not listed by the plugin: %s %s",
                          lines_text(file, "path"), lines_text(file, "sha256"));
  }
}

static enum verify_status tell(const signed_document *self, const json_t *came) {
  const json_t *run = json_object_get(self->body, "run"), *plugin = json_object_get(run, "plugin");
  const json_int_t failed = json_integer_value(json_object_get(came, "failed"));
  const json_int_t passed = json_integer_value(json_object_get(came, "passed"));
  plain_text_print_line(stdout, "%s of %s %s by %s", document_kind_name(self->kind),
                        lines_text(plugin, "name"), lines_text(plugin, "version"),
                        lines_text(plugin, "vendor"));
  plain_text_print_line(stdout, "signed by %s (%s), holds until %s", document_text(self, "signer"),
                        self->key, document_text(self, "expires"));
  print_devices(json_object_get(self->body, "environments"));
  print_unlisted(json_object_get(self->body, "unlisted"));
  print_repetition(json_object_get(self->body, "repetition"));
  print_list("levels reached", json_object_get(came, "levels"));
  print_list("capabilities", json_object_get(came, "capabilities"));
  printf("%lld passed, %lld failed, %lld skipped\n", (long long)passed, (long long)failed,
         (long long)json_integer_value(json_object_get(came, "skipped")));
  return failed || !passed ? VERIFY_FAILED : VERIFY_GOOD;
}

/* What was withdrawn since it was signed turns nobody down. */
static enum verify_status tell_verdict(const verify_policy *policy, const signed_document *self,
                                       const evidence *run) {
  const json_t *withdrawn = policy->errata.whole ? json_object_get(policy->errata.body, "withdrawn")
                                                 : json_object_get(self->body, "withdrawn");
  json_t *came = evidence_verdict(run, json_object_get(self->body, "waivers"), withdrawn);
  if (!came) return verify_refuse(VERIFY_DAMAGED, "there is no memory for the verdict");
  enum verify_status status = tell(self, came);
  json_decref(came);
  return status;
}

enum verify_status verify_document(const verify_policy *policy, const signed_document *self,
                                   const evidence *run) {
  if (self->kind != DOCUMENT_REPORT && self->kind != DOCUMENT_CERTIFICATE)
    return verify_refuse(VERIFY_DAMAGED, "is of the kind %s, neither report nor certificate",
                         document_kind_name(self->kind));
  VERIFY_STEP(trust_revoked(policy, document_kind_name(self->kind), self));
  VERIFY_STEP(check_signer(policy, self));
  VERIFY_STEP(check_dates(policy, self));
  VERIFY_STEP(check_run(policy, self, run));
  VERIFY_STEP(check_excuses(policy, self));
  VERIFY_STEP(verify_seed(self->body, self->key));
  VERIFY_STEP(check_repetition(self, run));
  return tell_verdict(policy, self, run);
}
