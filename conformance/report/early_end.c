#include "report/early_end.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "engine/exit_status.h"

static struct {
  const char *id; /* NULL: nothing is watched */
  pid_t process;
} watched;

static void tell(void) {
  if (!watched.id || watched.process != getpid()) return;
  fprintf(stderr,
          "tenon-conformance: %s: EARLY_EXIT: the process was ended in the case, as by a call of "
          "exit\n",
          watched.id);
  fflush(NULL);
  _exit(EXIT_FAILED);
}

void early_end_watch(const char *id) {
  watched.id = id;
  watched.process = getpid();
  atexit(tell);
}

void early_end_forget(void) {
  watched.id = NULL;
}
