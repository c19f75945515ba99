#include "certification/case_list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/cases.h"
#include "engine/registry.h"
#include "report/lines.h"

/* The lines of a list, each allocated. */
struct list {
  char **items;
  size_t count;
};

static bool list_open(struct list *self, size_t capacity) {
  *self = (struct list){.items = calloc(capacity + 1, sizeof *self->items)};
  return self->items != NULL;
}

/* A case of the list, with all that a verdict goes by. */
struct listed {
  const char *id;
  size_t length; /* of the part of the id that is its name */
  const char *group, *clause, *capability;
  long long level;
};

static bool list_add(struct list *self, const struct listed *item) {
  char line[1024];
  snprintf(line, sizeof line, "%.*s %s %s %lld %s", (int)item->length, item->id, item->group,
           item->clause, item->level, item->capability);
  self->items[self->count] = strdup(line);
  return self->items[self->count] && ++self->count;
}

static void list_close(struct list *self) {
  for (size_t i = 0; self->items && i < self->count; i++)
    free(self->items[i]);
  free(self->items);
}

static int compare(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Equal lines count once. */
static bool list_digest(struct list *self, char digest[DIGEST_SIZE]) {
  size_t size = 0;
  char *text = NULL;
  FILE *out = open_memstream(&text, &size);
  if (!out) return false;
  qsort(self->items, self->count, sizeof *self->items, compare);
  for (size_t i = 0; i < self->count; i++)
    if (i == 0 || strcmp(self->items[i - 1], self->items[i]) != 0)
      fprintf(out, "%s\n", self->items[i]);
  const bool written = fclose(out) == 0;
  if (written) digest_of_bytes(text, size, digest);
  free(text);
  return written;
}

/* Parts of an id: the check, and the check with its parameter. */
static size_t check_length(const char *id) {
  return strcspn(id, "/#");
}

static size_t case_length(const char *id) {
  return strcspn(id, "#");
}

static bool is_named(const suite_case *item, const char *name) {
  const bool waits = cases_waits_for_parameters(item);
  const size_t length = waits ? check_length(item->id) : case_length(item->id);
  return strncmp(item->id, name, length) == 0 && (!name[length] || (waits && name[length] == '/'));
}

uint32_t case_list_level(const char *name) {
  const suite_options options = {.library = NULL};
  suite_cases cases;
  uint32_t level = 0;
  if (!cases_list(&options, &cases)) return 0;
  for (uint32_t i = 0; i < cases.count && !level; i++)
    if (is_named(&cases.items[i], name)) level = cases.items[i].level;
  cases_free(&cases);
  return level;
}

static bool add_of_suite(struct list *self, const suite_case *item, size_t length) {
  char clause[SUITE_CLAUSE_NAME_SIZE];
  return list_add(self, &(struct listed){.id = item->id,
                                         .length = length,
                                         .group = item->group,
                                         .clause = suite_clause_name(item->clause, clause),
                                         .capability = item->capability,
                                         .level = item->level});
}

bool case_list_of_suite(char digest[DIGEST_SIZE], json_t **open) {
  const suite_options options = {.library = NULL};
  suite_cases cases;
  struct list list;
  if (!cases_list(&options, &cases)) return false;
  bool good = list_open(&list, cases.count);
  *open = json_array();
  for (uint32_t i = 0; i < cases.count && good; i++) {
    const suite_case *item = &cases.items[i];
    const bool waits = cases_waits_for_parameters(item);
    const size_t length = waits ? check_length(item->id) : case_length(item->id);
    good = add_of_suite(&list, item, length) &&
           (!waits || json_array_append_new(*open, json_stringn(item->id, length)) == 0);
  }
  good = good && list_digest(&list, digest);
  list_close(&list);
  cases_free(&cases);
  if (!good) json_decref(*open);
  return good;
}

/* The open checks, to be looked up. */
static json_t *set_of(const json_t *open) {
  json_t *set = json_object(), *name;
  size_t index;
  json_array_foreach(open, index, name) {
    if (json_is_string(name)) json_object_set_new(set, json_string_value(name), json_true());
  }
  return set;
}

/* A node test counts as such by what it says of itself too: it is of one group, level and
 * capability. */
static bool is_node_test(const struct listed *item) {
  static const char begin[] = "onnx.";
  return strncmp(item->id, begin, sizeof begin - 1) == 0 && strcmp(item->group, "onnx") == 0 &&
         strcmp(item->capability, "OPERATORS") == 0 && item->level == 3;
}

static bool add_of_run(struct list *self, const json_t *line, const json_t *open) {
  char check[256];
  struct listed item = {.id = lines_text(line, "id"),
                        .group = lines_text(line, "group"),
                        .clause = lines_text(line, "clause"),
                        .capability = lines_text(line, "capability"),
                        .level = json_integer_value(json_object_get(line, "level"))};
  if (is_node_test(&item)) return true;
  snprintf(check, sizeof check, "%.*s", (int)check_length(item.id), item.id);
  item.length = json_object_get(open, check) ? check_length(item.id) : case_length(item.id);
  return list_add(self, &item);
}

bool case_list_of_run(const json_t *cases, const json_t *open, char digest[DIGEST_SIZE]) {
  struct list list;
  size_t index;
  json_t *line, *set = set_of(open);
  bool good = list_open(&list, json_array_size(cases));
  json_array_foreach(cases, index, line) {
    good = good && add_of_run(&list, line, set);
  }
  good = good && list_digest(&list, digest);
  list_close(&list);
  json_decref(set);
  return good;
}
