/* What a process that may not enter the plugin has to know of it: a child asks. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/setup.h"

/* Shared with the child, whose addresses are ours. */
struct answer {
  bool is_complete, good;
  suite_setup setup;
  worker_facts facts;
};

static bool has_questions(const suite_options *options) {
  for (uint32_t i = 0; i < options->with_count; i++)
    if (!suite_with_name(options->with[i])) return true;
  return options->property_count > 0;
}

/* A plugin that ends the child would have ended this process. */
static void end_alike(int status) {
  if (WIFSIGNALED(status)) {
    signal(WTERMSIG(status), SIG_DFL);
    raise(WTERMSIG(status));
  }
  _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 1);
}

static void ask(suite_setup *setup, const suite_options *options, worker_facts *facts,
                struct answer *out) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  out->good = setup_ask(setup, options, facts);
  out->setup = *setup;
  out->facts = *facts;
  out->is_complete = true;
  _exit(0);
}

bool setup_ask_in_child(suite_setup *setup, const suite_options *options, worker_facts *facts) {
  int status = 1 << 8; /* of a child whose end nobody tells */
  if (!has_questions(options)) return true;
  struct answer *answer =
      mmap(NULL, sizeof *answer, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (answer == MAP_FAILED) return false;
  fflush(NULL);
  const pid_t child = fork();
  if (child == 0) ask(setup, options, facts, answer);
  while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (!answer->is_complete) end_alike(status);
  *setup = answer->setup;
  *facts = answer->facts;
  const bool good = answer->good;
  munmap(answer, sizeof *answer);
  return good;
}
