#include "engine/exit_status.h"

#include <errno.h>
#include <string.h>

void suite_exit_list(FILE *stream) {
  static const struct {
    int number;
    const char *meaning;
  } rows[] = {
#define SUITE_EXIT_ROW(name, number, meaning) {number, meaning},
      SUITE_EXIT_MAP(SUITE_EXIT_ROW)
#undef SUITE_EXIT_ROW
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    fprintf(stream, "  %d  %s\n", rows[i].number, rows[i].meaning);
}

int suite_exit_printed(int status) {
  if (fflush(stdout) == 0 && !ferror(stdout)) return status;
  fprintf(stderr, "tenon-conformance: standard output: cannot be written: %s\n", strerror(errno));
  return EXIT_SUITE;
}
