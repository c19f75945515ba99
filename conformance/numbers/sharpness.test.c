/* One element that is off by eight times its bound is noticed, for every operator and element type
 * of the cases. */
/* test-labels: no-sanitizer */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "graph/tensor.h"
#include "numbers/operator_cases.h"
#include "numbers/operator_reference.h"
#include "numbers/tolerance.h"

enum { MOST_PAIRS = 4096 };

struct tally {
  char (*seen)[64];               /* "Relu/f32" */
  uint32_t pairs;                 /* operators x types: those seen */
  uint32_t corruptions, accepted; /* of the gate */
};

static void count_pair(struct tally *tally, const operator_spec *spec) {
  char name[64];
  snprintf(name, sizeof name, "%s/%s", spec->op->name, spec_type_name(spec->type));
  for (uint32_t i = 0; i < tally->pairs; i++)
    if (strcmp(name, tally->seen[i]) == 0) return;
  cr_assert(lt(u32, tally->pairs, MOST_PAIRS));
  memcpy(tally->seen[tally->pairs++], name, sizeof name);
}

/* A few elements of each output are moved, one at a time: the gate draws one for each seed. */
static void try_output(struct tally *tally, const operator_spec *spec, const expected *asked) {
  gate_result gate;
  tn_error error;
  for (uint64_t seed = 0; seed < 4; seed++) {
    cr_assert(eq(int, expected_try(asked, seed, &gate, &error), TN_OK));
    tally->corruptions += gate.applicable;
    tally->accepted += gate.accepted;
    cr_expect(eq(u32, gate.accepted, 0), "%s: %s would pass", spec->name,
              gate.first ? gate.first : "");
  }
}

static bool try_case(void *user, const operator_spec *spec) {
  struct tally *tally = user;
  const arithmetic how = {.precision = TN_ANY_TYPE, .mode = ARITHMETIC_ACCURACY};
  char why[200];
  count_pair(tally, spec);
  for (uint32_t output = 0; output < spec->row->outputs; output++) {
    expected asked = {.tensor = NULL};
    tn_error error;
    cr_assert(eq(int, operator_expect(spec, 5, output, &how, &asked, &error), TN_OK), "%s: %s",
              spec->name, error.message);
    cr_expect(expected_accepts(&asked, asked.tensor, why, sizeof why),
              "%s: the reference, rounded, does not pass: %s", spec->name, why);
    try_output(tally, spec, &asked);
    expected_clear(&asked);
  }
  return true;
}

Test(sharpness, every_operator_and_type, .timeout = 300) {
  static char seen[MOST_PAIRS][64];
  struct tally tally = {.seen = seen};
  operator_cases_visit(try_case, &tally);
  printf("sharpness: %u of %u corruptions noticed, over %u pairs of operator and element type\n",
         tally.corruptions - tally.accepted, tally.corruptions, tally.pairs);
  cr_expect(gt(u32, tally.pairs, 500));
}

/* Where bounds are wide, the outputs of every seed have to be larger than they are. */
static bool is_wide(const operator_spec *spec) {
  static const char *const recurrent[] = {"RNN", "GRU", "LSTM"};
  for (size_t i = 0; i < sizeof recurrent / sizeof *recurrent; i++)
    if (strcmp(spec->op->name, recurrent[i]) == 0) return true;
  return false;
}

static bool try_seeds(void *user, const operator_spec *spec) {
  enum { SEEDS = 200 };
  const arithmetic how = {.precision = TN_ANY_TYPE, .mode = ARITHMETIC_ACCURACY};
  uint32_t *tried = user;
  for (uint64_t seed = 0; is_wide(spec) && seed < SEEDS; seed++)
    for (uint32_t output = 0; output < spec->row->outputs; output++) {
      expected asked = {.tensor = NULL};
      gate_result gate;
      tn_error error;
      cr_assert(eq(int, operator_expect(spec, seed, output, &how, &asked, &error), TN_OK));
      cr_assert(eq(int, expected_try(&asked, seed, &gate, &error), TN_OK));
      cr_expect(eq(u32, gate.accepted, 0), "%s, seed %d: %s would pass", spec->name, (int)seed,
                gate.first ? gate.first : "");
      expected_clear(&asked);
      ++*tried;
    }
  return true;
}

Test(sharpness, every_seed_of_wide_bounds, .timeout = 300) {
  uint32_t tried = 0;
  operator_cases_visit(try_seeds, &tried);
  cr_expect(gt(u32, tried, 1000));
}
