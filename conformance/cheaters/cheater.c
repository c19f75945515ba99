#include "cheater.h"

static tn_tensor *port_tensor(tn_infer_request *request, uint32_t port) {
  tn_tensor *tensor = NULL;
  if (honest_request->get_tensor(request, port, &tensor, NULL) != TN_OK) return NULL;
  return tensor && !(tensor->flags & TN_TENSOR_DEVICE) && !tensor->strides ? tensor : NULL;
}

tn_tensor *cheater_input(tn_infer_request *request, uint32_t port) {
  tn_tensor *tensor = port_tensor(request, port);
  return tensor && tensor->data ? tensor : NULL;
}

/* The carriers of TEMPLATE have one or two inputs: the last port that there is. */
float *cheater_victim(tn_infer_request *request) {
  tn_tensor *last = NULL;
  for (uint32_t port = 0; port < 8; port++) {
    tn_tensor *tensor = NULL;
    if (honest_request->get_tensor(request, port, &tensor, NULL) != TN_OK) break;
    last = tensor;
  }
  if (!last || last->type != TN_F32 || (last->flags & TN_TENSOR_DEVICE) || !last->data) return NULL;
  const uint64_t count = tn_tensor_element_count(last);
  return count && last->capacity_bytes >= count * sizeof(float) ? (float *)last->data + count / 2
                                                                : NULL;
}

void cheater_spoil(tn_infer_request *request) {
  float *victim = cheater_victim(request);
  if (victim) *victim += 0.25f;
}

char *cheater_mapping(const char *name, size_t *size) {
  char line[512], *found = NULL;
  FILE *maps = fopen("/proc/self/maps", "r");
  while (maps && !found && fgets(line, sizeof line, maps)) {
    unsigned long begin, end;
    if (!strstr(line, name) || sscanf(line, "%lx-%lx", &begin, &end) != 2) continue;
    found = (char *)(uintptr_t)begin;
    *size = end - begin;
  }
  if (maps) fclose(maps);
  return found;
}

size_t cheater_parents_arguments(char *out, size_t size) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/cmdline", (int)getppid());
  const int file = open(path, O_RDONLY | O_CLOEXEC);
  const ssize_t count = file >= 0 ? read(file, out, size - 1) : 0;
  if (file >= 0) close(file);
  out[count > 0 ? count : 0] = 0;
  return count > 0 ? (size_t)count : 0;
}

const char *cheater_parents_argument(const char *option, char *out, size_t size) {
  const size_t count = cheater_parents_arguments(out, size);
  for (const char *at = out; at < out + count; at += strlen(at) + 1)
    if (strcmp(at, option) == 0 && at + strlen(at) + 1 < out + count) return at + strlen(at) + 1;
  return NULL;
}
