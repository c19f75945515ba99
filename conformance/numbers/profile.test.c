#include "numbers/profile.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include <string.h>

#include "numbers/operator_cases.h"

Test(profile, knows_its_names) {
  char names[200];
  profile_names(names, sizeof names);
  cr_expect(eq(str, names,
               "FULL, NETWORKS_F32, NETWORKS_F16, INT8, QUANTIZED, CONVOLUTIONS_F32, "
               "CONVOLUTIONS_F16"));
  cr_expect(profile_exists("INT8"));
  cr_expect(not(profile_exists("INT")));
  cr_expect(not(profile_exists("")));
}

Test(profile, asks_by_operator_type_rank_and_variant) {
  static const struct {
    const char *profile, *name;
    bool required;
  } rows[] = {{"FULL", "operator.Relu/f64.rank1", true},
              {"FULL", "operator.Nothing/f64.rank1", false},
              {"NETWORKS_F32", "operator.Relu/f32.rank4", true},
              {"NETWORKS_F32", "operator.Relu/f32.rank5", false},
              {"NETWORKS_F32", "operator.Relu/f16.rank4", false},
              {"NETWORKS_F32", "operator.LSTM/f32.rank3", false},
              {"NETWORKS_F32", "operator.Conv.edges/f32.rank4.padded", true},
              {"NETWORKS_F32", "operator.Conv.edges/f32.rank4.same", false},
              {"NETWORKS_F32", "operator.Conv.whole/f32.rank4.padded", true},
              {"CONVOLUTIONS_F32", "operator.Relu/f32.rank4", false},
              {"INT8", "quantized.strided/i8", true},
              {"INT8", "quantized.strided/qdq_i8", false},
              {"QUANTIZED", "quantized.mat_mul/qdq_u8", true},
              {"QUANTIZED", "quantized.mat/qdq_u8", false},
              {"QUANTIZED", "operator.Conv/f32.rank4", false},
              {"FULL", "infer.model/conv_qdq_i8", false},
              {"NONE", "operator.Relu/f32.rank4", false}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    cr_expect(eq(int, profile_requires(rows[i].profile, rows[i].name), rows[i].required), "%s %s",
              rows[i].profile, rows[i].name);
}

static bool note_words(void *user, const operator_spec *spec) {
  uint32_t *inside = user;
  *inside += profile_requires("NETWORKS_F32", spec->name);
  return true;
}

Test(profile, has_many_cases) {
  uint32_t inside = 0;
  operator_cases_visit(note_words, &inside);
  cr_expect(gt(u32, inside, 250));
}
