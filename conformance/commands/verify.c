/* tenon-conformance verify: whether a report or certificate holds. */
#include "certification/verify.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "certification/package.h"
#include "commands/command.h"

struct arguments {
  const char *path, *lines, *trust, *errata, *root, *key, *at;
};

static const option_row rows[] = {
    OPTION_ROW(struct arguments, INPUT, lines, "--lines", SUBJECT, "F",
               "the JSON lines of the run (a package holds them)"),
    OPTION_ROW(struct arguments, INPUT, trust, "--trust", SUBJECT, "F",
               "labs, released suites and revocations, signed by the root"),
    OPTION_ROW(struct arguments, INPUT, errata, "--errata", SUBJECT, "F",
               "cases that were withdrawn, signed by the root"),
    OPTION_ROW(struct arguments, TEXT, root, "--root", SUBJECT, "KEY",
               "the root's public key, or a file with it (the one built in)"),
    OPTION_ROW(struct arguments, TEXT, key, "--key", SUBJECT, "KEY",
               "of a report: the vendor's public key, or a file with it"),
    OPTION_ROW(struct arguments, TEXT, at, "--at", HOW, "MOMENT",
               "what held then, such as 2030-01-31T23:59:59Z (now)"),
};
static const option_table table = {rows, sizeof rows / sizeof *rows};

static bool take_path(void *out, const char *argument) {
  return option_take(&((struct arguments *)out)->path, argument, "one document or package");
}

static enum verify_status verify_files(const verify_policy *policy, const char *path,
                                       const char *lines) {
  signed_document document;
  evidence run;
  if (!document_read(AT_FDCWD, path, &document)) return VERIFY_DAMAGED;
  enum verify_status status = VERIFY_DAMAGED;
  if (evidence_load(&run, lines)) {
    status = verify_document(policy, &document, &run);
    evidence_close(&run);
  }
  document_free(&document);
  return status;
}

/* Only what its own manifest accounts for is looked at. */
static enum verify_status verify_folder(const verify_policy *policy, const char *folder) {
  char path[4096], lines[4096];
  if (!package_check(folder)) return VERIFY_DAMAGED;
  snprintf(path, sizeof path, "%.4000s/" PACKAGE_DOCUMENT, folder);
  snprintf(lines, sizeof lines, "%.4000s/" PACKAGE_LINES, folder);
  return verify_files(policy, path, lines);
}

static bool is_folder(const char *path) {
  struct stat status;
  return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static int verify_given(const suite_command *self, const struct arguments *given) {
  verify_policy policy = {.key = ""};
  char root[KEY_TEXT_SIZE] = "";
  const char *root_argument = given->root ? given->root : TENON_ROOT_KEY;
  const bool folder = is_folder(given->path);
  if (access(given->path, F_OK) != 0)
    return (int)verify_refuse(VERIFY_DAMAGED, "%s: %s", given->path, strerror(errno));
  if (folder == (given->lines != NULL))
    return command_misused(self, folder ? "a package holds its JSON lines: no --lines"
                                        : "--lines F, the JSON lines of the run, is needed");
  if ((given->trust || given->errata) && !*root_argument)
    return command_misused(self, "--root KEY is needed: no root key is built into this program");
  if (*root_argument && !key_public_of_argument(root_argument, root)) return VERIFY_USAGE;
  if (given->key && !key_public_of_argument(given->key, policy.key)) return VERIFY_USAGE;
  if (given->at && !moment_is_valid(given->at))
    return command_misused(self, "--at: '%s' is no moment such as 2030-01-31T23:59:59Z", given->at);
  moment_now(policy.now);
  if (given->at) memcpy(policy.now, given->at, sizeof policy.now);
  enum verify_status status = verify_open(&policy, given->trust, given->errata, root);
  if (status == VERIFY_GOOD)
    status = folder ? verify_folder(&policy, given->path)
                    : verify_files(&policy, given->path, given->lines);
  verify_close(&policy);
  return (int)status;
}

TN_COMMAND(
    verify, "DOCUMENT --lines RUN.jsonl | PACKAGE [options]",
    "tells whether a report, certificate or package holds, without a network",
    "Exit status: 0 it holds and no case failed; 1 it holds and cases failed; 2 wrong usage;\n"
    "10 unknown key; 11 expired; 12 revoked; 13 unknown suite; 14 what it claims does not follow\n"
    "from the JSON lines; 15 damaged; 16 the lab may not sign that; 17 the seed is not that of "
    "the\n"
    "nonce\n",
    &table) {
  struct arguments given = {.path = NULL};
  if (!option_table_parse(&table, count, arguments, &given, take_path)) return VERIFY_USAGE;
  if (!given.path) return command_misused(self, "no document or package");
  return verify_given(self, &given);
}
