#include "tenon/kit/onnx.h"

#include "base/fault_allocator.h"
#include "graph/graph.h"
#include "graph/test_models.h"
#include "kit/engine.h"

#include <criterion/criterion.h>
#include <string.h>

/* As much of an engine as models need. */
struct small_engine {
  tn_kit_engine engine;
  tni_kit_engine kit;
};

static void init_engine(struct small_engine *self, const tni_allocator *allocator) {
  memset(self, 0, sizeof *self);
  self->engine.kit = &self->kit;
  self->kit.allocator = *allocator;
  self->kit.maker = *tni_environment_system()->maker;
  self->kit.environment.allocator = &self->kit.allocator;
  self->kit.environment.maker = &self->kit.maker;
}

static tn_model *branches(const tni_environment *environment) {
  tni_model *model;
  tn_model *frozen;
  cr_assert_eq(tni_test_model_with_branches(environment, &model, NULL), TN_OK);
  cr_assert_eq(tni_model_freeze(model, &frozen, NULL), TN_OK);
  return frozen;
}

/* A model as bytes. */
struct written {
  void *file, *rest;
  uint64_t file_size, rest_size;
};

static tn_status write_model(const tn_kit_engine *engine, const tn_model *model,
                             struct written *out, tn_error *error) {
  memset(out, 0, sizeof *out);
  const tn_status status = tn_kit_onnx_write(engine, model, &out->file, &out->file_size, error);
  if (status != TN_OK) return status;
  return tn_kit_onnx_write_rest(engine, model, &out->rest, &out->rest_size, error);
}

static tn_status read_model(tn_kit_engine *engine, const struct written *written, tn_model **out,
                            tn_error *error) {
  const tn_bytes file = {written->file, written->file_size};
  const tn_bytes rest = {written->rest, written->rest_size};
  return tn_kit_onnx_read(engine, file, rest, out, error);
}

static void free_written(const tn_kit_engine *engine, struct written *written) {
  tn_kit_free(engine, written->file);
  tn_kit_free(engine, written->rest);
}

Test(kit_onnx, what_was_written_and_read_is_written_the_same_again) {
  struct small_engine self;
  struct written first, second;
  tn_error error;
  init_engine(&self, tni_allocator_system());
  tn_model *model = branches(&self.kit.environment), *copy = NULL;
  memset(&error, 0, sizeof error);
  cr_assert_eq(write_model(&self.engine, model, &first, &error), TN_OK, "%s", error.message);
  cr_assert_eq(read_model(&self.engine, &first, &copy, &error), TN_OK, "%s", error.message);
  cr_assert_eq(write_model(&self.engine, copy, &second, &error), TN_OK, "%s", error.message);
  cr_assert_eq(first.file_size, second.file_size);
  cr_assert_eq(memcmp(first.file, second.file, (size_t)first.file_size), 0);
  cr_assert_eq(first.rest_size, second.rest_size);
  cr_assert_eq(memcmp(first.rest, second.rest, (size_t)first.rest_size), 0);
  cr_assert(tn_string_equal(model->name, copy->name));
  cr_assert_eq(copy->graph->node_count, model->graph->node_count);
  free_written(&self.engine, &first);
  free_written(&self.engine, &second);
  tn_model_release(copy);
  tn_model_release(model);
}

Test(kit_onnx, a_model_of_an_older_operator_set_stays_one) {
  struct small_engine self;
  struct written written;
  tn_error error;
  memset(&error, 0, sizeof error);
  init_engine(&self, tni_allocator_system());
  tni_model *model;
  tni_node *node;
  tni_value *x, *y;
  tn_model *frozen, *copy = NULL;
  cr_assert_eq(tni_model_create(&self.kit.environment, TN_STRING("old"), &model, NULL), TN_OK);
  cr_assert_eq(tni_model_set_operator_set(model, TN_STRING(""), 13, NULL), TN_OK);
  cr_assert_eq(tni_graph_add_value(model->graph, TN_STRING("x"), &x, NULL), TN_OK);
  cr_assert_eq(tni_graph_add_value(model->graph, TN_STRING("y"), &y, NULL), TN_OK);
  tni_value_set_type(x, TN_F32);
  tni_value_set_type(y, TN_F32);
  cr_assert_eq(tni_graph_add_input(model->graph, x, NULL), TN_OK);
  cr_assert_eq(tni_graph_add_node(model->graph, TN_STRING("one"), TN_STRING(""), TN_STRING("Relu"),
                                  13, &node, NULL),
               TN_OK);
  cr_assert_eq(tni_node_add_origin(node, TN_STRING("one"), NULL), TN_OK);
  cr_assert_eq(tni_node_set_inputs(node, 1, &x, NULL), TN_OK);
  cr_assert_eq(tni_node_set_outputs(node, 1, &y, NULL), TN_OK);
  cr_assert_eq(tni_graph_add_output(model->graph, y, NULL), TN_OK);
  cr_assert_eq(tni_model_freeze(model, &frozen, NULL), TN_OK);
  cr_assert_eq(write_model(&self.engine, frozen, &written, &error), TN_OK, "%s", error.message);
  cr_assert_eq(read_model(&self.engine, &written, &copy, &error), TN_OK, "%s", error.message);
  cr_expect_eq(copy->operator_sets[0]->version, 13);
  cr_expect_eq(copy->graph->nodes[0]->since_version, 13);
  free_written(&self.engine, &written);
  tn_model_release(copy);
  tn_model_release(frozen);
}

Test(kit_onnx, a_damaged_rest_is_malformed) {
  static const char *const bad[] = {"x",
                                    "d 0 0 1 2 0",
                                    "d 9 0 1 2 0\n",
                                    "d 0 99 1 2 0\n",
                                    "d 0 0 3 2 0\n",
                                    "d 0 0 1 2 7\n",
                                    "n 99 batch\n",
                                    "n -1 batch\n",
                                    "o 6 nobody\n",
                                    "s 4 make\n",
                                    "d 0 0 1\n",
                                    "n 5 batch"};
  struct small_engine self;
  struct written written;
  init_engine(&self, tni_allocator_system());
  tn_model *model = branches(&self.kit.environment), *copy = NULL;
  cr_assert_eq(write_model(&self.engine, model, &written, NULL), TN_OK);
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    const tn_bytes file = {written.file, written.file_size}, rest = {bad[i], strlen(bad[i])};
    cr_assert_eq(tn_kit_onnx_read(&self.engine, file, rest, &copy, NULL), TN_MALFORMED, "case %zu",
                 i);
  }
  cr_assert_null(copy);
  free_written(&self.engine, &written);
  tn_model_release(model);
}

/* The reader tells operator sets, versions and types that it does not know apart from damage; in a
 * blob they are damage. */
Test(kit_onnx, a_damaged_file_is_malformed) {
  struct small_engine self;
  struct written written;
  init_engine(&self, tni_allocator_system());
  tn_model *model = branches(&self.kit.environment);
  cr_assert_eq(write_model(&self.engine, model, &written, NULL), TN_OK);
  const tn_bytes rest = {written.rest, written.rest_size};
  size_t malformed = 0;
  for (uint64_t i = 0; i < written.file_size; i++) {
    uint8_t *byte = (uint8_t *)written.file + i;
    for (int bit = 0; bit < 8; bit++, *byte ^= (uint8_t)(1u << (bit - 1))) {
      tn_model *copy = NULL;
      tn_error error = {0};
      *byte ^= (uint8_t)(1u << bit);
      const tn_bytes file = {written.file, written.file_size};
      const tn_status status = tn_kit_onnx_read(&self.engine, file, rest, &copy, &error);
      cr_assert(status == TN_OK || status == TN_MALFORMED, "bit %d of byte %llu: %u: %s", bit,
                (unsigned long long)i, status, error.message);
      cr_assert_eq(copy == NULL, status != TN_OK);
      if (copy) tn_model_release(copy);
      malformed += status == TN_MALFORMED;
    }
  }
  cr_expect_gt(malformed, written.file_size);
  free_written(&self.engine, &written);
  tn_model_release(model);
}

static tn_status attempt(const tni_allocator *allocator, void *user) {
  struct small_engine self;
  struct written written;
  tn_model *copy = NULL;
  init_engine(&self, allocator);
  tn_status status = write_model(&self.engine, user, &written, NULL);
  if (status == TN_OK) status = read_model(&self.engine, &written, &copy, NULL);
  if (copy) tn_model_release(copy);
  free_written(&self.engine, &written);
  return status;
}

Test(kit_onnx, survives_each_failed_allocation) {
  tn_model *model = branches(tni_environment_system());
  cr_assert_gt(tni_fault_sweep(attempt, model), 20);
  tn_model_release(model);
}
