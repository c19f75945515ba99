/* tenon-conformance key: makes a key pair. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "certification/file_bytes.h"
#include "certification/key.h"
#include "commands/command.h"

struct arguments {
  const char *path;
};

static bool take_path(void *out, const char *argument) {
  return option_take(&((struct arguments *)out)->path, argument, "one name for the key");
}

TN_COMMAND(
    key, "FILE", "makes a key: FILE is private, FILE.pub is public",
    "Neither file may be there. FILE can be read by its owner alone, and is refused later when\n"
    "others can read it. Keep the root's key on a machine without a network.\n"
    "\n"
    "Exit status: 0 done, 2 wrong usage, 4 a file cannot be written\n",
    NULL) {
  struct arguments given = {NULL};
  const option_table none = {NULL, 0};
  char text[KEY_TEXT_SIZE], line[KEY_TEXT_SIZE + 1], path[4096];
  if (!option_table_parse(&none, count, arguments, &given, take_path)) return EXIT_USAGE;
  if (!given.path) return command_misused(self, "no name for the key");
  if (snprintf(path, sizeof path, "%s.pub", given.path) >= (int)sizeof path)
    return command_misused(self, "the name is too long");
  if (!key_create(given.path, text)) return EXIT_SUITE;
  snprintf(line, sizeof line, "%s\n", text);
  if (!file_bytes_create(AT_FDCWD, path, 0666, line, strlen(line))) {
    unlink(given.path);
    return EXIT_SUITE;
  }
  printf("%s\n", text);
  return EXIT_PASSED;
}
