/* Checks of tensors of texts. */
#define TN_GROUP "tensor"
#include <string.h>

#include "engine/check.h"

enum { ROWS = 4, COLUMNS = 6, COUNT = ROWS * COLUMNS };

/* Texts that lie in one another and are ended by nothing: only pointer and length tell them. */
static const char bytes[] = "many\0words\xc3\xa9 in one, and none of them ends";

static tn_string text_at(uint32_t index) {
  uint64_t length = index % 7 * 3; /* 0, 3, ... 18: some are empty, some hold a zero */
  return tn_string_make(length ? bytes + index % 11 : NULL, length);
}

/* A tensor of the suite that counts what is stored through its slot. */
static const tn_tensor_api *plain;
static int stored;

static tn_status store_string(tn_tensor *tensor, uint64_t index, tn_string text, tn_error *error) {
  stored++;
  return plain->set_string(tensor, index, text, error);
}

static bool fill(test *t, tn_tensor *tensor, bool turned) {
  for (uint32_t i = 0; i < COUNT; i++) {
    uint32_t at = turned ? i % COLUMNS * ROWS + i / COLUMNS : i;
    tn_status status = tensor->api->set_string(tensor, at, text_at(i), &t->error);
    if (!test_record_status(t, status, TN_OK, "set_string(tensor, index, text, &t->error)",
                            __FILE__, __LINE__))
      return false;
  }
  return true;
}

TN_CHECK(tensor_strings, TENSOR, 13, 0,
         "texts are read by pointer and length, zeros among their bytes, and are written through "
         "the tensor's slot") {
  tn_infer_request *request = test_request(t, test_compile(t, "move_STRING_ELEMENT"));
  NEED(request);
  tn_tensor *input = test_tensor(t, TN_STRING_ELEMENT, 2, (int64_t[]){ROWS, COLUMNS}),
            *output = test_tensor(t, TN_STRING_ELEMENT, 2, (int64_t[]){COLUMNS, ROWS}),
            *turned = test_tensor(t, TN_STRING_ELEMENT, 2, (int64_t[]){COLUMNS, ROWS});
  NEED(input && output && turned);
  if (!fill(t, input, false) || !fill(t, turned, true)) return;
  tn_tensor_api *counting = test_alloc(t, sizeof *counting);
  plain = output->api;
  stored = 0;
  *counting = *plain;
  counting->set_string = store_string;
  output->api = counting;
  REQUIRE_OK(tn_infer_request_set_tensor(request, 0, input, &t->error));
  REQUIRE_OK(tn_infer_request_set_tensor(request, 1, output, &t->error));
  REQUIRE_OK(tn_infer_request_infer(request, &t->error));
  EXPECT_THAT(stored >= COUNT, "every text is stored through the slot; %d were", stored);
  test_expect_equal(t, turned, output, "the texts in their new places");
  REQUIRE_OK(tn_infer_request_infer(request, &t->error)); /* texts are replaced, not piled up */
  test_expect_equal(t, turned, output, "the texts in their new places, again");
}
