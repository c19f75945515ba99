/* Reads every file of the corpus and compares with what its index expects.
 *
 *   onnx-corpus DIR
 *
 * DIR/index.json is written by scripts/fuzz_corpus.py: files, whether reading them succeeds, and
 * words of the message when it does not. Files whose stage is "infer" may be read, but then
 * upgrading and inference must refuse them. Valid files must also be well formed afterwards. */
#include "frontends/onnx/onnx.h"
#include "passes/upgrade.h"

#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

/* One entry of the index; borrowed from it. */
typedef struct entry {
  const char *file, *expect, *stage, *words;
} entry;

static tn_status read_entry(const char *folder, const entry *wanted, tn_error *error) {
  char path[PATH_MAX];
  tni_model *model = NULL;
  if (snprintf(path, sizeof path, "%s/%s", folder, wanted->file) >= (int)sizeof path)
    return tni_fail(error, TN_INVALID_ARGUMENT, "the path is too long");
  TN_TRY(tni_onnx_read_file(tni_environment_system(), tn_string_from(path), &model, error));
  tn_status status = TN_OK;
  if (strcmp(wanted->stage, "infer") == 0) {
    status = tni_upgrade_and_infer(model, NULL, error);
  } else {
    tn_model *frozen = NULL;
    status = tni_model_freeze(model, &frozen, error);
    if (status == TN_OK) {
      model = NULL;
      tn_model_release(frozen);
    }
  }
  tni_model_destroy(model);
  return status;
}

/* Whether the outcome is what the entry expects; prints why not. */
static int judge(const entry *wanted, tn_status status, const tn_error *error) {
  const int expects_error = strcmp(wanted->expect, "error") == 0;
  if (!expects_error && status != TN_OK) {
    printf("FAILED %s: expected to be read: %s\n", wanted->file, error->message);
    return 0;
  }
  if (expects_error && status == TN_OK) {
    printf("FAILED %s: expected an error with \"%s\", it was taken\n", wanted->file, wanted->words);
    return 0;
  }
  if (expects_error && (status == TN_OUT_OF_MEMORY || status == TN_INTERNAL)) {
    printf("FAILED %s: status %d: %s\n", wanted->file, (int)status, error->message);
    return 0;
  }
  /* The path stands in the message and may hold the words too. */
  const char *text = expects_error ? strstr(error->message, ".onnx: ") : NULL;
  if (expects_error && !strcasestr(text ? text + 7 : error->message, wanted->words)) {
    printf("FAILED %s: expected \"%s\" in: %s\n", wanted->file, wanted->words, error->message);
    return 0;
  }
  return 1;
}

static int take(json_t *item, const char *folder) {
  const char *words = json_string_value(json_object_get(item, "words"));
  const entry wanted = {json_string_value(json_object_get(item, "file")),
                        json_string_value(json_object_get(item, "expect")),
                        json_string_value(json_object_get(item, "stage")), words ? words : ""};
  if (!wanted.file || !wanted.expect || !wanted.stage) {
    puts("FAILED index.json: an entry lacks file, expect or stage");
    return 0;
  }
  tn_error error = {0};
  const tn_status status = read_entry(folder, &wanted, &error);
  return judge(&wanted, status, &error);
}

int main(int count, char **arguments) {
  char path[PATH_MAX];
  if (count != 2 || snprintf(path, sizeof path, "%s/index.json", arguments[1]) >= PATH_MAX) {
    fputs("usage: onnx-corpus DIR\n", stderr);
    return 2;
  }
  json_error_t trouble;
  json_t *index = json_load_file(path, 0, &trouble);
  if (!index) {
    fprintf(stderr, "onnx-corpus: %s: %s\n", path, trouble.text);
    return 1;
  }
  unsigned passed = 0;
  const unsigned total = (unsigned)json_array_size(index);
  for (unsigned i = 0; i < total; i++)
    passed += (unsigned)take(json_array_get(index, i), arguments[1]);
  json_decref(index);
  printf("%u passed, %u failed, 0 skipped\n", passed, total - passed);
  return passed != total || total == 0;
}
