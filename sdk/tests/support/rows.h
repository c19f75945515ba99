/** @file
 *  Models given as rows of operators, split over MINIMAL, which knows Relu alone, and TEMPLATE.
 */
#ifndef TENON_TESTS_ROWS_H
#define TENON_TESTS_ROWS_H

#include "seen.h"

#define MINIMAL_PLUGIN TENON_BUILD_DIR "/lib/tenon/plugins/libtenon_minimal.so"

static inline tn_core *core_of_two(void) {
  tn_core *core = quiet_core();
  tn_error error = {0};
  assert_ok(tn_core_register_plugin(core, MINIMAL_PLUGIN, NULL, NULL, &error));
  assert_ok(tn_core_register_plugin(core, TEMPLATE_PLUGIN, NULL, NULL, &error));
  return core;
}

struct row {
  const char *operation, *inputs[2], *output;
};

typedef void (*add_port)(onnx_bytes *graph, uint32_t field, const char *name);

static inline tn_model *read_rows(tn_core *core, const struct row *rows, const char *const *outputs,
                                  add_port add) {
  onnx_bytes graph = {.size = 0}, set = graph, file = graph;
  tn_error error = {0};
  tn_model *model = NULL;
  for (; rows->operation; rows++) {
    onnx_bytes node = {.size = 0};
    for (int i = 0; i < 2 && rows->inputs[i]; i++)
      onnx_text(&node, 1, rows->inputs[i]);
    onnx_text(&node, 2, rows->output);
    onnx_text(&node, 3, rows->output);
    onnx_text(&node, 4, rows->operation);
    onnx_message(&graph, 1, &node);
  }
  onnx_text(&graph, 2, "rows");
  add(&graph, 11, "x");
  for (; *outputs; outputs++)
    add(&graph, 12, *outputs);
  onnx_number(&set, 2, 18);
  onnx_number(&file, 1, 8);
  onnx_message(&file, 7, &graph);
  onnx_message(&file, 8, &set);
  assert_ok(tn_core_read_model_memory(core, file.data, file.size, &model, &error));
  return model;
}

static inline tn_compiled *compile_rows(tn_core *core, const struct row *rows,
                                        const char *const *outputs, add_port add) {
  tn_model *model = read_rows(core, rows, outputs, add);
  tn_compiled *compiled = NULL;
  tn_error error = {0};
  assert_ok(tn_core_compile(core, model, "HETERO:MINIMAL,TEMPLATE", NULL, &compiled, &error));
  tn_model_release(model);
  return compiled;
}

static inline tn_request *new_request(tn_compiled *compiled) {
  tn_request *request = NULL;
  tn_error error = {0};
  assert_ok(tn_compiled_create_request(compiled, &request, &error));
  return request;
}

#endif
