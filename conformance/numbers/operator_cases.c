#include "numbers/operator_cases.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numbers/tolerance.h"
#include "ops/types.h"

/* Types whose cases cover every rank; the others are tried at two ranks, since kernels differ by
 * type or by rank, and hardly by both. */
static const uint64_t every_rank =
    TNI_TYPE(TN_F32) | TNI_TYPE(TN_F16) | TNI_TYPE(TN_I32) | TNI_TYPE(TN_BOOL);

/* Kernels that read a layout of their own differ by the width of elements. */
static const uint64_t laid_out = TNI_TYPE(TN_F32) | TNI_TYPE(TN_F16) | TNI_TYPE(TN_I8);

static bool is_tried(const recipe *row, uint32_t type, uint32_t rank, const case_kind *kind) {
  if (kind->fill == 'l') {
    if (!tni_type_in(type, laid_out)) return false;
    return !*row->ranks || rank == (strchr(row->ranks, '4') ? 4 : 3);
  }
  if (kind->fill == 's' || kind->fill == 'f' || kind->fill == 'd') {
    if (!tni_type_in(type, TNI_FLOAT_TYPES)) return false;
    const size_t last = strlen(row->ranks) - 1; /* of more elements than there are kinds of them */
    return !*row->ranks || rank == (uint32_t)(row->ranks[last < 2 ? last : 2] - '0');
  }
  if (kind->fill == 'b' && !tni_type_in(type, TNI_FLOAT_TYPES)) return false;
  if (kind->fill == 'b' && *row->ranks) return rank == 2 || rank == 3;
  if (!*row->ranks || tni_type_in(type, every_rank)) return true;
  return rank == 1 || rank == 4 || strlen(row->ranks) < 3;
}

static bool visit_ranks(const recipe *row, uint32_t type, const case_kind *kind,
                        bool (*visit)(void *user, const operator_spec *spec), void *user) {
  operator_spec spec;
  const uint32_t ranks = *row->ranks ? SPEC_RANKS : 1;
  for (uint32_t rank = 0; rank < ranks; rank++) {
    if (*row->ranks && !strchr(row->ranks, (int)('0' + rank))) continue;
    if (!is_tried(row, type, rank, kind) || !spec_make(row, type, rank, kind, &spec)) continue;
    if (kind->layout && !spec_lies_otherwise(&spec)) continue;
    if (!visit(user, &spec)) return false;
  }
  return true;
}

void operator_cases_visit(bool (*visit)(void *user, const operator_spec *spec), void *user) {
  for (uint32_t i = 0; i < suite_recipe_count; i++) {
    const recipe *row = &suite_recipes[i];
    const uint64_t types = spec_types(row);
    for (uint32_t k = 0; k < case_kind_count; k++) {
      const case_kind *kind = &case_kinds[k];
      if (!recipe_has_kind(row, kind)) continue;
      for (uint32_t type = types ? 1 : TN_F32; type < 64; type++) {
        if (types && !tni_type_in(type, types)) continue;
        if (!visit_ranks(row, type, kind, visit, user)) return;
        if (!types) break; /* the recipe writes its types */
      }
    }
  }
}

/* --- checks ------------------------------------------------------------------------------------
 */

struct listed_check {
  test_check check;
  char name[64];
  const char **names;
  uint32_t count, capacity;
};

static struct listed_check *checks;
static uint32_t check_count, check_capacity;

static void *grown(void *memory, uint32_t *capacity, size_t size) {
  *capacity = *capacity ? *capacity * 2 : 16;
  void *more = realloc(memory, *capacity * size);
  if (more) return more;
  fprintf(stderr, "tenon-conformance: there is no memory for the list of operator cases\n");
  exit(4);
}

static uint32_t clause_of(const operator_spec *spec) {
  const tolerance *row = tolerance_of(spec->op->name);
  if (spec->kind->clause) return spec->kind->clause;
  if (row->rule != TOLERANCE_NEAR) return 3;
  return row->terms == TOLERANCE_SIZE_NONE ? 10 : 2;
}

/* The check of an operator and a kind, made when it is new. */
static struct listed_check *check_for(const operator_spec *spec) {
  char name[64];
  snprintf(name, sizeof name, "%s%s%s", spec->op->name, *spec->kind->name ? "." : "",
           spec->kind->name);
  for (uint32_t i = check_count; i-- > 0;)
    if (strcmp(checks[i].name, name) == 0) return &checks[i];
  if (check_count == check_capacity) checks = grown(checks, &check_capacity, sizeof *checks);
  struct listed_check *made = &checks[check_count++];
  memset(made, 0, sizeof *made);
  memcpy(made->name, name, sizeof name);
  made->check = (test_check){.group = "operator",
                             .clause = TNI_CLAUSE(OPERATOR, clause_of(spec)),
                             .text = spec->kind->text,
                             .run = operator_case_run,
                             .file = "conformance/numbers/recipes.def"};
  return made;
}

static bool list_case(void *user, const operator_spec *spec) {
  struct listed_check *listed = check_for(spec);
  (void)user;
  if (listed->count + 1 >= listed->capacity)
    listed->names = grown(listed->names, &listed->capacity, sizeof *listed->names);
  const char *parameter = strdup(strchr(spec->name, '/') + 1);
  if (!parameter) exit(4); /* the suite itself is out of memory */
  listed->names[listed->count++] = parameter;
  listed->names[listed->count] = NULL;
  return true;
}

uint32_t operator_checks_open(void) {
  if (check_count) return check_count;
  operator_cases_visit(list_case, NULL);
  for (uint32_t i = 0; i < check_count; i++) {
    checks[i].check.name = checks[i].name;
    checks[i].check.names = checks[i].names;
    checks[i].check.line = i + 1; /* in the order of the recipes */
  }
  return check_count;
}

const test_check *operator_check_at(uint32_t index) {
  return index < check_count ? &checks[index].check : NULL;
}
