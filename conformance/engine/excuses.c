#include "engine/excuses.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/lines.h"

bool excuse_selects(const char *selector, const char *id) {
  const char *end = strchr(id, '#'), *star = NULL, *back = NULL;
  if (!end) end = id + strlen(id);
  while (id < end) {
    if (*selector == '*') {
      star = ++selector;
      back = id;
    } else if (*selector && *selector == *id) {
      selector++;
      id++;
    } else if (star) { /* the star takes one more */
      selector = star;
      id = ++back;
    } else {
      return false;
    }
  }
  while (*selector == '*')
    selector++;
  return *selector == 0;
}

/* --- reading */

static const char *text_of(const json_t *entry, const char *key) {
  const char *text = json_string_value(json_object_get(entry, key));
  return text ? text : "";
}

static bool refuse(const char *origin, size_t index, const char *why, const char *what) {
  fprintf(stderr, "tenon-conformance: %s: entry %zu: %s%s\n", origin, index + 1, why, what);
  return false;
}

static bool is_day(const char *text) {
  int year = 0, month = 0, day = 0, length = 0;
  return strlen(text) == 10 && sscanf(text, "%4d-%2d-%2d%n", &year, &month, &day, &length) == 3 &&
         length == 10 && month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

/* The state that an entry excuses; only those that count as failed can be. */
static bool read_state(const char *name, enum case_state *out) {
  for (int i = 0; i < CASE_STATE_COUNT; i++)
    if (strcmp(case_state_name((enum case_state)i), name) == 0) {
      *out = (enum case_state)i;
      return case_state_failed(*out) && *out != CASE_NOT_RUN && *out != CASE_INFRA;
    }
  return false;
}

static bool has_only_known(const json_t *entry, const char **unknown) {
  static const char *const known[] = {"case", "state", "reason", "owner", "expires", "becomes"};
  const char *key;
  json_t *value;
  json_object_foreach((json_t *)(uintptr_t)entry, key, value) {
    bool found = false;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
      found = found || strcmp(known[i], key) == 0;
    *unknown = key;
    if (!found || !json_is_string(value)) return false;
  }
  return true;
}

static bool read_entry(excuse *self, const char *origin, size_t index, const json_t *entry,
                       const char *today) {
  static const char *const needed[] = {"case", "reason", "owner"};
  const char *unknown = "";
  const bool strict = self->becomes == CASE_EXPECTED;
  self->selector = text_of(entry, "case");
  self->reason = text_of(entry, "reason");
  self->owner = text_of(entry, "owner");
  self->expires = text_of(entry, "expires");
  if (!json_is_object(entry)) return refuse(origin, index, "is no object", "");
  if (!has_only_known(entry, &unknown))
    return refuse(origin, index, "a member that is not known, or no text: ", unknown);
  for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
    if (!text_of(entry, needed[i])[0]) return refuse(origin, index, "it has no ", needed[i]);
  const bool any_state = !strict && !json_object_get(entry, "state");
  if (!any_state && !read_state(text_of(entry, "state"), &self->permits))
    return refuse(origin, index,
                  "'state' is not one that counts as failed: ", text_of(entry, "state"));
  if ((strict || self->expires[0]) && !is_day(self->expires))
    return refuse(origin, index, "'expires' is no day such as 2030-01-31: ", self->expires);
  self->has_expired = self->expires[0] && strcmp(self->expires, today) < 0;
  return true;
}

static bool keep_source(excuses *self, const json_t *entry, enum case_state becomes) {
  json_t *copy = json_deep_copy(entry);
  if (!self->source) self->source = json_array();
  const bool kept =
      copy && json_object_set_new(copy, "becomes", json_string(case_state_name(becomes))) == 0 &&
      json_array_append(self->source, copy) == 0;
  json_decref(copy);
  return kept;
}

bool excuses_add(excuses *self, const char *origin, const json_t *entries, enum case_state becomes,
                 const char *today) {
  const size_t count = json_array_size(entries);
  if (!json_is_array(entries)) return refuse(origin, 0, "there is no list of entries", "");
  excuse *items = realloc(self->items, (self->count + count + 1) * sizeof *items);
  if (!items) return refuse(origin, 0, "there is no memory for it", "");
  self->items = items;
  for (size_t i = 0; i < count; i++) {
    if (!keep_source(self, json_array_get(entries, i), becomes))
      return refuse(origin, i, "is no object, or there is no memory for it", "");
    const json_t *kept = json_array_get(self->source, json_array_size(self->source) - 1);
    self->items[self->count] = (excuse){.becomes = becomes};
    if (!read_entry(&self->items[self->count], origin, i, kept, today)) return false;
    self->count++;
  }
  return true;
}

bool excuses_load(excuses *self, const char *path, const char *today) {
  json_t *root = lines_load(path);
  if (!root) return false;
  bool added = excuses_add(self, path, json_object_get(root, "expect"), CASE_EXPECTED, today);
  if (added && json_object_size(root) != 1)
    added = refuse(path, 0, "there is more in the file than \"expect\"", "");
  json_decref(root);
  return added;
}

bool excuses_restore(excuses *self, const json_t *run) {
  const json_t *entries = json_object_get(run, "excuses");
  size_t index;
  json_t *entry;
  char today[11] = "";
  snprintf(today, sizeof today, "%.10s", text_of(run, "started"));
  json_array_foreach(entries, index, entry) {
    const char *name = text_of(entry, "becomes");
    const enum case_state becomes = strcmp(name, "WAIVED") == 0      ? CASE_WAIVED
                                    : strcmp(name, "WITHDRAWN") == 0 ? CASE_WITHDRAWN
                                                                     : CASE_EXPECTED;
    json_t *one = json_pack("[O]", entry);
    const bool added = one && excuses_add(self, "the run line", one, becomes, today);
    json_decref(one);
    if (!added) return false;
  }
  return true;
}

/* --- applying */

static bool permits(const excuse *self, enum case_state state) {
  return case_state_failed(state) && (self->permits == CASE_PASS || self->permits == state);
}

static void contradict(excuse *self, case_result *result) {
  self->contradicted++;
  result->state = CASE_FAIL;
  snprintf(result->text, sizeof result->text,
           "it passes, and '%.200s' (%.100s) expects it to end as %s: take that out of the file",
           self->selector, self->owner, case_state_name(self->permits));
}

const excuse *excuses_apply(excuses *self, const char *id, case_result *result) {
  for (uint32_t i = 0; i < self->count; i++) {
    excuse *item = &self->items[i];
    if (item->has_expired || !excuse_selects(item->selector, id)) continue;
    if (permits(item, result->state)) {
      item->used++;
      result->state = item->becomes;
      return item;
    }
    if (item->becomes == CASE_EXPECTED && result->state == CASE_PASS) {
      contradict(item, result);
      return item;
    }
  }
  return NULL;
}

void excuses_restore_use(excuses *self, const json_t *line) {
  const json_t *told = json_object_get(line, "excuse");
  if (!told) return;
  for (uint32_t i = 0; i < self->count; i++)
    if (strcmp(self->items[i].selector, text_of(told, "case")) == 0 &&
        strcmp(self->items[i].owner, text_of(told, "owner")) == 0) {
      self->items[i].used++;
      return;
    }
}

bool excuse_is_wrong(const excuse *self, bool is_whole, char *out, size_t size) {
  if (self->becomes != CASE_EXPECTED) return false;
  if (self->has_expired)
    snprintf(out, size, "the expectation '%.200s' (%.100s) expired on %s", self->selector,
             self->owner, self->expires);
  else if (is_whole && self->used == 0 && self->contradicted == 0)
    snprintf(out, size, "the expectation '%.200s' (%.100s) excused no case", self->selector,
             self->owner);
  else
    return false;
  return true;
}

void excuses_clear(excuses *self) {
  free(self->items);
  json_decref(self->source);
  *self = (excuses){NULL, 0, NULL};
}
