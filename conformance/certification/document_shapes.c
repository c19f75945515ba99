/* What stands in the body of each kind of document. */
#include <string.h>

#include "certification/document.h"
#include "certification/shape.h"
#include "report/lines.h"

static const shape_member file_members[] = {
    {"path", SHAPE_TEXT, false, NULL},
    {"sha256", SHAPE_DIGEST, false, NULL},
};
static const json_shape file = SHAPE_OF(file_members);

/* What was open or mapped may be gone, and then has no digest. */
static const shape_member unlisted_members[] = {
    {"path", SHAPE_TEXT, false, NULL},
    {"sha256", SHAPE_ANY, false, NULL},
};
static const json_shape unlisted = SHAPE_OF(unlisted_members);

static const shape_member events_members[] = {
    {"root", SHAPE_DIGEST, false, NULL},
    {"lines", SHAPE_COUNT, false, NULL},
};
static const json_shape events = SHAPE_OF(events_members);

static const shape_member erratum_members[] = {
    {"id", SHAPE_TEXT, false, NULL},
    {"suites", SHAPE_TEXTS, false, NULL},
    {"case", SHAPE_TEXT, false, NULL},
    {"reason", SHAPE_TEXT, false, NULL},
};
static const json_shape erratum = SHAPE_OF(erratum_members);

/* Members of reports and certificates alike. From `run` on they are claims: who verifies makes them
 * again from the JSON lines. */
#define CLAIMS                                                                                \
  {"type", SHAPE_TEXT, false, NULL}, {"format", SHAPE_COUNT, false, NULL},                    \
      {"issued", SHAPE_MOMENT, false, NULL}, {"expires", SHAPE_MOMENT, false, NULL},          \
      {"signer", SHAPE_TEXT, false, NULL}, {"run", SHAPE_OBJECT, false, NULL},                \
      {"files", SHAPE_OBJECTS, false, &file}, {"unlisted", SHAPE_OBJECTS, false, &unlisted},  \
      {"environments", SHAPE_OBJECTS, false, NULL}, {"events", SHAPE_OBJECT, false, &events}, \
      {"verdict", SHAPE_OBJECT, false, NULL}, {"waivers", SHAPE_OBJECTS, false, NULL},        \
      {"withdrawn", SHAPE_OBJECTS, false, &erratum},

static const shape_member report_members[] = {CLAIMS};

static const shape_member repetition_members[] = {
    {"sha256", SHAPE_DIGEST, false, NULL},
    {"drawn", SHAPE_COUNT, false, NULL},
    {"equal", SHAPE_COUNT, false, NULL},
    {"different", SHAPE_COUNT, false, NULL},
};
static const json_shape repetition = SHAPE_OF(repetition_members);

static const shape_member certificate_members[] = {
    CLAIMS{"nonce", SHAPE_DIGEST, false, NULL},
    {"commitment", SHAPE_OBJECT, false, NULL},
    {"repetition", SHAPE_OBJECT, true, &repetition},
};

static const shape_member lab_members[] = {
    {"name", SHAPE_TEXT, false, NULL},    {"key", SHAPE_KEY, false, NULL},
    {"scope", SHAPE_TEXTS, false, NULL},  {"from", SHAPE_MOMENT, false, NULL},
    {"until", SHAPE_MOMENT, false, NULL},
};
static const json_shape lab = SHAPE_OF(lab_members);

static const shape_member suite_members[] = {
    {"version", SHAPE_TEXT, false, NULL}, {"sha256", SHAPE_DIGEST, false, NULL},
    {"cases", SHAPE_DIGEST, false, NULL}, {"open", SHAPE_TEXTS, false, NULL},
    {"until", SHAPE_MOMENT, true, NULL},
};
static const json_shape suite = SHAPE_OF(suite_members);

static const shape_member revoked_members[] = {
    {"key", SHAPE_KEY, true, NULL},
    {"document", SHAPE_DIGEST, true, NULL},
    {"reason", SHAPE_TEXT, false, NULL},
};
static const json_shape revoked = SHAPE_OF(revoked_members);

static const shape_member trust_members[] = {
    {"type", SHAPE_TEXT, false, NULL},        {"format", SHAPE_COUNT, false, NULL},
    {"serial", SHAPE_COUNT, false, NULL},     {"issued", SHAPE_MOMENT, false, NULL},
    {"expires", SHAPE_MOMENT, false, NULL},   {"labs", SHAPE_OBJECTS, false, &lab},
    {"suites", SHAPE_OBJECTS, false, &suite}, {"revoked", SHAPE_OBJECTS, false, &revoked},
};

static const shape_member errata_members[] = {
    {"type", SHAPE_TEXT, false, NULL},
    {"format", SHAPE_COUNT, false, NULL},
    {"serial", SHAPE_COUNT, false, NULL},
    {"issued", SHAPE_MOMENT, false, NULL},
    {"withdrawn", SHAPE_OBJECTS, false, &erratum},
};

static const shape_member waiver_members[] = {
    {"type", SHAPE_TEXT, false, NULL},      {"format", SHAPE_COUNT, false, NULL},
    {"id", SHAPE_TEXT, false, NULL},        {"issued", SHAPE_MOMENT, false, NULL},
    {"expires", SHAPE_MOMENT, false, NULL}, {"vendor", SHAPE_TEXT, false, NULL},
    {"plugin", SHAPE_TEXT, false, NULL},    {"version", SHAPE_TEXT, true, NULL},
    {"case", SHAPE_TEXT, false, NULL},      {"reason", SHAPE_TEXT, false, NULL},
};

static const shape_member commitment_members[] = {
    {"type", SHAPE_TEXT, false, NULL},     {"format", SHAPE_COUNT, false, NULL},
    {"issued", SHAPE_MOMENT, false, NULL}, {"nonce_sha256", SHAPE_DIGEST, false, NULL},
    {"suite", SHAPE_DIGEST, false, NULL},  {"plugin", SHAPE_DIGEST, false, NULL},
};

static const struct {
  const char *name;
  json_shape shape;
} kinds[DOCUMENT_KIND_COUNT] = {
    [DOCUMENT_REPORT] = {"report", SHAPE_OF(report_members)},
    [DOCUMENT_CERTIFICATE] = {"certificate", SHAPE_OF(certificate_members)},
    [DOCUMENT_TRUST] = {"trust", SHAPE_OF(trust_members)},
    [DOCUMENT_ERRATA] = {"errata", SHAPE_OF(errata_members)},
    [DOCUMENT_WAIVER] = {"waiver", SHAPE_OF(waiver_members)},
    [DOCUMENT_COMMITMENT] = {"commitment", SHAPE_OF(commitment_members)},
};

const char *document_kind_name(enum document_kind kind) {
  return kinds[kind].name;
}

/* From one moment of an object to another one, where it has both. */
static bool is_in_order(const json_t *value, const char *from, const char *until, char *why,
                        size_t size) {
  const char *first = lines_text(value, from), *last = lines_text(value, until);
  if (!*first || !*last || strcmp(first, last) <= 0) return true;
  snprintf(why, size, "%s: %s is before '%s', %s", until, last, from, first);
  return false;
}

/* A level, or waivers. */
static bool is_scope(const char *text) {
  return strcmp(text, "WAIVER") == 0 ||
         (text[0] == 'L' && text[1] >= '1' && text[1] <= '4' && text[2] == 0);
}

static bool labs_make_sense(const json_t *body, char *why, size_t size) {
  size_t index, place;
  json_t *entry, *scope;
  json_array_foreach(json_object_get(body, "labs"), index, entry) {
    if (!is_in_order(entry, "from", "until", why, size)) return false;
    json_array_foreach(json_object_get(entry, "scope"), place, scope) {
      if (is_scope(json_string_value(scope))) continue;
      snprintf(why, size, "scope: '%.40s' is none of L1 to L4 and WAIVER",
               json_string_value(scope));
      return false;
    }
  }
  return true;
}

/* Only the root's errata turn to many cases at a time. */
static bool is_for_one_case(const json_t *waiver, char *why, size_t size) {
  const char *name = lines_text(waiver, "case");
  if (!strpbrk(name, "*#")) return true;
  snprintf(why, size, "case: '%.100s' instead of the id of one case, without '*' and seed", name);
  return false;
}

bool document_body_makes_sense(const json_t *body, char *why, size_t size) {
  return is_in_order(body, "issued", "expires", why, size) && labs_make_sense(body, why, size);
}

bool document_body_is_valid(const json_t *body, enum document_kind *kind, char *why, size_t size) {
  const char *type = lines_text(body, "type");
  for (int i = 0; i < DOCUMENT_KIND_COUNT; i++) {
    if (strcmp(type, kinds[i].name) != 0) continue;
    *kind = (enum document_kind)i;
    if (!shape_check(&kinds[i].shape, body, why, size)) return false;
    if (json_integer_value(json_object_get(body, "format")) == DOCUMENT_FORMAT)
      return *kind != DOCUMENT_WAIVER || is_for_one_case(body, why, size);
    snprintf(why, size, "format: a number other than %d", DOCUMENT_FORMAT);
    return false;
  }
  snprintf(why, size, "type: '%.40s' is no kind of document", type);
  return false;
}
