/* Processes that a case leaves behind. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "engine/descendants.h"
#include "engine/hygiene.h"

/* Takes leave of children that have ended. Returns 0 when there is no child at all. */
static int take_leave(void) {
  pid_t pid = 0;
  while ((pid = waitpid(-1, NULL, WNOHANG)) > 0) {
  }
  return pid == 0;
}

void hygiene_take_children(hygiene_children *picture) {
  picture->count = 0;
  DIR *processes = take_leave() ? opendir("/proc") : NULL;
  for (struct dirent *entry = processes ? readdir(processes) : NULL;
       entry && picture->count < HYGIENE_CHILDREN; entry = readdir(processes)) {
    const pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);
    if (pid > 0 && descendants_parent(pid) == getpid()) picture->pids[picture->count++] = pid;
  }
  if (processes) closedir(processes);
}

static int holds(const hygiene_children *picture, pid_t pid) {
  for (uint32_t i = 0; i < picture->count; i++)
    if (picture->pids[i] == pid) return 1;
  return 0;
}

/* Those of `now` that `before` does not hold stay in it. */
static void keep_new(hygiene_children *now, const hygiene_children *before) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < now->count; i++)
    if (!holds(before, now->pids[i])) now->pids[count++] = now->pids[i];
  now->count = count;
}

uint32_t hygiene_end_children(const hygiene_children *before) {
  hygiene_children left;
  for (int i = 0; i < 15; i++) { /* one that was told to end needs a moment */
    hygiene_take_children(&left);
    keep_new(&left, before);
    if (left.count == 0) return 0;
    nanosleep(&(struct timespec){0, 10000000}, NULL);
  }
  for (uint32_t i = 0; i < left.count; i++)
    if (kill(left.pids[i], SIGKILL) == 0)
      while (waitpid(left.pids[i], NULL, 0) < 0 && errno == EINTR) {
      }
  return left.count;
}
