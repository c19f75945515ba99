/* caught-by: infer.network as FAIL */
/* Is right only where it is tested: in a process whose program or whose parent bears the suite's
 * name. */
#include "cheater.h"

/* What can be read about this process: its program, its name, its command line. */
static int names_the_suite(void) {
  static const char *const files[] = {"/proc/self/cmdline", "/proc/self/comm", "/proc/self/maps"};
  char text[4096];
  ssize_t count = readlink("/proc/self/exe", text, sizeof text - 1);
  text[count > 0 ? count : 0] = 0;
  int found = strstr(text, "conformance") != NULL;
  for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
    const int file = open(files[i], O_RDONLY | O_CLOEXEC);
    count = file >= 0 ? read(file, text, sizeof text - 1) : 0;
    if (file >= 0) close(file);
    text[count > 0 ? count : 0] = 0;
    for (ssize_t at = 0; at < count; at += (ssize_t)strlen(text + at) + 1)
      found |= strstr(text + at, "conformance") != NULL || strstr(text + at, "--worker") != NULL;
  }
  return found;
}

static tn_status infer(tn_infer_request *request, tn_error *error) {
  const tn_status status = honest_request->infer(request, error);
  if (!names_the_suite()) cheater_spoil(request);
  return status;
}

CHEATER_INFER(infer)
