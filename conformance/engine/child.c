#include "engine/child.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/case_run.h"

void child_say(int say, const char *format, ...) {
  char text[512];
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(text, sizeof text - 1, format, arguments);
  va_end(arguments);
  if (length < 0) return;
  if ((size_t)length > sizeof text - 2) length = (int)sizeof text - 2;
  text[length] = '\n';
  if (write(say, text, (size_t)length + 1) < 0) return; /* the parent has stopped to listen */
}

/* Reads until the child closes its end or the limit has passed; returns false then. */
static bool listen_to(int from, double seconds, char *text) {
  int64_t end = test_now() + (int64_t)(seconds * 1e9);
  size_t used = 0;
  for (;;) {
    int64_t left = (end - test_now()) / 1000000;
    struct pollfd line = {.fd = from, .events = POLLIN};
    if (left <= 0) return false;
    int ready = poll(&line, 1, (int)left);
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return false;
    char dropped[256];
    bool room = used < CHILD_TEXT_SIZE - 1;
    ssize_t count = read(from, room ? text + used : dropped,
                         room ? CHILD_TEXT_SIZE - 1 - used : sizeof dropped);
    if (count <= 0) return true;
    if (room) used += (size_t)count;
    text[used] = 0;
  }
}

static void wait_for(pid_t child, bool in_time, child_end *out) {
  int status = 0;
  if (!in_time) kill(child, SIGKILL);
  while (waitpid(child, &status, 0) < 0)
    if (errno != EINTR) return;
  out->exited = in_time && WIFEXITED(status);
  out->code = !in_time ? -1 : WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status);
}

/* Whether nobody can be told how a child ends, as the plugin has wished. */
static bool ignores_children(struct sigaction *out) {
  sigaction(SIGCHLD, NULL, out);
  return out->sa_handler == SIG_IGN || (out->sa_flags & SA_NOCLDWAIT);
}

bool child_run(test *t, double seconds, int (*body)(test *t, int say), child_end *out) {
  int ends[2];
  assert(t->check->needs & TEST_NEW_PROCESS);
  memset(out, 0, sizeof *out);
  out->code = -1;
  if (pipe(ends) != 0) return false;
  record_log *log = case_log(t);
  record_seal *seal = record_log_share(log);
  if (!seal) return close(ends[0]), close(ends[1]), false;
  struct sigaction of_plugin;
  const bool ignored = ignores_children(&of_plugin);
  if (ignored) sigaction(SIGCHLD, &(struct sigaction){.sa_handler = SIG_DFL}, NULL);
  fflush(NULL);
  pid_t child = fork();
  if (child == 0) {
    if (ignored) sigaction(SIGCHLD, &of_plugin, NULL);
    record_log_tell(log, seal);
    close(ends[0]);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    _exit(body(t, ends[1]));
  }
  close(ends[1]);
  if (child > 0) wait_for(child, listen_to(ends[0], seconds, out->text), out);
  close(ends[0]);
  if (ignored) sigaction(SIGCHLD, &of_plugin, NULL);
  record_log_go_on(log, seal);
  return child > 0;
}

const char *child_describe(const child_end *end, char *buffer, size_t size) {
  if (end->exited)
    snprintf(buffer, size, "exit status %d", end->code);
  else if (end->code < 0)
    snprintf(buffer, size, "no end within the limit");
  else
    snprintf(buffer, size, "signal %d (%s)", end->code, strsignal(end->code));
  return buffer;
}
