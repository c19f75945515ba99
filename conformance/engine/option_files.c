#include "engine/option_files.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A path that stands on the command line. */
struct named {
  const option_row *row; /* NULL: it belongs to no option */
  const char *path;
};

/* Where a file that is not there yet would lie: its folder without links, and its name. */
static bool find_place(const char *path, char out[PATH_MAX + NAME_MAX + 2]) {
  const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
  char folder[PATH_MAX] = ".";
  if (slash && (size_t)(name - path) < sizeof folder)
    snprintf(folder, sizeof folder, "%.*s", (int)(name - path), path);
  if (strlen(name) > NAME_MAX || !realpath(folder, out)) return false;
  strcat(strcat(out, "/"), name);
  return true;
}

static bool is_same(const char *a, const char *b) {
  struct stat one, other;
  char places[2][PATH_MAX + NAME_MAX + 2];
  const bool has_one = stat(a, &one) == 0, has_other = stat(b, &other) == 0;
  if (has_one != has_other) return false;
  if (has_one)
    return one.st_dev == other.st_dev && one.st_ino == other.st_ino &&
           (S_ISREG(one.st_mode) || S_ISDIR(one.st_mode));
  return find_place(a, places[0]) && find_place(b, places[1]) && strcmp(places[0], places[1]) == 0;
}

/* The paths of a command line that was parsed, to be freed. */
static struct named *find_paths(const option_table *table, int count, char **arguments,
                                int *found) {
  struct named *paths = malloc(((size_t)count + 1) * sizeof *paths);
  *found = 0;
  for (int i = 0; paths && i < count; i++) {
    const option_row *row = option_table_find(table, arguments[i]);
    if (row && row->kind != OPTION_FLAG) i++;
    if (!row || row->kind == OPTION_INPUT || row->kind == OPTION_OUTPUT ||
        row->kind == OPTION_INPUTS)
      paths[(*found)++] = (struct named){row, arguments[i]};
  }
  return paths;
}

static bool is_written(const struct named *self) {
  return self->row && self->row->kind == OPTION_OUTPUT;
}

/* The file of an input: FILE, or that of FILE=NAME where that is no file itself. */
static const char *file_of(const struct named *self, char cut[PATH_MAX]) {
  const char *equals = strrchr(self->path, '=');
  const bool is_named = self->row && self->row->kind == OPTION_INPUTS && equals &&
                        access(self->path, F_OK) != 0 && equals - self->path < PATH_MAX;
  if (is_named) snprintf(cut, PATH_MAX, "%.*s", (int)(equals - self->path), self->path);
  return is_named ? cut : self->path;
}

static bool are_apart(const struct named *output, const struct named *other) {
  char cut[PATH_MAX];
  const char *name = other->row ? other->row->name : "what is read";
  char expected[PATH_MAX];
  if (output->row == other->row || !is_same(output->path, file_of(other, cut))) return true;
  snprintf(expected, sizeof expected, "another file than that of %s (%s)", name, other->path);
  return option_complain(output->row->name, output->path, expected);
}

bool option_outputs_are_apart(const option_table *table, int count, char **arguments) {
  int found;
  struct named *paths = find_paths(table, count, arguments, &found);
  bool good = paths || option_complain("memory", "none", "some for the arguments");
  for (int i = 0; i < found && good; i++)
    for (int k = 0; k < found && good && is_written(&paths[i]); k++)
      good = are_apart(&paths[i], &paths[k]);
  free(paths);
  return good;
}
