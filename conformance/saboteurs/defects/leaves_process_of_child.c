/* caught-by: infer.network of TN_THREAD_008 */
/* The first inference starts a process through one that ends at once, as daemons do. */
#include <sys/wait.h>
#include <unistd.h>

#include "saboteur.h"

static atomic_int started;

static tn_status infer(tn_infer_request *request, tn_error *error) {
  pid_t child = atomic_exchange(&started, 1) ? -1 : fork();
  if (child == 0) {
    if (fork() == 0) sleep(60);
    _exit(0);
  }
  if (child > 0) waitpid(child, NULL, 0);
  return honest_request->infer(request, error);
}

static void change(tn_infer_request_api *api) {
  api->infer = infer;
}

const saboteur_hooks saboteur = {.request = change};
