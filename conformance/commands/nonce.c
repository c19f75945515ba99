/* tenon-conformance nonce: a lab draws the nonce of a run and commits itself to it. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "certification/document.h"
#include "certification/file_bytes.h"
#include "certification/moment.h"
#include "certification/seed.h"
#include "commands/command.h"

struct arguments {
  const char *library, *key, *nonce, *commitment;
};

static const option_row rows[] = {
    OPTION_ROW(struct arguments, INPUT, key, "--key", SUBJECT, "F", "the lab's private key"),
    OPTION_ROW(struct arguments, OUTPUT, nonce, "--nonce", HOW, "F",
               "write the nonce, secret until the run is over"),
    OPTION_ROW(struct arguments, OUTPUT, commitment, "--commitment", HOW, "F",
               "write the commitment, to be published before the run"),
};
static const option_table table = {rows, sizeof rows / sizeof *rows};

static bool take_path(void *out, const char *argument) {
  return option_take(&((struct arguments *)out)->library, argument, "one plugin");
}

/* The text of the commitment, to be freed; NULL after telling why. */
static char *make_commitment(const char *key_path, const char *nonce, const char *suite,
                             const char *plugin) {
  char digest[DIGEST_SIZE], now[MOMENT_SIZE];
  signing_key *key = key_load(key_path);
  if (!key) return NULL;
  seed_digest_of_nonce(nonce, digest);
  moment_now(now);
  json_t *body =
      json_pack("{s:s, s:i, s:s, s:s, s:s, s:s}", "type", "commitment", "format", DOCUMENT_FORMAT,
                "issued", now, "nonce_sha256", digest, "suite", suite, "plugin", plugin);
  char *text = document_sign(body, key);
  json_decref(body);
  key_free(key);
  return text;
}

static bool write_commitment(const struct arguments *given, const char *nonce, const char *suite,
                             const char *plugin) {
  char *text = make_commitment(given->key, nonce, suite, plugin);
  const bool written =
      text && file_bytes_create(AT_FDCWD, given->commitment, 0666, text, strlen(text));
  free(text);
  return written;
}

TN_COMMAND(
    nonce, "PLUGIN.so --key F --nonce F --commitment F",
    "draws a lab's nonce for a run, and signs a commitment to it",
    "Prints the seed of the run: tenon-conformance PLUGIN.so --seed SEED. It is the first 53 bits\n"
    "of the SHA-256 of nonce, suite digest and plugin digest.\n"
    "\n"
    "Exit status: 0 done, 2 wrong usage, 4 a file cannot be read or written\n",
    &table) {
  struct arguments given = {.library = NULL};
  char nonce[DIGEST_SIZE], suite[DIGEST_SIZE], plugin[DIGEST_SIZE];
  if (!option_table_parse(&table, count, arguments, &given, take_path)) return EXIT_USAGE;
  if (!given.library || !given.key || !given.nonce || !given.commitment)
    return command_misused(self, "a plugin, --key, --nonce and --commitment are needed");
  if (!digest_of_file("/proc/self/exe", suite)) return EXIT_SUITE;
  if (!digest_of_file(given.library, plugin))
    return command_misused(self, "%s cannot be read", given.library);
  if (!seed_draw_nonce(given.nonce, nonce)) return EXIT_SUITE;
  if (!write_commitment(&given, nonce, suite, plugin)) {
    unlink(given.nonce);
    return EXIT_SUITE;
  }
  printf("%llu\n", (unsigned long long)seed_derive(nonce, suite, plugin));
  if (suite_exit_printed(EXIT_PASSED) == EXIT_PASSED) return EXIT_PASSED;
  unlink(given.nonce); /* a seed that nobody knows: the next try is not refused for its files */
  unlink(given.commitment);
  return EXIT_SUITE;
}
