/* caught-by: thread.no_process_is_left */
/* The first inference starts a process that stays. */
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "saboteur.h"

static atomic_int started;

static tn_status infer(tn_infer_request *request, tn_error *error) {
  if (atomic_exchange(&started, 1) == 0 && fork() == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (;;)
      pause();
  }
  return honest_request->infer(request, error);
}

static void change(tn_infer_request_api *api) {
  api->infer = infer;
}

const saboteur_hooks saboteur = {.request = change};
