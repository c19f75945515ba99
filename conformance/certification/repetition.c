#include "certification/repetition.h"

#include <fcntl.h>
#include <string.h>

#include "certification/document.h"
#include "certification/file_bytes.h"
#include "certification/shape.h"
#include "engine/plain_text.h"
#include "report/lines.h"

enum { ONE_IN = 20 };

static const shape_member members[] = {
    {"events", SHAPE_DIGEST, false, NULL}, {"drawn", SHAPE_COUNT, false, NULL},
    {"equal", SHAPE_COUNT, false, NULL},   {"different", SHAPE_COUNT, false, NULL},
    {"cases", SHAPE_OBJECTS, false, NULL},
};
static const json_shape shape = SHAPE_OF(members);

static json_int_t count_of(const json_t *self, const char *name) {
  return json_integer_value(json_object_get(self, name));
}

static json_t *refuse(const char *path, const char *why) {
  plain_text_print_line(stderr, "tenon-conformance: %s: %s", path, why);
  return NULL;
}

static json_t *take(const char *path, const file_bytes *file, const json_t *result,
                    const evidence *run) {
  char digest[DIGEST_SIZE], why[200];
  if (!shape_check(&shape, result, why, sizeof why)) return refuse(path, why);
  if (strcmp(lines_text(result, "events"), run->root) != 0)
    return refuse(path, "is the repetition of another run");
  if (json_array_size(json_object_get(result, "cases")) != (size_t)count_of(result, "drawn"))
    return refuse(path, "tells another number of cases than were drawn");
  digest_of_bytes(file->data, file->size, digest);
  return json_pack("{s:s, s:I, s:I, s:I}", "sha256", digest, "drawn", count_of(result, "drawn"),
                   "equal", count_of(result, "equal"), "different", count_of(result, "different"));
}

json_t *repetition_read(const char *path, const evidence *run) {
  file_bytes file;
  if (!file_bytes_read(AT_FDCWD, path, DOCUMENT_MOST_BYTES, &file)) return NULL;
  json_t *result = json_loadb(file.data, file.size, JSON_REJECT_DUPLICATES, NULL);
  json_t *member = result ? take(path, &file, result, run) : refuse(path, "is no JSON");
  json_decref(result);
  file_bytes_free(&file);
  return member;
}

/* Whether a case is a model with inputs and outputs, which the runtime can be given as well. */
static bool can_be_repeated(const json_t *line) {
  const char *group = lines_text(line, "group");
  return strcmp(group, "onnx") == 0 || strcmp(group, "operator") == 0;
}

static json_int_t count_passed(const evidence *run) {
  json_int_t count = 0;
  size_t index;
  json_t *line;
  json_array_foreach(run->run.cases, index, line) count +=
      can_be_repeated(line) && strcmp(lines_text(line, "state"), case_state_name(CASE_PASS)) == 0;
  return count;
}

const char *repetition_is_refused(const json_t *repetition, const evidence *run) {
  const json_int_t passed = count_passed(run), drawn = count_of(repetition, "drawn");
  if (!repetition)
    return passed ? "node tests or operator cases passed, and none was repeated through the runtime"
                  : NULL;
  if (drawn < (passed + ONE_IN - 1) / ONE_IN)
    return "less than one in twenty of the node tests and operator cases that passed was repeated";
  if (count_of(repetition, "different") != 0 || count_of(repetition, "equal") != drawn)
    return "repeated through the runtime, a case has another result";
  return NULL;
}
