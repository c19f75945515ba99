/* tenon-conformance identity: what a trust file says of this suite. */
#include <stdlib.h>

#include "certification/canonical.h"
#include "certification/case_list.h"
#include "commands/command.h"

static bool take_none(void *out, const char *argument) {
  (void)out;
  return option_complain("argument", argument, "none");
}

TN_COMMAND(identity, "", "prints the entry of this suite for the list of released ones",
           "Exit status: 0 done, 2 wrong usage, 4 the program cannot be read\n", NULL) {
  const option_table none = {NULL, 0};
  char program[DIGEST_SIZE], cases[DIGEST_SIZE];
  (void)self;
  if (!option_table_parse(&none, count, arguments, NULL, take_none)) return EXIT_USAGE;
  json_t *open;
  if (!digest_of_file("/proc/self/exe", program) || !case_list_of_suite(cases, &open))
    return EXIT_SUITE;
  json_t *entry = json_pack("{s:s, s:s, s:s, s:o}", "version", TENON_VERSION, "sha256", program,
                            "cases", cases, "open", open);
  char *text = canonical_text(entry);
  if (text) printf("%s\n", text);
  const int status = text ? EXIT_PASSED : EXIT_SUITE;
  free(text);
  json_decref(entry);
  return status;
}
