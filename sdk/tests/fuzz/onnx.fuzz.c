/* Whatever the bytes, reading a model, upgrading it, inferring its shapes and optimizing it end
 * with a model that is well formed or with an error that says why. */
#include "frontends/onnx/onnx.h"
#include "passes/pass.h"
#include "passes/upgrade.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void ignore(void *user, const tn_node *node, const tn_error *why) {
  (void)user, (void)node, (void)why;
}

/* An error without words, or a failure without an error, is a defect. */
static tn_status expect_words(tn_status status, const tn_error *error) {
  if (status != TN_OK && (error->status != status || error->message[0] == 0)) abort();
  return status;
}

static tn_status prepare(tni_model *model, tn_error *error) {
  const tni_upgrade_refusal refusal = {ignore, NULL};
  TN_TRY(tni_upgrade_and_infer(model, &refusal, error));
  return tni_passes_run(model, NULL, 0, error);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  tn_error error = {0};
  tni_model *model = NULL;
  tn_model *frozen = NULL;
  if (expect_words(tni_onnx_read_memory(tni_environment_system(), data, size, NULL, &model, &error),
                   &error) != TN_OK)
    return 0;
  if (expect_words(prepare(model, &error), &error) != TN_OK) {
    tni_model_destroy(model);
    return 0;
  }
  if (tni_model_freeze(model, &frozen, &error) != TN_OK) abort();
  tn_model_release(frozen);
  return 0;
}
