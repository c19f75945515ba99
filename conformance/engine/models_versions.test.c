/* What the suite says that a node of an older set means is what an upgrade of it computes. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include <math.h>
#include <string.h>

#include "engine/models.h"
#include "graph/graph.h"
#include "graph/tensor.h"
#include "ops/interpreter.h"
#include "passes/upgrade.h"

static tn_tensor *output_of(tn_model *model) {
  const tni_environment *system = tni_environment_system();
  const tn_value_info *port = model->graph->inputs[0];
  int64_t shape[TN_MAX_RANK];
  tn_tensor *x = NULL, *y = NULL;
  tni_interpreter *interpreter = NULL;
  tn_error error;
  for (uint32_t i = 0; i < port->rank; i++)
    shape[i] = port->dimensions[i].max;
  cr_assert(eq(int, tni_tensor_create(system, port->type, port->rank, shape, &x, &error), TN_OK));
  suite_fill(x, 5, 0);
  const tni_run_options options = {.inputs = &x, .outputs = &y};
  cr_assert(eq(int, tni_interpreter_create(model, system, &interpreter, &error), TN_OK), "%s",
            error.message);
  cr_assert(eq(int, tni_interpreter_run(interpreter, &options, &error), TN_OK), "%s",
            error.message);
  tni_interpreter_destroy(interpreter);
  tn_tensor_release(x);
  return y;
}

/* The old form, upgraded; NULL where that is refused. */
static tn_model *upgraded(const char *name) {
  tn_model *old = NULL, *view = NULL;
  tni_model *model = NULL;
  tn_error error;
  cr_assert(eq(int, suite_build_old_form(tni_environment_system(), name, &old, &error), TN_OK),
            "%s: %s", name, error.message);
  cr_assert(eq(int, tni_model_clone(old, tni_environment_system(), &model, &error), TN_OK));
  tn_model_release(old);
  const tn_status status = tni_upgrade_and_infer(model, NULL, &error);
  if (status == TN_UNSUPPORTED) {
    tni_model_destroy(model);
    return NULL;
  }
  cr_assert(eq(int, status, TN_OK), "%s: %s", name, error.message);
  cr_assert(eq(int, tni_model_freeze(model, &view, &error), TN_OK));
  return view;
}

static void expect_same(const char *name, const tn_tensor *one, const tn_tensor *other) {
  const float *a = one->data, *b = other->data;
  cr_assert(tni_tensor_same_shape(one, other->rank, other->shape), "%s", name);
  for (uint64_t i = 0; i < tn_tensor_element_count(one); i++)
    cr_expect(le(dbl, fabs((double)a[i] - (double)b[i]), 1e-6), "%s", name);
}

Test(models_versions, mean_what_an_upgrade_computes) {
#define NAME(name, set) #name "_" #set,
  static const char *const names[] = {SUITE_VERSION_MAP(NAME)};
  uint32_t compared = 0;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    tn_model *newest = NULL, *old = upgraded(names[i]);
    tn_error error;
    if (!old) continue;
    cr_assert(eq(int, suite_model_find(names[i])->build(tni_environment_system(), &newest, &error),
                 TN_OK));
    tn_tensor *one = output_of(old), *other = output_of(newest);
    expect_same(names[i], one, other);
    tn_tensor_release(one);
    tn_tensor_release(other);
    tn_model_release(old);
    tn_model_release(newest);
    compared++;
  }
  cr_expect(ge(u32, compared, sizeof names / sizeof *names - 1)); /* Add of version 6 is refused */
}
