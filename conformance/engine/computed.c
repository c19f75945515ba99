#include "engine/computed.h"

#include "engine/observe.h"

bool computed_supports(test *t, tn_model *model) {
  seen_answers answers;
  if (!model || see_query(t, t->plugin, model, NULL, &answers, NULL) != TN_OK) return false;
  for (uint32_t i = 0; i < answers.count; i++)
    if (!answers.items[i]->supported) return false;
  return true;
}

void computed_expect(test *t, tn_compiled_model *model, const char *name) {
  tn_infer_request *request = test_request(t, model);
  uint64_t seed = test_random(t);
  if (!request || !test_set_inputs(t, request, name, seed, 4)) return;
  EXPECT_OK(tn_infer_request_infer(request, &t->error));
  test_expect_outputs(t, request, name, seed, 4);
}
