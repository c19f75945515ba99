/* caught-by: life.fork_and_exit_in_order */
/* The library's destructor, which runs in a forked child too, ends what the child has in common
 * with its parent. */
#include <sys/mman.h>

#include "saboteur.h"

static volatile int *ended; /* as in the memory of a driver or in a file */

__attribute__((destructor)) static void end(void) {
  if (ended) *ended = 1;
}

static tn_status create(const tn_create_options *options, tn_plugin **out, tn_error *error) {
  void *memory =
      ended ? MAP_FAILED
            : mmap(NULL, sizeof *ended, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory != MAP_FAILED) ended = memory;
  return saboteur_create(options, out, error);
}

static tn_status infer(tn_infer_request *request, tn_error *error) {
  const tn_status status = honest_request->infer(request, error);
  return ended && *ended ? TN_INTERNAL : status;
}

static void change(tn_infer_request_api *api) {
  api->infer = infer;
}

const saboteur_hooks saboteur = {.create = create, .request = change};
