/* tenon-conformance certify: signs what follows from a run. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "certification/document.h"
#include "certification/evidence.h"
#include "certification/file_bytes.h"
#include "certification/moment.h"
#include "certification/repetition.h"
#include "certification/seed.h"
#include "certification/verify.h"
#include "commands/command.h"
#include "engine/plain_text.h"
#include "report/lines.h"

enum { MOST_WAIVERS = 64 };

struct arguments {
  const char *lines, *key, *signer, *days, *nonce, *commitment, *errata, *repetition, *out;
  const char *waivers[MOST_WAIVERS];
  uint32_t waiver_count;
};

static const option_row rows[] = {
    OPTION_ROW(struct arguments, INPUT, key, "--key", SUBJECT, "F", "the signer's private key"),
    OPTION_ROW(struct arguments, TEXT, signer, "--signer", SUBJECT, "NAME",
               "who signs; a lab's name as in the trust file"),
    OPTION_ROW(struct arguments, TEXT, days, "--days", SUBJECT, "N", "how long it holds (365)"),
    OPTION_ROW(struct arguments, INPUT, nonce, "--nonce", SUBJECT, "F",
               "of a lab: the nonce of the run's seed; makes it a certificate"),
    OPTION_ROW(struct arguments, INPUT, commitment, "--commitment", SUBJECT, "F",
               "of a lab: the commitment to the nonce"),
    OPTION_LIST_ROW(struct arguments, INPUTS, waivers, waiver_count, MOST_WAIVERS, "--waiver",
                    SUBJECT, "F", "a waiver that a lab signed; may repeat", NULL),
    OPTION_ROW(struct arguments, INPUT, errata, "--errata", SUBJECT, "F",
               "cases that were withdrawn, signed by the root"),
    OPTION_ROW(struct arguments, INPUT, repetition, "--repetition", SUBJECT, "F",
               "of a lab: what repeat_drawn told of this run"),
    OPTION_ROW(struct arguments, OUTPUT, out, "--out", HOW, "F", "the new document"),
};
static const option_table table = {rows, sizeof rows / sizeof *rows};

static bool take_path(void *out, const char *argument) {
  return option_take(&((struct arguments *)out)->lines, argument, "one file of JSON lines");
}

/* Reads a document of that kind; NULL after telling why. The caller's. */
static json_t *read_whole(const char *path, enum document_kind kind) {
  signed_document document;
  json_t *whole = NULL;
  if (!document_read(AT_FDCWD, path, &document)) return NULL;
  if (document.kind == kind)
    whole = json_incref(document.whole);
  else
    fprintf(stderr, "tenon-conformance: %s: is of the kind %s, not %s\n", path,
            document_kind_name(document.kind), document_kind_name(kind));
  document_free(&document);
  return whole;
}

static json_t *read_waiver(const char *path, const evidence *run) {
  json_t *waiver = read_whole(path, DOCUMENT_WAIVER);
  const json_t *body = json_object_get(waiver, "body");
  const char *why = waiver ? evidence_refuses_waiver(run, body) : NULL;
  if (!why) return waiver;
  plain_text_print_line(stderr, "tenon-conformance: %s: '%s' %s", path, lines_text(body, "case"),
                        why);
  json_decref(waiver);
  return NULL;
}

static json_t *read_waivers(const struct arguments *given, const evidence *run) {
  json_t *waivers = json_array();
  for (uint32_t i = 0; i < given->waiver_count; i++) {
    json_t *waiver = read_waiver(given->waivers[i], run);
    if (waiver && json_array_append_new(waivers, waiver) == 0) continue;
    json_decref(waivers);
    return NULL;
  }
  return waivers;
}

static json_t *read_withdrawn(const struct arguments *given) {
  if (!given->errata) return json_array();
  json_t *errata = read_whole(given->errata, DOCUMENT_ERRATA);
  json_t *withdrawn = json_incref(json_object_get(json_object_get(errata, "body"), "withdrawn"));
  json_decref(errata);
  return withdrawn;
}

/* What a certificate has beyond a report. */
static bool add_seed(const struct arguments *given, json_t *body) {
  char nonce[DIGEST_SIZE];
  if (!given->nonce) return true;
  json_t *commitment = read_whole(given->commitment, DOCUMENT_COMMITMENT);
  return commitment && json_object_set_new(body, "commitment", commitment) == 0 &&
         seed_read_nonce(given->nonce, nonce) &&
         json_object_set_new(body, "nonce", json_string(nonce)) == 0;
}

/* Of a certificate as well. */
static bool add_repetition(const struct arguments *given, const evidence *run, json_t *body) {
  if (!given->nonce) return true;
  json_t *repetition = given->repetition ? repetition_read(given->repetition, run) : NULL;
  if (given->repetition && !repetition) return false;
  const char *why = repetition_is_refused(repetition, run);
  if (why) fprintf(stderr, "tenon-conformance: %s: %s\n", given->lines, why);
  const bool added = !why && (!repetition || json_object_set(body, "repetition", repetition) == 0);
  json_decref(repetition);
  return added;
}

/* How long it holds; 0: that is no number of days. */
static long read_days(const struct arguments *given) {
  char *end;
  if (!given->days) return 365;
  const long days = strtol(given->days, &end, 10);
  return *end || end == given->days || days < 1 || days > 36500 ? 0 : days;
}

static bool add_head(const struct arguments *given, json_t *body) {
  char issued[MOMENT_SIZE], expires[MOMENT_SIZE];
  moment_now(issued);
  if (!moment_add_days(issued, read_days(given), expires))
    return option_complain("--days", given->days, "fewer of them");
  json_t *head = json_pack("{s:s, s:i, s:s, s:s, s:s}", "type",
                           given->nonce ? "certificate" : "report", "format", DOCUMENT_FORMAT,
                           "issued", issued, "expires", expires, "signer", given->signer);
  bool added = head && json_object_update(body, head) == 0;
  json_decref(head);
  return added;
}

/* The body of the document, or NULL after telling why. */
static json_t *make_body(const struct arguments *given, const evidence *run) {
  json_t *waivers = read_waivers(given, run), *withdrawn = read_withdrawn(given);
  json_t *body = waivers && withdrawn ? evidence_claims(run, waivers, withdrawn) : NULL;
  bool good = body && json_object_set(body, "waivers", waivers) == 0 &&
              json_object_set(body, "withdrawn", withdrawn) == 0 && add_head(given, body) &&
              add_seed(given, body) && add_repetition(given, run, body);
  json_decref(waivers);
  json_decref(withdrawn);
  if (good) return body;
  json_decref(body);
  return NULL;
}

static int sign_body(const struct arguments *given, const json_t *body, const signing_key *key) {
  char *text = document_sign(body, key);
  const bool written = text && file_bytes_create(AT_FDCWD, given->out, 0666, text, strlen(text));
  free(text);
  return written ? EXIT_PASSED : EXIT_SUITE;
}

static int sign_run(const struct arguments *given, const evidence *run) {
  const char *why = evidence_is_refused(run);
  if (why) {
    fprintf(stderr, "tenon-conformance: %s: %s\n", given->lines, why);
    return EXIT_FAILED;
  }
  json_t *body = make_body(given, run);
  if (!body) return EXIT_FAILED;
  signing_key *key = key_load(given->key);
  int status = key ? EXIT_FAILED : EXIT_SUITE;
  if (key && verify_seed(body, key_text(key)) == VERIFY_GOOD) status = sign_body(given, body, key);
  key_free(key);
  json_decref(body);
  return status;
}

TN_COMMAND(
    certify, "RUN.jsonl --key F --signer NAME --out F [options]",
    "signs a report on a run, or with a nonce a certificate",
    "A run that says that it left cases out, used --expect or is one shard is refused, one whose "
    "verdict does not\n"
    "follow from its cases, and a waiver for a case of level 1. That it has every case of its "
    "suite is looked at by\n"
    "verify.\n"
    "\n"
    "Exit status: 0 done; 1 the run, or what belongs to it, is refused or cannot be read; 2 wrong "
    "usage; 4 the key\n"
    "cannot be read, or the document not be written\n",
    &table) {
  struct arguments given = {.lines = NULL};
  evidence run;
  if (!option_table_parse(&table, count, arguments, &given, take_path)) return EXIT_USAGE;
  if (!given.lines || !given.key || !given.signer || !given.out)
    return command_misused(self, "the JSON lines of a run, --key, --signer and --out are needed");
  if (read_days(&given) == 0)
    return command_misused(self, "--days: '%s' is no number from 1 to 36500", given.days);
  if (!plain_text_is_line(given.signer))
    return command_misused(self, "--signer: the name has to be UTF-8 in one line");
  if (!given.nonce != !given.commitment)
    return command_misused(self, "--nonce and --commitment belong together");
  if (given.repetition && !given.nonce)
    return command_misused(self, "--repetition belongs to --nonce");
  if (!evidence_load(&run, given.lines)) return EXIT_FAILED;
  int status = sign_run(&given, &run);
  evidence_close(&run);
  return status;
}
