#include "tool.h"

static int infer(tool *self, tn_compiled *compiled, tn_request *request, tool_outputs *outputs) {
  const tn_port_list *ports = tn_compiled_ports(compiled);
  if (!tool_outputs_prepare(self, ports, outputs)) return TOOL_FAILED;
  if (!tool_set_inputs(self, compiled, request)) return TOOL_FAILED;
  if (tn_request_infer(request, &self->error) != TN_OK) return tool_fail(self, self->argument);
  return tool_outputs_tell(self, outputs, ports, request);
}

int tool_run(tool *self) {
  tn_compiled *compiled = NULL;
  tn_request *request = NULL;
  tool_outputs outputs = {.count = 0};
  int status = TOOL_FAILED;
  if (!tool_load(self, NULL, 0, &compiled)) return TOOL_FAILED;
  if (tn_compiled_create_request(compiled, &request, &self->error) != TN_OK)
    tool_fail(self, self->argument);
  else
    status = infer(self, compiled, request, &outputs);
  tool_outputs_free(&outputs);
  if (request) tn_request_destroy(request);
  tn_compiled_destroy(compiled);
  return status;
}

int tool_compile(tool *self) {
  tn_compiled *compiled = NULL;
  if (!self->output) {
    tool_print(stderr,
               "tenon compile: -o FILE is missing: where the compiled model is written to\n");
    return TOOL_USAGE;
  }
  if (tool_same_file(self->output, self->argument)) {
    tool_print(stderr, "tenon compile: -o %s is the model itself, which would be lost\n",
               self->output);
    return TOOL_USAGE;
  }
  if (!tool_load(self, NULL, 0, &compiled)) return TOOL_FAILED;
  tn_status status = tn_compiled_export_file(compiled, NULL, self->output, &self->error);
  tn_compiled_destroy(compiled);
  return status == TN_OK ? TOOL_DONE : tool_fail(self, self->output);
}
