#include "engine/selection.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Whether two ids, with or without "#seed", name one case. */
static bool is_same_case(const char *a, const char *b) {
  size_t length = strcspn(a, "#");
  return strcspn(b, "#") == length && strncmp(a, b, length) == 0;
}

static bool has_same_check(const char *a, const char *b) {
  size_t length = strcspn(a, "/#");
  return strcspn(b, "/#") == length && strncmp(a, b, length) == 0;
}

static bool has_parameter(const char *name) {
  return name[strcspn(name, "/#")] == '/';
}

/* A name is an id without "#seed", or without "/parameter" as well: then it names all of them. */
static bool is_named(const suite_case *self, const char *name) {
  const char *asked = strchr(name, '#'), *seed = strchr(self->id, '#');
  if (cases_waits_for_parameters(self)) return has_same_check(self->id, name);
  if (asked && (!seed || strcmp(seed, asked) != 0)) return false;
  return has_parameter(name) ? is_same_case(self->id, name) : has_same_check(self->id, name);
}

bool selection_holds(const suite_options *options, const suite_case *item) {
  if (options->level && item->level > options->level) return false;
  bool in_group = options->group_count == 0, named = options->case_count == 0;
  for (uint32_t i = 0; i < options->group_count; i++)
    in_group = in_group || strcmp(options->groups[i], item->group) == 0;
  for (uint32_t i = 0; i < options->case_count; i++)
    named = named || is_named(item, options->cases[i]);
  return in_group && named;
}

bool selection_may_hold(const suite_options *options, const char *group) {
  const size_t length = strlen(group);
  bool asked = options->case_count == 0 && options->group_count == 0;
  for (uint32_t i = 0; i < options->case_count && !asked; i++)
    asked = strncmp(options->cases[i], group, length) == 0 && options->cases[i][length] == '.';
  for (uint32_t i = 0; i < options->group_count && !asked; i++)
    asked = strcmp(options->groups[i], group) == 0;
  return asked;
}

uint64_t selection_seed(const suite_options *options, const char *id) {
  for (uint32_t i = 0; i < options->case_count; i++) {
    const char *name = options->cases[i], *hash = strchr(name, '#');
    if (hash && (is_same_case(name, id) || (!has_parameter(name) && has_same_check(name, id))))
      return strtoull(hash + 1, NULL, 10);
  }
  return options->seed;
}

static bool group_exists(const char *name, const suite_cases *all) {
  for (uint32_t i = 0; i < all->count; i++)
    if (strcmp(all->items[i].group, name) == 0) return true;
  return false;
}

static const suite_case *find_case(const char *name, const suite_cases *all) {
  for (uint32_t i = 0; i < all->count; i++)
    if (is_named(&all->items[i], name)) return &all->items[i];
  return NULL;
}

static bool complain(const char *option, const char *name, const char *what) {
  fprintf(stderr, "tenon-conformance: %s: '%s' %s\n", option, name, what);
  return false;
}

/* Two seeds of one case cannot be run at once. */
static bool seeds_agree(const suite_options *options, uint32_t place) {
  for (uint32_t i = 0; i < place; i++)
    if (is_same_case(options->cases[i], options->cases[place]) &&
        strcmp(options->cases[i], options->cases[place]) != 0)
      return complain("--case", options->cases[place],
                      "is given with two seeds; run them one by one");
  return true;
}

bool selection_is_meant(const suite_options *options, const suite_cases *all) {
  for (uint32_t i = 0; i < options->group_count; i++)
    if (!group_exists(options->groups[i], all))
      return complain("--group", options->groups[i], "is no group; --list names them");
  for (uint32_t i = 0; i < options->case_count; i++) {
    if (!seeds_agree(options, i)) return false;
    const suite_case *item = find_case(options->cases[i], all);
    if (!item) return complain("--case", options->cases[i], "is no case; --list names them");
    if (!selection_holds(options, item))
      return complain("--case", options->cases[i], "is left out by --group or --level");
  }
  return true;
}

bool selection_keep(const suite_options *options, suite_cases *cases) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < cases->count; i++)
    if (selection_holds(options, &cases->items[i])) cases->items[count++] = cases->items[i];
  cases->count = count;
  if (count == 0)
    fprintf(stderr,
            "tenon-conformance: --group and --level together select no case; --list names all\n");
  return count > 0;
}
