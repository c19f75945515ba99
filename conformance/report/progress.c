#include "report/progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "engine/run_steps.h"

/* Seconds between two looks: a terminal is slower than thousands of cases are. */
static const double show_again = 0.1;

void progress_begin(progress *self, uint32_t total, uint32_t told, uint32_t failed) {
  const char *kind = getenv("TERM");
  *self = (progress){.total = total, .told = told, .failed = failed};
  self->is_terminal = isatty(STDOUT_FILENO) && kind && kind[0] && strcmp(kind, "dumb") != 0;
}

/* A line that is longer than the terminal is wide could not be taken back. */
static int width(void) {
  struct winsize size;
  const bool is_known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1;
  return is_known ? size.ws_col - 1 : 79;
}

void progress_tell(progress *self, const char *id, bool failed) {
  char line[512];
  self->told++;
  self->failed += failed;
  if (!self->is_terminal || run_now() - self->shown_at < show_again) return;
  snprintf(line, sizeof line, "%u of %u cases, %u failed: %s", self->told, self->total,
           self->failed, id);
  printf("\r\033[K%.*s", width(), line);
  fflush(stdout);
  self->shown_at = run_now();
  self->is_shown = true;
}

void progress_hide(progress *self) {
  if (self->is_shown) printf("\r\033[K");
  self->is_shown = false;
}
