#include "certification/trust.h"

#include <string.h>

#include "certification/case_list.h"
#include "report/lines.h"

static const json_t *list_of(const verify_policy *policy, const char *name) {
  return json_object_get(policy->trust.body, name);
}

/* The entry of a list whose member `name` is `value`. */
static const json_t *find(const json_t *list, const char *name, const char *value) {
  size_t index;
  json_t *entry;
  json_array_foreach(list, index, entry) {
    if (strcmp(lines_text(entry, name), value) == 0) return entry;
  }
  return NULL;
}

static bool allows(const json_t *lab, const char *scope) {
  size_t index;
  json_t *entry;
  json_array_foreach(json_object_get(lab, "scope"), index, entry) {
    if (strcmp(json_string_value(entry), scope) == 0) return true;
  }
  return false;
}

enum verify_status trust_lab(const verify_policy *policy, const char *what, const char *key,
                             const char *at, const char *scope, const char **name) {
  const json_t *lab = find(list_of(policy, "labs"), "key", key);
  if (!lab)
    return verify_refuse(VERIFY_UNKNOWN_KEY, "%s: signed by %s, which is no lab of the trust file",
                         what, key);
  *name = lines_text(lab, "name");
  const char *from = lines_text(lab, "from"), *until = lines_text(lab, "until");
  if (!moment_is_within(at, from, until))
    return verify_refuse(VERIFY_EXPIRED, "%s: signed %s, while the key of %s holds from %s to %s",
                         what, at, *name, from, until);
  if (scope && !allows(lab, scope))
    return verify_refuse(VERIFY_SCOPE, "%s: %s is not trusted with %s", what, *name, scope);
  return VERIFY_GOOD;
}

enum verify_status trust_revoked(const verify_policy *policy, const char *what,
                                 const signed_document *document) {
  const json_t *list = list_of(policy, "revoked"), *entry = find(list, "key", document->key);
  if (entry)
    return verify_refuse(VERIFY_REVOKED, "%s: its key was revoked: %s", what,
                         lines_text(entry, "reason"));
  entry = find(list, "document", document->digest);
  if (entry)
    return verify_refuse(VERIFY_REVOKED, "%s: it was revoked: %s", what,
                         lines_text(entry, "reason"));
  return VERIFY_GOOD;
}

static enum verify_status check_cases(const evidence *run, const char *cases, const json_t *open) {
  char found[DIGEST_SIZE];
  if (!case_list_of_run(run->run.cases, open, found))
    return verify_refuse(VERIFY_DAMAGED, "there is no memory for the cases");
  if (strcmp(found, cases) == 0) return VERIFY_GOOD;
  return verify_refuse(VERIFY_DIFFERS, "%s: the cases of the run are not those of its suite",
                       run->run.path);
}

/* The suite is the program that verifies. */
static enum verify_status check_own_suite(const evidence *run, const char *suite) {
  char own[DIGEST_SIZE], cases[DIGEST_SIZE];
  json_t *open;
  if (!digest_of_file("/proc/self/exe", own) || strcmp(own, suite) != 0)
    return verify_refuse(VERIFY_UNKNOWN_SUITE,
                         "%s: made by the suite %s, which is not this program, and there is no "
                         "--trust file to look it up in",
                         run->run.path, suite);
  if (!case_list_of_suite(cases, &open))
    return verify_refuse(VERIFY_DAMAGED, "there is no memory for the cases");
  enum verify_status status = check_cases(run, cases, open);
  json_decref(open);
  return status;
}

enum verify_status trust_suite(const verify_policy *policy, const evidence *run,
                               const char *issued) {
  const char *suite = lines_text(run->run.run, "suite_digest");
  const char *version = lines_text(run->run.run, "suite");
  if (!policy->trust.whole) return check_own_suite(run, suite);
  const json_t *known = find(list_of(policy, "suites"), "sha256", suite);
  if (!known || strcmp(lines_text(known, "version"), version) != 0)
    return verify_refuse(VERIFY_UNKNOWN_SUITE,
                         "%s: made by the suite %s (%s), which was never released", run->run.path,
                         version, suite);
  const char *until = lines_text(known, "until");
  if (*until && strcmp(issued, until) > 0)
    return verify_refuse(VERIFY_UNKNOWN_SUITE,
                         "%s: the suite %s is accepted until %s, and this was signed %s",
                         run->run.path, version, until, issued);
  return check_cases(run, lines_text(known, "cases"), json_object_get(known, "open"));
}
