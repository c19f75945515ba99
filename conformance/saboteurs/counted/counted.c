/* The plugin BARE that does what a plan says when an engine is made for the n-th time, counted over
 * all of its processes. Count and plan lie in the file that TENON_COUNTED_PLAN names: see struct
 * plan. For scripts/check_overhead. */
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tenon/abi.h"

enum { STEPS = 16 };
enum { NOTHING, CRASH, EXIT, HANG, LEAK };

struct plan {
  _Atomic uint32_t count;
  uint32_t reserved;
  struct {
    uint32_t at, action;
  } steps[STEPS];
};

tn_status bare_create_plugin_engine(const tn_create_options *options, tn_plugin **out,
                                    tn_error *error);

static struct plan *open_plan(void) {
  const char *path = getenv("TENON_COUNTED_PLAN");
  const int file = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
  void *memory = file < 0
                     ? MAP_FAILED
                     : mmap(NULL, sizeof(struct plan), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (file >= 0) close(file);
  return memory == MAP_FAILED ? NULL : memory;
}

static uint32_t next_action(void) {
  static struct plan *plan;
  if (!plan && !(plan = open_plan())) return NOTHING;
  const uint32_t count = atomic_fetch_add(&plan->count, 1) + 1;
  for (int i = 0; i < STEPS; i++)
    if (plan->steps[i].at == count) return plan->steps[i].action;
  return NOTHING;
}

static void act(uint32_t action, const tn_host *host) {
  volatile uintptr_t nowhere = 8;
  if (action == CRASH) (void)*(volatile const char *)nowhere;
  if (action == EXIT) exit(0);
  while (action == HANG)
    pause();
  if (action == LEAK && !host->allocate(host, 64, 8)) abort();
}

TN_EXPORT tn_status TN_CALL tn_create_plugin_engine(const tn_create_options *options,
                                                    tn_plugin **out, tn_error *error) {
  const tn_status status = bare_create_plugin_engine(options, out, error);
  if (status == TN_OK) act(next_action(), tn_create_options_host(options));
  return status;
}
