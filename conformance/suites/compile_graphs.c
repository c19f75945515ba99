/* Checks of models whose nodes hold graphs. */
#define TN_GROUP "compile"
#include <stdio.h>

#include "engine/altered.h"
#include "engine/observe.h"

/* Gives the nodes of the graph at attribute `user` an operator that nobody has. */
static tn_status alter_inner(tni_model *model, void *user, tn_error *error) {
  TN_TRY(tni_model_sync(model, error));
  for (tni_node *node = model->graph->first_node; node; node = node->next) {
    const tn_attribute *graph = tn_node_attribute(&node->view, tn_string_from(user));
    if (!graph || graph->kind != TN_ATTRIBUTE_GRAPH) continue;
    for (uint32_t i = 0; i < graph->as.graphs[0]->node_count; i++)
      TN_TRY(tni_node_set_operator(tni_node_of(graph->as.graphs[0]->nodes[i]), TN_STRING(""),
                                   TN_STRING("NobodyHasThis"), 1, error));
  }
  return TN_OK;
}

static const char *const branches[] = {"then_branch", "else_branch", NULL};

TN_CHECK_WITH(compile_unknown_in_graph, OPERATOR, 1, 0,
              "a node whose graph holds an operator that nobody has is unsupported, and refused",
              .names = branches) {
  char attribute[TEST_PARAMETER_SIZE];
  tn_compiled_model *out = test_poison();
  seen_answers answers;
  snprintf(attribute, sizeof attribute, "%s", t->parameter);
  tn_model *view = altered_model(t, "branches", alter_inner, attribute);
  REQUIRE(view != NULL);
  REQUIRE_OK(see_query(t, t->plugin, view, NULL, &answers, &t->error));
  const tn_node_support *answer = answer_for(&answers, TN_STRING("choose"));
  EXPECT(answer && !answer->supported);
  EXPECT_STATUS(tn_plugin_compile(t->plugin, t->device, view, NULL, &out, &t->error),
                TN_UNSUPPORTED);
  EXPECT(out == test_poison());
}
