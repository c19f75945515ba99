#include "engine/process.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "engine/descendants.h"
#include "engine/disguise.h"
#include "engine/intact.h"

_Static_assert(sizeof(worker_command) <= 1024, "PROCESS_QUEUE of them fit into the line");

enum {
  LOG_BYTES = 256 << 20, /* of address space; memory is used as records come */
  MOST_PRINTED = 64 << 20
};

static void make_inheritable(int descriptor) {
  fcntl(descriptor, F_SETFD, 0);
}

/* In the child: led outputs, a process group of its own, and the suite's program with its own
 * command line. */
static void become_worker(const process *self, int control, pid_t supervisor, char **argv) {
  char worker[64];
  size_t count = 0;
  while (argv[count])
    count++;
  char **arguments = calloc(count + 3, sizeof *arguments);
  if (!arguments) _exit(4);
  memcpy(arguments, argv, count * sizeof *arguments);
  snprintf(worker, sizeof worker, "%d,%d,%d", control, self->log_file, STDOUT_FILENO);
  arguments[count] = (char *)(uintptr_t) "--worker";
  arguments[count + 1] = worker;
  setpgid(0, 0);
  signal(SIGXFSZ, SIG_DFL);               /* as before the supervisor ignored it */
  prctl(PR_SET_PDEATHSIG, SIGKILL);       /* holds across exec */
  if (getppid() != supervisor) _exit(4);  /* it ended before it could be watched */
  prctl(PR_CAPBSET_DROP, CAP_SYS_PTRACE); /* a privileged worker too cannot read the supervisor */
  int input = open("/dev/null", O_RDONLY);
  dup2(input, STDIN_FILENO);
  dup2(self->output, STDOUT_FILENO);
  dup2(self->messages, STDERR_FILENO);
  make_inheritable(control);
  make_inheritable(self->log_file);
  disguise_execute(arguments);
  _exit(4);
}

static void leave_family(process *self) {
  process **link = self->family ? &self->family->first : NULL;
  while (link && *link && *link != self)
    link = &(*link)->next;
  if (link && *link) *link = self->next;
}

static void close_all(process *self) {
  leave_family(self);
  int descriptors[] = {self->control, self->log_file, self->output, self->messages};
  for (size_t i = 0; i < sizeof descriptors / sizeof *descriptors; i++)
    if (descriptors[i] >= 0) close(descriptors[i]);
  record_log_close(self->log);
  *self = (process){.control = -1, .log_file = -1, .output = -1, .messages = -1};
}

/* A full queue fits into the line, so that the supervisor does not wait for a worker that hangs. */
static void widen(int line) {
  const int bytes = PROCESS_QUEUE * 2048;
  setsockopt(line, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);
}

bool process_start(process *self, process_family *family) {
  int pair[2] = {-1, -1};
  *self = (process){.control = -1, .log_file = -1, .output = -1, .messages = -1};
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) return false;
  self->control = pair[0];
  widen(self->control);
  self->log_file = record_log_create(LOG_BYTES, &self->log);
  self->output = memfd_create("tenon-output", MFD_CLOEXEC);
  self->messages = memfd_create("tenon-messages", MFD_CLOEXEC);
  if (self->log_file >= 0) fcntl(self->log_file, F_SETFD, FD_CLOEXEC);
  if (self->output >= 0) fcntl(self->output, F_SETFL, O_APPEND);
  if (self->messages >= 0) fcntl(self->messages, F_SETFL, O_APPEND);
  if (self->log_file >= 0 && self->output >= 0 && self->messages >= 0) {
    fflush(NULL);
    pid_t supervisor = getpid();
    self->pid = fork();
    if (self->pid == 0) become_worker(self, pair[1], supervisor, family->argv);
    if (self->pid > 0) setpgid(self->pid, self->pid);
  }
  close(pair[1]);
  if (self->pid > 0) {
    self->family = family;
    self->next = family->first;
    family->first = self;
    return true;
  }
  close_all(self);
  return false;
}

/* A worker and what it has started. It may have left its process group, and so may they; as long as
 * it is there, those whose parents have ended are its children. */
static void kill_all(pid_t worker) {
  kill(worker, SIGSTOP);
  descendants_kill(worker);
  kill(-worker, SIGKILL);
  kill(worker, SIGKILL);
}

static bool is_of_family(const void *user, pid_t pid) {
  const process_family *self = user;
  for (const process *worker = self->first; worker; worker = worker->next)
    if (worker->pid == pid) return true;
  for (uint32_t i = 0; i < self->before.count; i++)
    if (self->before.pids[i] == pid) return true;
  return false;
}

/* The children of a worker that has ended before it could be stopped have come to this process. */
static void kill_orphans(const process *self) {
  if (self->family->adopts) descendants_kill_children(is_of_family, self->family);
}

static void kill_and_wait(process *self) {
  const bool had_ended = process_has_ended(self);
  kill_all(self->pid);
  while (waitpid(self->pid, NULL, 0) < 0 && errno == EINTR) {
  }
  self->pid = 0;
  if (had_ended) kill_orphans(self);
}

void process_stop(process *self) {
  if (self->pid > 0) kill_and_wait(self);
  if (self->log) close_all(self); /* a worker that has ended leaves its descriptors behind */
}

/* No number that a plugin could foresee. */
static uint64_t new_key(process *self) {
  if (self->keys_left == 0) {
    if (getrandom(self->drawn, sizeof self->drawn, 0) != (ssize_t)sizeof self->drawn)
      return (uint64_t)clock() ^ (uint64_t)getpid() << 32;
    self->keys_left = PROCESS_KEYS;
  }
  return self->drawn[--self->keys_left];
}

bool process_send(process *self, const worker_command *command) {
  worker_command sealed = *command;
  if (self->sent == self->answered) {
    self->sent = self->answered = 0;
    record_log_clear(self->log, 0);
  }
  if (self->sent == PROCESS_QUEUE) return false;
  sealed.follows = self->sent > 0;
  sealed.key = self->keys[self->sent++] = new_key(self);
  return send(self->control, &sealed, sizeof sealed, MSG_NOSIGNAL) == (ssize_t)sizeof sealed;
}

/* What is looked at takes a tenth of the time between two looks. */
static bool has_our_code(process *self, bool last) {
  static const int64_t now_and_then = 10000000;
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  const int64_t time = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
  if (!last && time - self->looked < now_and_then) return true;
  self->looked = time;
  return intact_code(self->pid, &self->code);
}

/* Whether a worker that has closed its line is about to end, or lives on without it. */
static bool ends_by_itself(pid_t worker, int *status) {
  enum { TRIES = 200, PAUSE = 5000000 };
  for (int i = 0; i < TRIES; i++) {
    if (waitpid(worker, status, WNOHANG) == worker) return true;
    nanosleep(&(struct timespec){0, PAUSE}, NULL);
  }
  return false;
}

/* The end of a worker that answers no more. */
static enum process_end take_end(process *self, bool is_forged, int *code) {
  int status = 0;
  const pid_t worker = self->pid;
  const bool ended = !is_forged && ends_by_itself(worker, &status);
  self->pid = 0;
  if (!ended) kill_all(worker);
  while (!ended && waitpid(worker, &status, 0) < 0)
    if (errno != EINTR) return PROCESS_BROKEN;
  kill(-worker, SIGKILL); /* its children */
  kill_orphans(self);     /* those that have left the group */
  if (is_forged) return PROCESS_FORGED;
  if (!ended) return PROCESS_CUT;
  *code = WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status);
  return WIFEXITED(status) ? PROCESS_EXITED : PROCESS_KILLED;
}

bool process_has_ended(const process *self) {
  siginfo_t end = {.si_pid = 0};
  return waitid(P_PID, (id_t)self->pid, &end, WEXITED | WNOHANG | WNOWAIT) == 0 && end.si_pid != 0;
}

/* Returns false when neither an answer nor the end of the line has come. */
static bool take_answer(const process *self, worker_answer *out, ssize_t *count) {
  *count = recv(self->control, out, sizeof *out, MSG_TRUNC | MSG_DONTWAIT);
  /* told once of a worker that left commands unread; the answers that it gave are there all the
   * same */
  if (*count < 0 && errno == ECONNRESET)
    *count = recv(self->control, out, sizeof *out, MSG_TRUNC | MSG_DONTWAIT);
  return *count >= 0 || (errno != EAGAIN && errno != EINTR);
}

enum process_end process_receive(process *self, bool last, int *code) {
  enum { LOOK_AGAIN = 250 }; /* milliseconds */
  worker_answer answer;
  ssize_t count;
  while (!take_answer(self, &answer, &count)) {
    /* A child of a worker that has ended may hold the line open. */
    const bool ended = process_has_ended(self);
    if (!ended && self->sent - self->answered > 1) return PROCESS_AT_WORK;
    if (!ended) poll(&(struct pollfd){.fd = self->control, .events = POLLIN}, 1, LOOK_AGAIN);
    if (ended && !take_answer(self, &answer, &count)) return take_end(self, false, code);
    if (ended) break;
  }
  if (count == (ssize_t)sizeof answer && answer.key == self->keys[self->answered] &&
      record_log_take(self->log, answer.key, &answer.seal) && has_our_code(self, last)) {
    self->answered++;
    self->nanoseconds = answer.nanoseconds;
    self->printed = answer.printed;
    return PROCESS_DONE;
  }
  return take_end(self, count > 0, code);
}

/* Asks every thread for its stack, one after the other. */
static void ask_for_stacks(pid_t pid) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
  DIR *tasks = opendir(path);
  for (struct dirent *entry = tasks ? readdir(tasks) : NULL; entry; entry = readdir(tasks)) {
    long thread = strtol(entry->d_name, NULL, 10);
    if (thread <= 0) continue;
    syscall(SYS_tgkill, pid, (pid_t)thread, WORKER_STACK_SIGNAL);
    nanosleep(&(struct timespec){0, 20000000}, NULL);
  }
  if (tasks) closedir(tasks);
}

void process_expire(process *self) {
  ask_for_stacks(self->pid);
  kill_and_wait(self);
}

static off_t size_of(int descriptor) {
  struct stat status;
  return descriptor >= 0 && fstat(descriptor, &status) == 0 ? status.st_size : 0;
}

bool process_is_flooding(const process *self) {
  return size_of(self->output) > MOST_PRINTED || size_of(self->messages) > MOST_PRINTED;
}

void process_messages(const process *self, char *out, size_t size) {
  const off_t end = size_of(self->messages), room = (off_t)(size - 1);
  const off_t from = self->printed > 0 && self->printed < end ? self->printed : 0;
  const off_t start = end - from > room ? end - room : from;
  const ssize_t count = end > start ? pread(self->messages, out, size - 1, start) : 0;
  out[count > 0 ? count : 0] = 0;
}

void process_forget_prints(process *self) {
  /* After a failure older messages are shown too. */
  if (size_of(self->output) > 0) (void)!ftruncate(self->output, 0);
  if (size_of(self->messages) > 0) (void)!ftruncate(self->messages, 0);
  self->printed = 0;
}
