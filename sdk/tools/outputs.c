/* The outputs of a request: told, and written to files. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/text.h"
#include "npy.h"
#include "tool.h"

/* What cannot stand in a file's name becomes '_'. NULL without memory. */
static char *make_path(const char *folder, tn_string name, const char *tail) {
  tni_text text;
  tni_text_init(&text, tni_allocator_system());
  tni_text_append_format(&text, "%s/", folder);
  const size_t start = text.length;
  tni_text_append(&text, name);
  for (size_t i = start; i < text.length; i++)
    if (text.data[i] == '/' || (unsigned char)text.data[i] < 0x20) text.data[i] = '_';
  tni_text_append_format(&text, "%s.npy", tail);
  char *path = tni_text_status(&text) == TN_OK ? tni_text_take(&text) : NULL;
  tni_text_destroy(&text);
  return path;
}

static bool is_taken(const tool_outputs *outputs, const char *path) {
  for (uint32_t i = 0; i < outputs->count; i++)
    if (strcmp(outputs->paths[i], path) == 0) return true;
  return false;
}

/* Outputs that would share a file are told apart by numbers. */
static tn_status add_path(tool *self, tool_outputs *outputs, tn_string name) {
  char tail[16] = "";
  char *path = make_path(self->output, name, tail);
  for (uint32_t number = outputs->count; path && is_taken(outputs, path); number++) {
    tni_free(tni_allocator_system(), path);
    snprintf(tail, sizeof tail, "_%u", number);
    path = make_path(self->output, name, tail);
  }
  if (!path) return tni_fail(&self->error, TN_OUT_OF_MEMORY, "no memory for the path of a file");
  outputs->paths[outputs->count++] = path;
  return TN_OK;
}

/* What is read must not be what is written. */
static tn_status check_inputs(tool *self, const char *path) {
  const char *read = tool_same_file(path, self->argument) ? self->argument : NULL;
  for (uint32_t i = 0; i < self->inputs.count; i++)
    if (tool_same_file(path, self->inputs.items[i].right)) read = self->inputs.items[i].right;
  if (!read) return TN_OK;
  return tni_fail(&self->error, TN_INVALID_ARGUMENT,
                  "-o %s: %s would be written over %s, which is read: give another folder",
                  self->output, path, read);
}

/* Tells that a file cannot hold an output. */
static void refuse_type(tool *self, tool_outputs *outputs, const tn_value_info *port,
                        uint32_t type) {
  tni_fail(&self->error, TN_UNSUPPORTED,
           "output %.*s: elements of type %s have no place in a file of NumPy: it is not written",
           TNI_TEXT(port->name), tool_type_name(type));
  tool_fail(self, self->argument);
  outputs->failed = true;
}

static tn_status prepare(tool *self, const tn_port_list *ports, tool_outputs *outputs) {
  const tni_allocator *allocator = tni_allocator_system();
  struct stat facts;
  if (stat(self->output, &facts) == 0 && !S_ISDIR(facts.st_mode))
    return tni_fail(&self->error, TN_IO, "-o %s: it is there and is no folder", self->output);
  outputs->paths = tni_alloc_array(allocator, ports->output_count, sizeof *outputs->paths);
  if (!outputs->paths)
    return tni_fail(&self->error, TN_OUT_OF_MEMORY, "no memory for paths of files");
  for (uint32_t i = 0; i < ports->output_count; i++) {
    TN_TRY(add_path(self, outputs, ports->outputs[i]->name));
    TN_TRY(check_inputs(self, outputs->paths[i]));
  }
  for (uint32_t i = 0; i < ports->output_count; i++) {
    const uint32_t type = ports->outputs[i]->type;
    if (type != TN_ANY_TYPE && !npy_holds(type))
      refuse_type(self, outputs, ports->outputs[i], type);
  }
  return TN_OK;
}

bool tool_outputs_prepare(tool *self, const tn_port_list *ports, tool_outputs *outputs) {
  memset(outputs, 0, sizeof *outputs);
  if (!self->output || prepare(self, ports, outputs) == TN_OK) return true;
  tool_fail(self, self->argument);
  return false;
}

void tool_outputs_free(tool_outputs *outputs) {
  for (uint32_t i = 0; i < outputs->count; i++)
    tni_free(tni_allocator_system(), outputs->paths[i]);
  tni_free(tni_allocator_system(), outputs->paths);
}

static void print_tensor(tn_string name, const tn_tensor *tensor) {
  tool_print(stdout, "%.*s: %s [", TNI_TEXT(name), tool_type_name(tensor->type));
  for (uint32_t i = 0; i < tensor->rank; i++)
    tool_print(stdout, "%s%lld", i ? ", " : "", (long long)tensor->shape[i]);
  tool_print(stdout, "]\n");
}

/* A dense host tensor with the elements of an output, one reference. */
static tn_status take_output(tool *self, tn_tensor *output, tn_tensor **out) {
  TN_TRY(tn_core_create_tensor(self->core, output->type, output->rank, output->shape, out,
                               &self->error));
  tn_status status = tn_core_copy_tensor(self->core, output, *out, &self->error);
  if (status != TN_OK) tn_tensor_release(*out);
  return status;
}

static tn_status write_output(tool *self, tn_tensor *output, const char *path) {
  tn_tensor *dense = NULL;
  TN_TRY(take_output(self, output, &dense));
  const tn_status status = npy_write(dense, path, &self->error);
  tn_tensor_release(dense);
  return status;
}

static tn_status tell_output(tool *self, tool_outputs *outputs, const tn_port_list *ports,
                             tn_request *request, uint32_t index) {
  const tn_value_info *port = ports->outputs[index];
  tn_tensor *output = NULL;
  TN_TRY(tn_request_get_tensor(request, ports->input_count + index, &output, &self->error));
  print_tensor(port->name, output);
  if (!self->output) return TN_OK;
  if (npy_holds(output->type)) return write_output(self, output, outputs->paths[index]);
  if (port->type == TN_ANY_TYPE) refuse_type(self, outputs, port, output->type);
  return TN_OK;
}

int tool_outputs_tell(tool *self, tool_outputs *outputs, const tn_port_list *ports,
                      tn_request *request) {
  if (self->output && mkdir(self->output, 0777) != 0 && errno != EEXIST) {
    tni_fail(&self->error, TN_IO, "-o %s: %s", self->output, strerror(errno));
    return tool_fail(self, self->argument);
  }
  for (uint32_t i = 0; i < ports->output_count; i++)
    if (tell_output(self, outputs, ports, request, i) != TN_OK) {
      tool_fail(self, self->argument);
      outputs->failed = true;
    }
  return outputs->failed ? TOOL_FAILED : TOOL_DONE;
}
