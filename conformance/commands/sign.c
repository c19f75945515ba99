/* tenon-conformance sign: signs trust files, errata and waivers. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "certification/case_list.h"
#include "certification/document.h"
#include "certification/file_bytes.h"
#include "commands/command.h"
#include "report/lines.h"

struct arguments {
  const char *body, *key, *out;
};

static const option_row rows[] = {
    OPTION_ROW(struct arguments, INPUT, key, "--key", SUBJECT, "F", "the private key"),
    OPTION_ROW(struct arguments, OUTPUT, out, "--out", HOW, "F", "write the signed document"),
};
static const option_table table = {rows, sizeof rows / sizeof *rows};

static bool take_path(void *out, const char *argument) {
  return option_take(&((struct arguments *)out)->body, argument, "one file to sign");
}

/* What this program knows of the levels; certify and verify ask the run. */
static bool may_be_waived(const json_t *body, char *why, size_t size) {
  const char *name = lines_text(body, "case");
  if (case_list_level(name) != 1) return true;
  snprintf(why, size, "case: '%.100s' is of level 1, and no waiver is given for those", name);
  return false;
}

/* Reports and certificates are made by certify alone, from the JSON lines. */
static bool may_be_signed(const json_t *body, char *why, size_t size) {
  enum document_kind kind;
  if (!document_body_is_valid(body, &kind, why, size) ||
      !document_body_makes_sense(body, why, size))
    return false;
  if (kind == DOCUMENT_WAIVER) return may_be_waived(body, why, size);
  if (kind == DOCUMENT_TRUST || kind == DOCUMENT_ERRATA) return true;
  snprintf(why, size, "a %s is not signed by this command", document_kind_name(kind));
  return false;
}

static int sign_body(const struct arguments *given, const json_t *body) {
  signing_key *key = key_load(given->key);
  if (!key) return EXIT_SUITE;
  char *text = document_sign(body, key);
  key_free(key);
  bool written = text && file_bytes_create(AT_FDCWD, given->out, 0666, text, strlen(text));
  free(text);
  return written ? EXIT_PASSED : EXIT_SUITE;
}

TN_COMMAND(
    sign, "BODY.json --key F --out F", "signs a trust file, errata or a waiver",
    "BODY.json may be written in any way; docs/certification/formats.md tells what it holds.\n"
    "\n"
    "Exit status: 0 done, 2 wrong usage, or no such body, 4 a file cannot be read or written\n",
    &table) {
  struct arguments given = {.body = NULL};
  char why[256];
  if (!option_table_parse(&table, count, arguments, &given, take_path)) return EXIT_USAGE;
  if (!given.body || !given.key || !given.out)
    return command_misused(self, "a file to sign, --key and --out are needed");
  json_t *body = lines_load(given.body);
  if (!body) return EXIT_USAGE;
  int status = may_be_signed(body, why, sizeof why)
                   ? sign_body(&given, body)
                   : command_misused(self, "%s: %s", given.body, why);
  json_decref(body);
  return status;
}
