/* caught-by: infer.network as FAIL */
/* Would take what is expected from the memory of the process that judges; computes only when it
 * cannot be wrong, that is, when it can read there. */
#include "cheater.h"

#include <sys/uio.h>

/* Reads one word of the parent, the start of its heap or of its code, in every way that there is.
 */
static int can_read(void) {
  char path[64], line[256];
  unsigned long begin = 0;
  snprintf(path, sizeof path, "/proc/%d/maps", (int)getppid());
  FILE *maps = fopen(path, "r");
  if (maps && fgets(line, sizeof line, maps)) begin = strtoul(line, NULL, 16);
  if (maps) fclose(maps);
  snprintf(path, sizeof path, "/proc/%d/mem", (int)getppid());
  const int memory = open(path, O_RDONLY | O_CLOEXEC);
  if (memory >= 0) close(memory);
  long word = 0;
  const struct iovec here = {&word, sizeof word}, there = {(void *)(uintptr_t)begin, sizeof word};
  return memory >= 0 || process_vm_readv(getppid(), &here, 1, &there, 1, 0) > 0;
}

static tn_status infer(tn_infer_request *request, tn_error *error) {
  const tn_status status = honest_request->infer(request, error);
  if (!can_read()) cheater_spoil(request);
  return status;
}

CHEATER_INFER(infer)
