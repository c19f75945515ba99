/* Where a run ran, as the system tells it. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "engine/environment.h"
#include "report/lines.h"
#include "report/run_lines.h"

enum { MOST_DIGESTED = 64 << 20 /* bytes of a file before the cases run */ };

static json_t *held_file(const char *path, bool is_end) {
  struct stat status;
  const bool small = stat(path, &status) == 0 && status.st_size <= MOST_DIGESTED;
  return run_lines_file(path, is_end || small);
}

/* What the plugin's processes had loaded. */
static json_t *libraries_of(const suite_run *run, bool is_end) {
  json_t *list = json_array();
  for (uint32_t i = 0; i < run->held.libraries.count; i++)
    json_array_append_new(list, held_file(run->held.libraries.items[i], is_end));
  return list;
}

json_t *environment_object(const suite_run *run, bool is_end) {
  char kernel[256], libc[64], processor[256];
  environment_kernel(kernel, sizeof kernel);
  environment_libc(libc, sizeof libc);
  environment_processor(processor, sizeof processor);
  json_t *devices = run->held.devices ? json_deep_copy(run->held.devices) : json_array();
  return json_pack("{s:o, s:s, s:o, s:o, s:o}", "kernel", run_lines_text(kernel), "libc", libc,
                   "processor", run_lines_text(processor), "libraries", libraries_of(run, is_end),
                   "devices", devices);
}

/* --- files that no manifest lists */

static void add_real(name_set *names, const char *path) {
  char real[PATH_MAX];
  if (realpath(path, real)) name_set_add(names, real);
}

static void add_files(name_set *names, const char *library) {
  json_t *files = run_lines_plugin_files(library, false), *file;
  size_t index;
  json_array_foreach(files, index, file) add_real(names, lines_text(file, "path"));
  json_decref(files);
}

/* Every file that is accounted for: of the plugin and the further ones, and what was handed in. */
static void add_known(name_set *names, const suite_options *options) {
  char path[PATH_MAX];
  add_files(names, options->library);
  add_real(names, "/proc/self/exe");
  if (options->preload) add_real(names, options->preload);
  for (uint32_t i = 0; i < options->provider_count; i++)
    add_real(names, options->providers[i]);
  for (uint32_t i = 0; i < options->with_count; i++) {
    run_lines_with_path(options->with[i], path, sizeof path);
    add_files(names, path);
  }
}

static bool holds(const name_set *names, const char *name) {
  for (uint32_t i = 0; i < names->count; i++)
    if (strcmp(names->items[i], name) == 0) return true;
  return false;
}

/* A path in the plugin's folder, named as the library was. */
static json_t *unlisted_file(const suite_options *options, const char *path, bool is_end) {
  char real[PATH_MAX], given[2 * PATH_MAX];
  json_t *file = held_file(path, is_end);
  const char *slash = strrchr(options->library, '/'), *end;
  if (!realpath(options->library, real) || (end = strrchr(real, '/')) == NULL) return file;
  snprintf(given, sizeof given, "%.*s%s", (int)(slash ? slash + 1 - options->library : 0),
           options->library, path + (end + 1 - real));
  if (realpath(given, real) && strcmp(real, path) == 0)
    json_object_set_new(file, "path", run_lines_text(given));
  return file;
}

json_t *unlisted_files(const suite_run *run, bool is_end) {
  json_t *list = json_array();
  name_set known = {NULL, 0, 0};
  add_known(&known, run->options);
  for (uint32_t i = 0; i < run->held.files.count; i++)
    if (!holds(&known, run->held.files.items[i]))
      json_array_append_new(list, unlisted_file(run->options, run->held.files.items[i], is_end));
  name_set_clear(&known);
  return list;
}

json_t *environment_line_make(const suite_run *run) {
  return json_pack("{s:s, s:o, s:o}", "type", "environment", "environment",
                   environment_object(run, true), "unlisted", unlisted_files(run, true));
}
