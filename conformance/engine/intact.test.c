#include "engine/intact.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static void victim(void) {
  raise(SIGCONT);
}

/* Code has no shadow in which a sanitizer could note the access. */
__attribute__((no_sanitize("address", "thread"))) static void change_code(void) {
  unsigned char *code = (unsigned char *)(uintptr_t)victim;
  void *pages = (void *)((uintptr_t)code & ~(uintptr_t)4095);
  if (mprotect(pages, 8192, PROT_READ | PROT_WRITE | PROT_EXEC) == 0) code[0] ^= 1;
}

/* A child with the same code at the same place, in which one byte may be another. */
static pid_t start_child(int change) {
  int ready[2];
  char byte = 0;
  cr_assert(eq(int, pipe(ready), 0));
  const pid_t child = fork();
  if (child == 0) {
    if (change) change_code();
    if (write(ready[1], "r", 1) == 1) pause();
    _exit(0);
  }
  close(ready[1]); /* a child that ends early is noticed */
  cr_assert(eq(int, (int)read(ready[0], &byte, 1), 1));
  close(ready[0]);
  return child;
}

static int look_at(pid_t child) {
  uintptr_t begin = 0;
  const int intact = intact_code(child, &begin);
  kill(child, SIGKILL);
  waitpid(child, NULL, 0);
  return intact;
}

Test(intact, code_that_is_the_same_is_intact) {
  cr_assert(eq(int, look_at(start_child(0)), 1));
}

Test(intact, one_changed_byte_is_seen) {
  cr_assert(eq(int, look_at(start_child(1)), 0));
}

Test(intact, a_process_that_is_gone_is_not_blamed) {
  uintptr_t begin = 0;
  const pid_t child = start_child(0);
  kill(child, SIGKILL);
  waitpid(child, NULL, 0);
  cr_assert(eq(int, intact_code(child, &begin), 1));
}
