#include "engine/descendants.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static pid_t start(void) {
  const pid_t child = fork();
  if (child != 0) return child;
  while (1)
    pause();
}

/* One whose parent has ended, in a session of its own. */
static pid_t start_orphan(void) {
  pid_t orphan = 0;
  int line[2];
  cr_assert(zero(int, pipe(line)));
  const pid_t parent = fork();
  if (parent == 0) {
    setsid();
    orphan = start();
    _exit(write(line[1], &orphan, sizeof orphan) != sizeof orphan);
  }
  cr_assert(eq(int, (int)read(line[0], &orphan, sizeof orphan), (int)sizeof orphan));
  cr_assert(eq(int, (int)waitpid(parent, NULL, 0), (int)parent));
  close(line[0]);
  close(line[1]);
  return orphan;
}

static bool is_it(const void *user, pid_t pid) {
  return *(const pid_t *)user == pid;
}

Test(descendants, children_that_are_not_kept_are_killed) {
  hygiene_children before;
  descendants_adopt(&before);
  const pid_t kept = start(), other = start(), orphan = start_orphan();
  cr_assert(eq(int, (int)descendants_parent(orphan), (int)getpid()));
  descendants_kill_children(is_it, &kept);
  cr_expect(eq(int, (int)descendants_parent(kept), (int)getpid()));
  cr_expect(zero(int, (int)descendants_parent(other)));
  cr_expect(zero(int, (int)descendants_parent(orphan)));
  kill(kept, SIGKILL);
  waitpid(kept, NULL, 0);
}
