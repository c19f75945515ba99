#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "npy.h"
#include "tool.h"

/* A file's name of a port's: '/' and what else cannot stand there becomes '_'. */
static void file_name(const char *folder, tn_string name, char *out, size_t size) {
  size_t used = (size_t)snprintf(out, size, "%s/", folder);
  for (uint64_t i = 0; i < name.length && used + 5 < size; i++)
    out[used++] = name.data[i] == '/' || (unsigned char)name.data[i] < 0x20 ? '_' : name.data[i];
  snprintf(out + used, size - used, ".npy");
}

static void print_tensor(tn_string name, const tn_tensor *tensor) {
  printf("%.*s: %s [", TNI_TEXT(name), tool_type_name(tensor->type));
  for (uint32_t i = 0; i < tensor->rank; i++)
    printf(i ? ", %lld" : "%lld", (long long)tensor->shape[i]);
  printf("]\n");
}

/* A dense host tensor with the elements of an output, one reference. */
static tn_status take_output(tool *self, tn_tensor *output, tn_tensor **out) {
  TN_TRY(tn_core_create_tensor(self->core, output->type, output->rank, output->shape, out,
                               &self->error));
  tn_status status = tn_core_copy_tensor(self->core, output, *out, &self->error);
  if (status != TN_OK) tn_tensor_release(*out);
  return status;
}

static tn_status write_output(tool *self, tn_request *request, uint32_t port,
                              const tn_value_info *info) {
  tn_tensor *output = NULL, *dense = NULL;
  char path[PATH_MAX];
  TN_TRY(tn_request_get_tensor(request, port, &output, &self->error));
  print_tensor(info->name, output);
  if (!self->output) return TN_OK;
  TN_TRY(take_output(self, output, &dense));
  file_name(self->output, info->name, path, sizeof path);
  tn_status status = npy_write(dense, path, &self->error);
  tn_tensor_release(dense);
  return status;
}

static tn_status infer(tool *self, tn_compiled *compiled, tn_request *request) {
  const tn_port_list *ports = tn_compiled_ports(compiled);
  TN_TRY(tn_request_infer(request, &self->error));
  if (self->output && mkdir(self->output, 0777) != 0 && errno != EEXIST)
    return tni_fail(&self->error, TN_IO, "-o %s: %s", self->output, strerror(errno));
  for (uint32_t i = 0; i < ports->output_count; i++)
    TN_TRY(write_output(self, request, ports->input_count + i, ports->outputs[i]));
  return TN_OK;
}

int tool_run(tool *self) {
  tn_compiled *compiled = NULL;
  tn_request *request = NULL;
  int status = TOOL_FAILED;
  if (!tool_load(self, NULL, 0, &compiled)) return TOOL_FAILED;
  if (tn_compiled_create_request(compiled, &request, &self->error) != TN_OK)
    tool_fail(self, self->argument);
  else if (tool_set_inputs(self, compiled, request))
    status = infer(self, compiled, request) == TN_OK ? TOOL_DONE : tool_fail(self, self->argument);
  if (request) tn_request_destroy(request);
  tn_compiled_destroy(compiled);
  return status;
}

int tool_compile(tool *self) {
  tn_compiled *compiled = NULL;
  if (!self->output) {
    fprintf(stderr, "tenon compile: -o FILE is missing: where the compiled model is written to\n");
    return TOOL_USAGE;
  }
  if (!tool_load(self, NULL, 0, &compiled)) return TOOL_FAILED;
  tn_status status = tn_compiled_export_file(compiled, NULL, self->output, &self->error);
  tn_compiled_destroy(compiled);
  return status == TN_OK ? TOOL_DONE : tool_fail(self, self->output);
}
