#include "passes/pass.h"

#include "passes/shape.h"

static const tni_pass passes[] = {
    {"ConstantFolding", "computes what depends on constants only", tni_fold_constants},
    {"CommonSubexpressions", "computes once what several nodes compute",
     tni_merge_common_subexpressions},
    {"DeadCode", "removes what nobody uses", tni_remove_dead_code},
};

enum { PASS_COUNT = sizeof passes / sizeof *passes };

uint32_t tni_pass_count(void) {
  return PASS_COUNT;
}

const tni_pass *tni_pass_at(uint32_t index) {
  return &passes[index];
}

static tn_status check_name(tn_string name, tn_error *error) {
  for (uint32_t i = 0; i < PASS_COUNT; i++)
    if (tn_string_equal(name, tn_string_from(passes[i].name))) return TN_OK;
  return tni_fail(error, TN_INVALID_ARGUMENT, "there is no transformation \"%.*s\"",
                  TNI_TEXT(name));
}

static int is_among(const char *name, const tn_string *names, uint32_t count) {
  for (uint32_t i = 0; i < count; i++)
    if (tn_string_equal(names[i], tn_string_from(name))) return 1;
  return 0;
}

tn_status tni_passes_run(tni_model *model, const tn_string *disabled, uint32_t disabled_count,
                         tn_error *error) {
  for (uint32_t i = 0; i < disabled_count; i++)
    TN_TRY(check_name(disabled[i], error));
  TN_TRY(tni_infer_shapes(model, NULL, error));
  for (uint32_t i = 0; i < PASS_COUNT; i++) {
    if (is_among(passes[i].name, disabled, disabled_count)) continue;
    const tn_status status = passes[i].run(model, error);
    if (status != TN_OK) return tni_fail_prefix(error, status, "%s", passes[i].name);
  }
  return tni_model_sync(model, error);
}
