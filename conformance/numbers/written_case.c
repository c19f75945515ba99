#include "numbers/written_case.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/platform/output_file.h"
#include "engine/folder.h"
#include "graph/onnx_writer.h"
#include "graph/tensor.h"
#include "numbers/operator_model.h"
#include "numbers/operator_reference.h"
#include "ops/elements.h"

/* A case while it is written. */
struct writing {
  char folder[PATH_MAX];
  const operator_spec *spec;
  operator_data data;
  expected outputs[OPERATOR_MAX_OUTPUTS];
  double absolute; /* by which an element may be off output_M.pb, at most */
};

/* A file of the data set; "" is the set itself. */
static tn_status path_of(const struct writing *self, const char *what, uint32_t number,
                         char out[PATH_MAX], tn_error *error) {
  const int length =
      *what ? snprintf(out, PATH_MAX, "%s/test_data_set_0/%s_%u.pb", self->folder, what, number)
            : snprintf(out, PATH_MAX, "%s/test_data_set_0", self->folder);
  if (length < PATH_MAX) return TN_OK;
  return tni_fail(error, TN_OUT_OF_RANGE, "--write-cases: the path is too long: %.300s",
                  self->folder);
}

/* "operator.Relu/f32.rank4" with seed 1 lies in "operator.Relu.f32.rank4.seed1". */
static tn_status make_folder(struct writing *self, const char *folder, uint64_t seed,
                             tn_error *error) {
  char name[SPEC_NAME_SIZE], path[PATH_MAX];
  snprintf(name, sizeof name, "%s", self->spec->name);
  for (char *slash = name; (slash = strchr(slash, '/')) != NULL;)
    *slash = '.';
  const int length = snprintf(self->folder, sizeof self->folder, "%s/%s.seed%llu", folder, name,
                              (unsigned long long)seed);
  if (length >= (int)sizeof self->folder)
    return tni_fail(error, TN_OUT_OF_RANGE, "--write-cases: the path is too long: %.300s", folder);
  TN_TRY(path_of(self, "", 0, path, error));
  if (folder_make(path)) return TN_OK;
  return tni_fail(error, TN_IO, "--write-cases: %.300s: %s", path, strerror(errno));
}

/* Writes a file, unless what made its text failed, and ends the text. */
static tn_status put_file(const char *path, tni_text *text, tn_status status, tn_error *error) {
  tni_output_file file;
  if (status == TN_OK) status = tni_output_file_open(&file, text->allocator, path, error);
  if (status == TN_OK)
    status = tni_output_file_close(
        &file, tni_output_file_write(&file, text->data, text->length, error), error);
  tni_text_destroy(text);
  return status;
}

static tn_status put(const struct writing *self, const char *what, uint32_t number,
                     const tn_tensor *tensor, tn_error *error) {
  const tni_environment *system = tni_environment_system();
  char path[PATH_MAX], name[32];
  tni_text text;
  TN_TRY(path_of(self, what, number, path, error));
  snprintf(name, sizeof name, "%s_%u", what, number);
  tni_text_init(&text, system->allocator);
  const tn_status status =
      tni_onnx_write_tensor(system, tn_string_from(name), tensor, &text, error);
  return put_file(path, &text, status, error);
}

/* --- what is right ------------------------------------------------------------------------------
 */

/* Whether an element is right can be told from the reference and its bound alone. */
static bool is_told_by_files(const expected *asked) {
  const uint64_t count = tn_tensor_element_count(asked->tensor);
  if (asked->chosen || asked->largest > 0) return false;
  for (uint64_t i = 0; asked->values && i < count; i++)
    if (!isfinite(asked->values[i]) || !isfinite(asked->allowed[i])) return false;
  return true;
}

static tn_status find_outputs(struct writing *self, uint64_t seed, const arithmetic *how,
                              bool *told, tn_error *error) {
  *told = true;
  for (uint32_t i = 0; i < self->spec->row->outputs; i++) {
    TN_TRY(operator_expect(self->spec, seed, i, how, &self->outputs[i], error));
    *told = *told && is_told_by_files(&self->outputs[i]);
  }
  return TN_OK;
}

static tn_status put_reals(const struct writing *self, const char *what, uint32_t number,
                           const tn_tensor *like, const double *values, tn_error *error) {
  tn_tensor *tensor = NULL;
  TN_TRY(tni_tensor_create_copy(tni_environment_system(), TN_F64, like->rank, like->shape, values,
                                &tensor, error));
  const tn_status status = put(self, what, number, tensor, error);
  tn_tensor_release(tensor);
  return status;
}

static void take_bound(struct writing *self, const expected *asked) {
  const uint64_t count = tn_tensor_element_count(asked->tensor);
  for (uint64_t i = 0; i < count; i++) {
    double rounded;
    tni_load_reals(asked->tensor->type, asked->tensor->data, (int64_t)i, 1, 1, &rounded);
    self->absolute = fmax(self->absolute, asked->allowed[i] + fabs(rounded - asked->values[i]));
  }
}

static tn_status put_output(struct writing *self, uint32_t number, tn_error *error) {
  const expected *asked = &self->outputs[number];
  TN_TRY(put(self, "output", number, asked->tensor, error));
  if (!asked->values) return TN_OK;
  take_bound(self, asked);
  TN_TRY(put_reals(self, "exact", number, asked->tensor, asked->values, error));
  return put_reals(self, "allowed", number, asked->tensor, asked->allowed, error);
}

/* --- all files ----------------------------------------------------------------------------------
 */

static tn_status put_model(const struct writing *self, tn_error *error) {
  const tni_environment *system = tni_environment_system();
  char path[PATH_MAX];
  tn_model *model = NULL;
  tni_text text;
  if (snprintf(path, sizeof path, "%s/model.onnx", self->folder) >= (int)sizeof path)
    return tni_fail(error, TN_OUT_OF_RANGE, "--write-cases: the path is too long");
  TN_TRY(operator_model_build(self->spec, &self->data, &model, error));
  tni_text_init(&text, system->allocator);
  const tn_status status = tni_onnx_write_model(system, model, &text, error);
  tn_model_release(model);
  return put_file(path, &text, status, error);
}

static tn_status put_tolerance(const struct writing *self, tn_error *error) {
  char path[PATH_MAX];
  if (snprintf(path, sizeof path, "%s/tolerance.json", self->folder) >= (int)sizeof path)
    return tni_fail(error, TN_OUT_OF_RANGE, "--write-cases: the path is too long");
  tni_text text;
  tni_text_init(&text, tni_allocator_system());
  tni_text_append_format(&text, "{\"rtol\": 0, \"atol\": %.17g}\n", self->absolute);
  const tn_status status = tni_text_status(&text);
  if (status) tni_fail(error, status, "--write-cases: no memory for a tolerance");
  return put_file(path, &text, status, error);
}

static tn_status put_all(struct writing *self, const char *folder, uint64_t seed,
                         const arithmetic *how, tn_error *error) {
  bool told;
  uint32_t port = 0;
  TN_TRY(operator_data_fill(self->spec, seed, &self->data, error));
  TN_TRY(find_outputs(self, seed, how, &told, error));
  if (!told) return TN_OK;
  TN_TRY(make_folder(self, folder, seed, error));
  TN_TRY(put_model(self, error));
  for (uint32_t i = 0; i < self->spec->input_count; i++)
    if (self->data.inputs[i] && !self->spec->inputs[i].constant)
      TN_TRY(put(self, "input", port++, self->data.inputs[i], error));
  for (uint32_t i = 0; i < self->spec->row->outputs; i++)
    TN_TRY(put_output(self, i, error));
  return put_tolerance(self, error);
}

tn_status written_case_put(const char *folder, const operator_spec *spec, uint64_t seed,
                           const arithmetic *how, tn_error *error) {
  struct writing writing = {.spec = spec};
  const tn_status status = put_all(&writing, folder, seed, how, error);
  operator_data_clear(&writing.data);
  for (uint32_t i = 0; i < OPERATOR_MAX_OUTPUTS; i++)
    expected_clear(&writing.outputs[i]);
  return status;
}
