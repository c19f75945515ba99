/* Checks of the names that query answers by: those of the original nodes. */
#define TN_GROUP "query"
#include <string.h>

#include "engine/altered.h"
#include "engine/check.h"
#include "engine/observe.h"

/* A fused model: one node that stands for several of the original model. */
static tn_status fuse(tni_model *model, void *user, tn_error *error) {
  (void)user;
  tni_node *first = model->graph->first_node;
  TN_TRY(tni_node_add_origin(first, TN_STRING("an original node"), error));
  return tni_node_add_origin(first, TN_STRING("another original node"), error);
}

TN_CHECK(
    query_origins, QUERY, 2, 0,
    "a node that stands for several of the original model is answered by each of their names") {
  seen_answers answers;
  tn_model *model = altered_model(t, t->setup->carrier, fuse, NULL);
  REQUIRE(model != NULL);
  REQUIRE_OK(see_query(t, t->plugin, model, NULL, &answers, &t->error));
  const tn_node *node = model->graph->nodes[0];
  const tn_node_support *first = answer_for(&answers, node->origins[0]);
  REQUIRE(node->origin_count == 3 && first != NULL);
  for (uint64_t i = 0; i < node->origin_count; i++) {
    const tn_node_support *answer = answer_for(&answers, node->origins[i]);
    EXPECT_THAT(answer != NULL, "query answers for the original node %.*s",
                TNI_TEXT(node->origins[i]));
    EXPECT_THAT(!answer || answer->supported == first->supported,
                "query says the same of all originals of one node");
  }
  EXPECT(answers.count == model->graph->node_count + 2);
}

/* Every node stands for one original more, and all for the same. */
static const char shared_name[] = "an original of all nodes";

/* Gives the first node a version that nobody knows: it is refused, and those behind it are not. */
static tn_status refuse_first(tni_model *model, tn_error *error) {
  enum { UNKNOWN = 1000 };
  model->graph->first_node->view.since_version = UNKNOWN;
  return tni_model_set_operator_set(model, TN_STRING(""), UNKNOWN, error);
}

static tn_status share(tni_model *model, void *user, tn_error *error) {
  for (tni_node *node = model->graph->first_node; node; node = node->next)
    TN_TRY(tni_node_add_origin(node, tn_string_from(shared_name), error));
  return *(const bool *)user ? refuse_first(model, error) : TN_OK;
}

static const char *const shared[] = {"chain", "network_f32", "unknown_operator", "first_refused",
                                     NULL};

TN_CHECK_WITH(query_shared_original, QUERY, 2, 0,
              "an original that several nodes stand for is answered once, and is supported only "
              "when all of them are",
              .names = shared) {
  seen_answers answers;
  bool first_refused = strcmp(t->parameter, "first_refused") == 0;
  tn_model *model = altered_model(t, first_refused ? "chain" : t->parameter, share, &first_refused);
  REQUIRE(model != NULL);
  REQUIRE_OK(see_query(t, t->plugin, model, NULL, &answers, &t->error));
  uint32_t found = 0;
  bool all = true, is_supported = false;
  for (uint32_t i = 0; i < answers.count; i++) {
    const bool is_shared = tn_string_is(answers.items[i]->name, shared_name);
    found += is_shared ? 1 : 0;
    if (is_shared)
      is_supported = answers.items[i]->supported;
    else
      all = all && answers.items[i]->supported;
  }
  EXPECT_THAT(found == 1, "query answers once for the original of all nodes; it does %u times",
              found);
  EXPECT_THAT(is_supported == all, "the original of all nodes is %s, since %s",
              all ? "supported" : "refused", all ? "every node is" : "a node is");
  EXPECT(answers.count == model->graph->node_count + 1);
}
