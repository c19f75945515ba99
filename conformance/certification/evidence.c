#include "certification/evidence.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "certification/canonical.h"
#include "certification/events.h"
#include "certification/file_bytes.h"
#include "certification/shape.h"
#include "engine/excuses.h"
#include "engine/plain_text.h"
#include "report/lines.h"
#include "report/verdict.h"

static bool refuse(const char *path, const char *why) {
  plain_text_print_line(stderr, "tenon-conformance: %s: %s", path, why);
  return false;
}

/* --- reading */

static bool take_events(evidence *self, const char *path) {
  file_bytes file;
  if (!file_bytes_read(AT_FDCWD, path, RUN_FILE_MOST_BYTES, &file)) return false;
  const bool whole = events_root(file.data, file.size, self->root, &self->lines);
  file_bytes_free(&file);
  return whole || refuse(path, "the last line has no end");
}

bool evidence_load(evidence *out, const char *path) {
  memset(out, 0, sizeof *out);
  if (!take_events(out, path) || !run_file_load(&out->run, path)) return false;
  if (out->run.verdict) return true;
  run_file_close(&out->run);
  return refuse(path, "the run has no verdict: it did not come to its end");
}

void evidence_close(evidence *self) {
  run_file_close(&self->run);
}

/* --- the verdict */

static bool is_for_suite(const json_t *erratum, const char *version) {
  size_t index;
  json_t *suite;
  json_array_foreach(json_object_get(erratum, "suites"), index, suite) {
    if (json_is_string(suite) && strcmp(json_string_value(suite), version) == 0) return true;
  }
  return false;
}

/* Whether a line tells of the case of that name, which is its id without the seed. */
static bool is_named(const json_t *line, const char *name) {
  const char *id = lines_text(line, "id");
  const size_t length = strcspn(id, "#");
  return strcmp(lines_text(line, "type"), "case") == 0 && strlen(name) == length &&
         strncmp(id, name, length) == 0;
}

/* As in the verdict: a line without a level that there is counts as one of level 1. */
static bool is_of_first_level(const json_t *line) {
  const json_int_t level = json_integer_value(json_object_get(line, "level"));
  return level <= 1 || level > VERDICT_LEVELS;
}

/* What a line that failed becomes; NULL: it stays as it is. */
static const char *excused_as(const evidence *self, const json_t *line, const json_t *waivers,
                              const json_t *withdrawn) {
  const char *id = lines_text(line, "id"), *version = lines_text(self->run.run, "suite");
  size_t index;
  json_t *entry;
  if (!lines_is_failed(lines_text(line, "state")) || strcmp(lines_text(line, "type"), "case") != 0)
    return NULL;
  json_array_foreach(withdrawn, index, entry) {
    if (is_for_suite(entry, version) && excuse_selects(lines_text(entry, "case"), id))
      return case_state_name(CASE_WITHDRAWN);
  }
  json_array_foreach(waivers, index, entry) {
    if (is_named(line, lines_text(json_object_get(entry, "body"), "case")) &&
        !is_of_first_level(line))
      return case_state_name(CASE_WAIVED);
  }
  return NULL;
}

static bool add_line(verdict *sum, const json_t *line, const char *state) {
  json_t *copy = state ? json_copy((json_t *)(uintptr_t)line) : NULL;
  if (state && (!copy || json_object_set_new(copy, "state", json_string(state)) != 0)) return false;
  verdict_add(sum, copy ? copy : line);
  json_decref(copy);
  return true;
}

json_t *evidence_verdict(const evidence *self, const json_t *waivers, const json_t *withdrawn) {
  verdict sum;
  size_t index;
  json_t *line, *result = NULL;
  bool good = true;
  verdict_begin(&sum, self->run.run);
  json_array_foreach(self->run.cases, index, line) {
    good = good && add_line(&sum, line, excused_as(self, line, waivers, withdrawn));
  }
  if (good) result = verdict_line(&sum);
  verdict_end(&sum);
  if (result) json_object_del(result, "type");
  return result;
}

/* --- what is refused */

static bool holds_state(const evidence *self, enum case_state state) {
  size_t index;
  json_t *line;
  json_array_foreach(self->run.cases, index, line) {
    if (strcmp(lines_text(line, "state"), case_state_name(state)) == 0) return true;
  }
  return false;
}

/* The last part has come to its end, and every part tells where it ran. */
static bool tells_environments(const evidence *self) {
  size_t index;
  json_t *line;
  json_array_foreach(self->run.environments, index, line) {
    if (!json_is_object(json_object_get(line, "environment"))) return false;
  }
  return index > 0 && !self->run.begun;
}

const char *evidence_is_refused(const evidence *self) {
  const json_t *run = self->run.run, *shard = json_object_get(run, "shard");
  if (json_array_size(json_object_get(run, "excuses")) > 0)
    return "the run used --expect: no report is made of what the vendor excuses himself";
  if (shard && !json_is_null(shard)) return "the run is one shard: merge them all first";
  if (json_array_size(json_object_get(run, "selection")) > 0)
    return "the run left cases out (--level, --group, --case, --next): run the whole suite";
  if (holds_state(self, CASE_EXPECTED))
    return "a case is EXPECTED: no report is made of what the vendor excuses himself";
  if (holds_state(self, CASE_NOT_RUN)) return "the run is incomplete: a case was NOT_RUN";
  if (!tells_environments(self)) return "the run does not tell its environment";
  if (!shape_is_digest(lines_text(run, "suite_digest")))
    return "the run does not tell the digest of its suite";
  return run_file_verdict_follows(&self->run)
             ? NULL
             : "the verdict is not the one that follows from the cases";
}

const char *evidence_refuses_waiver(const evidence *self, const json_t *waiver) {
  size_t index;
  json_t *line;
  json_array_foreach(self->run.cases, index, line) {
    if (is_named(line, lines_text(waiver, "case")) && is_of_first_level(line))
      return "is for a case of level 1, and no waiver is given for those";
  }
  return NULL;
}

/* --- claims */

/* The folder of the library in the run line, with its last slash. */
static size_t folder_length(const char *library) {
  const char *slash = strrchr(library, '/');
  return slash ? (size_t)(slash + 1 - library) : 0;
}

static json_t *claim_file(const json_t *file, const char *library) {
  const char *path = lines_text(file, "path"), *digest = lines_text(file, "digest");
  const size_t folder = folder_length(library);
  if (strncmp(path, library, folder) != 0 || !file_path_is_plain(path + folder)) {
    refuse(path, "a file of the plugin that is not below the library's folder, or has an odd name");
    return NULL;
  }
  if (!shape_is_digest(digest)) {
    refuse(path, "the run does not tell the digest of this file of the plugin");
    return NULL;
  }
  return json_pack("{s:s, s:s}", "path", path + folder, "sha256", digest);
}

static json_t *claim_files(const json_t *run) {
  const json_t *plugin = json_object_get(run, "plugin");
  json_t *files = json_array(), *file;
  size_t index;
  json_array_foreach(json_object_get(plugin, "files"), index, file) {
    if (json_array_append_new(files, claim_file(file, lines_text(plugin, "library"))) == 0)
      continue;
    json_decref(files);
    return NULL;
  }
  if (json_array_size(files) > 0) return files;
  refuse(lines_text(plugin, "library"), "the run does not tell the digests of the plugin's files");
  json_decref(files);
  return NULL;
}

/* A part that was cut off did not come to tell what it held at its end. */
static bool add_environment(const json_t *line, json_t *claims) {
  json_t *copy = canonical_copy(json_object_get(line, "environment"));
  const bool is_cut_off = strcmp(lines_text(line, "type"), "environment") != 0;
  if (copy && is_cut_off && json_object_set_new(copy, "cut_off", json_true()) != 0) {
    json_decref(copy);
    return false;
  }
  return copy && json_array_append_new(claims, copy) == 0;
}

/* Where it ran: one entry for each part that was run apart. */
static json_t *claim_environments(const evidence *self) {
  json_t *claims = json_array(), *line;
  size_t index;
  bool good = claims != NULL;
  json_array_foreach(self->run.environments, index, line) {
    good = good && add_environment(line, claims);
  }
  if (good) return claims;
  json_decref(claims);
  return NULL;
}

static bool add_unlisted(const evidence *self, const json_t *line, json_t *claims) {
  const char *library = lines_text(json_object_get(self->run.run, "plugin"), "library");
  const size_t folder = folder_length(library);
  size_t index;
  json_t *file;
  json_array_foreach(json_object_get(line, "unlisted"), index, file) {
    const char *path = lines_text(file, "path");
    const bool is_below = strncmp(path, library, folder) == 0;
    json_t *claim = json_pack("{s:s, s:s}", "path", is_below ? path + folder : path, "sha256",
                              lines_text(file, "digest"));
    json_t *plain = canonical_copy(claim);
    json_decref(claim);
    if (!plain || json_array_append_new(claims, plain) != 0) return false;
  }
  return true;
}

/* What its processes used of the plugin's folder beside the files that it ships: each part that was
 * run apart tells its own. */
static json_t *claim_unlisted(const evidence *self) {
  json_t *claims = json_array(), *line;
  size_t index;
  bool good = claims != NULL;
  json_array_foreach(self->run.environments, index, line) good =
      good && add_unlisted(self, line, claims);
  if (good) return claims;
  json_decref(claims);
  return NULL;
}

json_t *evidence_claims(const evidence *self, const json_t *waivers, const json_t *withdrawn) {
  json_t *files = claim_files(self->run.run), *run = canonical_copy(self->run.run);
  json_t *made = evidence_verdict(self, waivers, withdrawn);
  json_t *environments = claim_environments(self), *unlisted = claim_unlisted(self);
  json_t *claims = json_pack("{s:o*, s:o*, s:o*, s:o*, s:{s:s, s:I}, s:o*}", "run", run, "files",
                             files, "unlisted", unlisted, "environments", environments, "events",
                             "root", self->root, "lines", (json_int_t)self->lines, "verdict", made);
  if (run && files && unlisted && environments && made && claims) return claims;
  if (files) refuse(self->run.path, "there is no memory for what it claims");
  json_decref(claims);
  return NULL;
}
