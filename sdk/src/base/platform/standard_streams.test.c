#include "base/platform/standard_streams.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

/* In a child, whose streams are its own: bits of what is not as promised. */
static int problems_of_closed(void) {
  char byte = 0;
  for (int stream = 0; stream < 3; stream++)
    close(stream);
  tni_standard_streams_reserve();
  int problems = read(0, &byte, 1) != -1 || errno != EBADF;
  for (int stream = 1; stream < 3; stream++)
    problems |= (write(stream, "x", 1) != -1 || errno != EBADF) << stream;
  return problems | (open("/dev/null", O_RDONLY) < 3) << 3;
}

Test(standard_streams, that_are_closed_are_taken) {
  const pid_t child = fork();
  int status = -1;
  if (child == 0) _exit(problems_of_closed());
  cr_assert_eq(waitpid(child, &status, 0), child);
  cr_assert(WIFEXITED(status));
  cr_assert_eq(WEXITSTATUS(status), 0, "problems %d", WEXITSTATUS(status));
}

Test(standard_streams, that_are_open_stay_as_they_are) {
  int pipes[2];
  char byte = 0;
  cr_assert_eq(pipe(pipes), 0);
  cr_assert_eq(dup2(pipes[0], 0), 0);
  tni_standard_streams_reserve();
  cr_assert_eq(write(pipes[1], "x", 1), 1);
  cr_assert_eq(read(0, &byte, 1), 1);
  cr_assert_eq(byte, 'x');
}
