/* A process that leaves its parent, its group and its session. */
#ifndef TENON_SABOTEURS_STRAY_H
#define TENON_SABOTEURS_STRAY_H

#include <sys/wait.h>
#include <unistd.h>

static inline void leave_for_good(void) {
  setsid();
  while (1)
    pause();
}

static inline void start_process(void) {
  const pid_t child = fork();
  if (child == 0) {
    if (fork() == 0) leave_for_good();
    _exit(0);
  }
  waitpid(child, NULL, 0);
}

#endif
