#include "engine/descendants.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ROUNDS = 100 /* against those that start others while they are looked for */ };

struct relation {
  pid_t pid, parent;
  bool descends;
};

struct relations {
  struct relation *items;
  size_t count, room;
};

/* "PID (NAME) STATE PARENT ..." */
pid_t descendants_parent(pid_t pid) {
  char path[64], line[512], state = 'Z';
  int parent = 0;
  snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
  FILE *file = fopen(path, "r");
  if (!file) return 0;
  const size_t length = fread(line, 1, sizeof line - 1, file);
  fclose(file);
  line[length] = 0;
  const char *end = line; /* a name may hold anything */
  for (const char *at = line; *at; at++)
    if (*at == ')') end = at + 1;
  if (sscanf(end, " %c %d", &state, &parent) != 2 || state == 'Z' || state == 'X') return 0;
  return (pid_t)parent;
}

static bool add(struct relations *self, pid_t pid, pid_t parent) {
  if (self->count == self->room) {
    const size_t room = self->room ? self->room * 2 : 256;
    struct relation *items = realloc(self->items, room * sizeof *items);
    if (!items) return false;
    self->items = items;
    self->room = room;
  }
  self->items[self->count++] = (struct relation){pid, parent, false};
  return true;
}

static void take_all(struct relations *self) {
  DIR *processes = opendir("/proc");
  self->count = 0;
  for (struct dirent *entry = processes ? readdir(processes) : NULL; entry;
       entry = readdir(processes)) {
    const pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);
    const pid_t parent = pid > 0 ? descendants_parent(pid) : 0;
    if (parent > 0 && !add(self, pid, parent)) break;
  }
  if (processes) closedir(processes);
}

/* Marks children of `root` and of those that are marked; returns whether there were new ones. */
static bool mark(struct relations *self, pid_t root) {
  bool found = false;
  for (size_t i = 0; i < self->count; i++) {
    struct relation *child = &self->items[i];
    bool descends = child->parent == root;
    for (size_t k = 0; k < self->count && !descends; k++)
      descends = self->items[k].descends && self->items[k].pid == child->parent;
    found = found || (descends && !child->descends);
    child->descends = child->descends || descends;
  }
  return found;
}

void descendants_kill(pid_t root) {
  struct relations all = {NULL, 0, 0};
  bool found = true;
  for (int round = 0; round < ROUNDS && found; round++) {
    take_all(&all);
    found = mark(&all, root);
    while (mark(&all, root)) {
    }
    for (size_t i = 0; i < all.count; i++)
      if (all.items[i].descends) kill(all.items[i].pid, SIGKILL);
  }
  free(all.items);
}

static void end_child(pid_t pid) {
  if (kill(pid, SIGKILL) != 0) return;
  while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {
  }
}

/* The children of one that is killed come in its place. */
void descendants_kill_children(bool (*is_kept)(const void *user, pid_t pid), const void *user) {
  struct relations all = {NULL, 0, 0};
  const pid_t self = getpid();
  bool found = true;
  for (int round = 0; round < ROUNDS && found; round++) {
    take_all(&all);
    found = false;
    for (size_t i = 0; i < all.count; i++) {
      if (all.items[i].parent != self || is_kept(user, all.items[i].pid)) continue;
      end_child(all.items[i].pid);
      found = true;
    }
  }
  free(all.items);
}

void descendants_adopt(hygiene_children *before) {
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  hygiene_take_children(before);
}

/* The children of one that ends come in its place. */
void descendants_end_adopted(const hygiene_children *before) {
  for (int round = 0; round < ROUNDS && hygiene_end_children(before) > 0; round++) {
  }
}
