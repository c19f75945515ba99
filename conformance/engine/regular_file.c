#include "engine/regular_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int regular_file_open(const char *path, uint64_t *size, const char **why) {
  struct stat status;
  const int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0 || fstat(file, &status) != 0)
    *why = strerror(errno);
  else if (!S_ISREG(status.st_mode))
    *why = "it is no regular file";
  else {
    *size = (uint64_t)status.st_size;
    return file;
  }
  if (file >= 0) close(file);
  return -1;
}
