#include <stdlib.h>
#include <string.h>

#include "base/capability.h"
#include "engine/digest.h"
#include "engine/environment.h"
#include "engine/plain_text.h"
#include "engine/setup.h"
#include "numbers/operator_spec.h"
#include "numbers/profile.h"
#include "numbers/tolerance.h"
#include "report/lines.h"
#include "report/run_file.h"
#include "report/run_lines.h"

json_t *run_lines_text(const char *text) {
  json_t *string = json_string(text);
  if (string) return string;
  char clean[CASE_NOTES_SIZE];
  snprintf(clean, sizeof clean, "%s", text);
  plain_text_clean(clean);
  return json_string(clean);
}

/* --- files */

json_t *run_lines_file(const char *path, bool is_digested) {
  char digest[DIGEST_SIZE] = "";
  if (is_digested) digest_of_file(path, digest);
  return json_pack("{s:o, s:s}", "path", run_lines_text(path), "digest", digest);
}

void run_lines_with_path(const char *argument, char *out, size_t size) {
  const char *name = suite_with_name(argument);
  snprintf(out, size, "%.*s", (int)(name ? name - 1 - argument : (long)strlen(argument)), argument);
}

json_t *run_lines_plugin_files(const char *library, bool is_digested) {
  char manifest[4096], path[8192];
  json_t *files = json_array(), *name;
  size_t index;
  json_array_append_new(files, run_lines_file(library, is_digested));
  if (!setup_find_manifest(library, manifest, sizeof manifest)) return files;
  json_array_append_new(files, run_lines_file(manifest, is_digested));
  json_t *root = json_load_file(manifest, 0, NULL);
  char *slash = strrchr(manifest, '/');
  if (slash) slash[1] = 0;
  json_array_foreach(json_object_get(root, "files"), index, name) {
    snprintf(path, sizeof path, "%s%s", slash ? manifest : "",
             json_is_string(name) ? json_string_value(name) : "");
    json_array_append_new(files, run_lines_file(path, is_digested));
  }
  json_decref(root);
  return files;
}

static json_t *others_of(const suite_options *options) {
  json_t *list = json_array();
  char path[4096];
  for (uint32_t i = 0; i < options->with_count; i++) {
    run_lines_with_path(options->with[i], path, sizeof path);
    json_t *file = run_lines_file(path, true);
    json_object_set_new(file, "path", run_lines_text(options->with[i]));
    json_array_append_new(list, file);
  }
  return list;
}

/* --- options */

static void add_option(void *user, const option_row *row, const char *argument) {
  char text[4096];
  if (row->offset == offsetof(suite_options, seed)) return; /* it has a member of its own */
  snprintf(text, sizeof text, "%s%s%s", row->name, row->kind == OPTION_FLAG ? "" : " ", argument);
  json_array_append_new(user, run_lines_text(text));
}

static json_t *options_of(const suite_options *options, enum option_role role) {
  json_t *list = json_array();
  option_table_each(&suite_option_table, role, options, add_option, list);
  return list;
}

static json_t *shard_of(const suite_run *run) {
  const option_shard *shard = &run->options->shard;
  if (shard->count == 0) return json_null();
  return json_pack("{s:i, s:i, s:i, s:s}", "index", (int)shard->index + 1, "count",
                   (int)shard->count, "total", (int)run->shards.total, "cut", run->shards.cut);
}

/* --- the line */

static json_t *capabilities_of(const worker_facts *facts) {
  json_t *list = json_array();
  for (uint32_t bit = 0; bit < 64; bit++) {
    const char *name = tni_capability_name(facts->capabilities & UINT64_C(1) << bit);
    if (name) json_array_append_new(list, json_string(name));
  }
  return list;
}

static json_t *plugin_of(const suite_run *run) {
  const worker_facts *facts = &run->facts;
  const char *library = run->options->library;
  return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "library", run_lines_text(library), "name",
                   run_lines_text(facts->name), "version", run_lines_text(facts->version), "vendor",
                   run_lines_text(facts->vendor), "files", run_lines_plugin_files(library, true),
                   "others", others_of(run->options));
}

static json_t *device_of(const worker_facts *facts) {
  return json_pack("{s:o, s:o, s:o}", "id", run_lines_text(facts->device), "name",
                   run_lines_text(facts->device_name), "capabilities", capabilities_of(facts));
}

/* The tables that the verdict rests on. */
static json_t *tolerances_of(void) {
  return json_pack("{s:i, s:s, s:i, s:s}", "version", (int)tolerance_version(), "digest",
                   tolerance_digest(), "recipes_version", (int)recipes_version(), "recipes_digest",
                   recipes_digest());
}

static json_t *profile_of(const suite_run *run) {
  const char *name = run_profile(run);
  if (!name) return json_null();
  return json_pack("{s:s, s:i, s:s}", "name", name, "version", (int)profile_version(), "digest",
                   profile_digest());
}

json_t *run_line_make(const suite_run *run) {
  const suite_options *options = run->options;
  char now[32];
  environment_time(now, sizeof now);
  char suite_digest[DIGEST_SIZE];
  digest_of_file("/proc/self/exe", suite_digest);
  json_t *excused = run->excuses.source ? json_deep_copy(run->excuses.source) : json_array();
  return json_pack(
      "{s:s, s:i, s:s, s:s, s:s, s:o, s:o, s:s, s:o, s:o, s:I, s:o, s:o, s:o, s:o, s:o, s:o}",
      "type", "run", "format", RUN_FILE_FORMAT, "suite", TENON_VERSION, "suite_digest",
      suite_digest, "started", now, "plugin", plugin_of(run), "device", device_of(&run->facts),
      "carrier", run->facts.carrier, "selection", options_of(options, OPTION_SELECTION), "options",
      options_of(options, OPTION_SUBJECT), "seed", (json_int_t)options->seed, "shard",
      shard_of(run), "tolerances", tolerances_of(), "profile", profile_of(run), "excuses", excused,
      "environment", environment_object(run, false), "unlisted", unlisted_files(run, false));
}

json_t *run_line_resumed(const suite_run *run) {
  char now[32];
  environment_time(now, sizeof now);
  return json_pack("{s:s, s:s, s:o, s:o}", "type", "resumed", "started", now, "environment",
                   environment_object(run, false), "unlisted", unlisted_files(run, false));
}

/* --- whether two runs are the same one */

/* What tells one run from another; `part` is a member of the member. Files are known by their
 * digests, since the same ones may lie elsewhere. */
static const struct {
  const char *key, *part, *what;
  bool is_of_files;
} members[] = {{"plugin", "files", "the files of the plugin", true},
               {"plugin", "others", "the files of the plugin", true},
               {"plugin", "name", "the name of the plugin", false},
               {"plugin", "version", "the version of the plugin", false},
               {"plugin", "vendor", "the vendor of the plugin", false},
               {"suite", NULL, "the version of the suite", false},
               {"suite_digest", NULL, "the suite's program", false},
               {"device", NULL, "the device", false},
               {"carrier", NULL, "the carrier", false},
               {"selection", NULL, "the cases that are asked for", false},
               {"options", NULL, "the options", false},
               {"seed", NULL, "the seed", false},
               {"shard", NULL, "the shard", false},
               {"excuses", NULL, "the expectations", false},
               {"tolerances", NULL, "the tolerances", false},
               {"profile", NULL, "the profile", false}};

static bool same_digests(const json_t *before, const json_t *now) {
  const size_t count = json_array_size(before);
  if (json_array_size(now) != count) return false;
  for (size_t i = 0; i < count; i++)
    if (!json_equal(json_object_get(json_array_get(before, i), "digest"),
                    json_object_get(json_array_get(now, i), "digest")))
      return false;
  return true;
}

static const json_t *member_of(const json_t *run, size_t place) {
  const json_t *member = json_object_get(run, members[place].key);
  return members[place].part ? json_object_get(member, members[place].part) : member;
}

bool run_line_next_difference(const json_t *before, const json_t *now, run_line_difference *at) {
  for (size_t i = at->place; i < sizeof members / sizeof *members; i++) {
    const json_t *a = member_of(before, i), *b = member_of(now, i);
    const bool same = members[i].is_of_files ? same_digests(a, b) : json_equal(a, b);
    if (same || (!a && !b)) continue;
    *at = (run_line_difference){i + 1, members[i].key, members[i].part, members[i].what, a, b};
    return true;
  }
  return false;
}

const char *run_line_differs(const json_t *before, const json_t *now) {
  run_line_difference first = {.place = 0};
  return run_line_next_difference(before, now, &first) ? first.what : NULL;
}
