#include "engine/computed.h"

#include <stdio.h>

#include "engine/observe.h"

static bool supports_all(const seen_answers *answers) {
  for (uint32_t i = 0; i < answers->count; i++)
    if (!answers->items[i]->supported) return false;
  return true;
}

bool computed_supports(test *t, tn_model *model) {
  seen_answers answers;
  return model && see_query(t, t->plugin, model, NULL, &answers, NULL) == TN_OK &&
         supports_all(&answers);
}

void computed_miss(test_parameters *found, const char *name, tn_status status) {
  char call[80];
  snprintf(call, sizeof call, "query of %.60s", name);
  test_miss_parameters(found, call, status);
}

void computed_find(test *t, test_parameters *found, const char *name) {
  seen_answers answers;
  tn_model *model = test_model(t, name);
  if (!model) return; /* which is told */
  const tn_status status = see_query(t, t->plugin, model, NULL, &answers, NULL);
  if (status != TN_OK)
    computed_miss(found, name, status);
  else if (supports_all(&answers))
    test_add_parameter(found, tn_string_from(name));
}

void computed_expect(test *t, tn_compiled_model *model, const char *name) {
  tn_infer_request *request = test_request(t, model);
  uint64_t seed = test_random(t);
  if (!request || !test_set_inputs(t, request, name, seed, 4)) return;
  EXPECT_OK(tn_infer_request_infer(request, &t->error));
  test_expect_outputs(t, request, name, seed, 4);
  test_destroy_request(t, request); /* a model may have no more than one at a time */
}
