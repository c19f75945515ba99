/* Creation starts a process that leaves its parent, its group and its session, and crashes. */
#include "saboteur.h"

#include <sys/wait.h>
#include <unistd.h>

static void leave_for_good(void) {
  setsid();
  while (1)
    pause();
}

static void start_process(void) {
  const pid_t child = fork();
  if (child == 0) {
    if (fork() == 0) leave_for_good();
    _exit(0);
  }
  waitpid(child, NULL, 0);
}

static tn_status create(const tn_create_options *options, tn_plugin **out, tn_error *error) {
  (void)options, (void)out, (void)error;
  start_process();
  abort();
  return TN_OK;
}

const saboteur_hooks saboteur = {.create = create};
