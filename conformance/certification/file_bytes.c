#include "certification/file_bytes.h"
#include "engine/plain_text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool complain(const char *path, const char *why) {
  plain_text_print_line(stderr, "tenon-conformance: %s: %s", path, why);
  return false;
}

static bool read_all(int file, const char *path, file_bytes *out, size_t size) {
  out->size = 0;
  out->data = malloc(size + 1);
  if (!out->data) return complain(path, "is too large for the memory");
  while (out->size < size) {
    ssize_t count = read(file, out->data + out->size, size - out->size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return complain(path, strerror(errno));
    if (count == 0) return complain(path, "became shorter while it was read");
    out->size += (size_t)count;
  }
  out->data[size] = 0;
  return true;
}

bool file_bytes_read(int folder, const char *path, size_t most, file_bytes *out) {
  struct stat status;
  *out = (file_bytes){NULL, 0};
  /* NONBLOCK: a pipe must not hold up whoever only wanted to look */
  int file = openat(folder, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (file < 0 && errno == ELOOP) return complain(path, "is a link, not a file");
  if (file < 0) return complain(path, strerror(errno));
  bool good = fstat(file, &status) == 0 && S_ISREG(status.st_mode);
  if (!good)
    complain(path, "is no regular file");
  else if ((unsigned long long)status.st_size > most)
    good = complain(path, "is larger than such a file may be");
  else
    good = read_all(file, path, out, (size_t)status.st_size);
  close(file);
  if (!good) file_bytes_free(out);
  return good;
}

void file_bytes_free(file_bytes *self) {
  free(self->data);
  *self = (file_bytes){NULL, 0};
}

bool file_path_is_plain(const char *path) {
  if (!*path || *path == '/') return false;
  for (const char *at = path; at; at = strchr(at, '/')) {
    at += *at == '/';
    if (*at == '.' || *at == '/' || !*at) return false; /* ".", "..", hidden, empty */
  }
  return strspn(path, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._+-/") ==
         strlen(path);
}

static bool write_all(int file, const char *data, size_t size) {
  while (size > 0) {
    ssize_t count = write(file, data, size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    data += count;
    size -= (size_t)count;
  }
  return fsync(file) == 0;
}

bool file_bytes_create(int folder, const char *path, mode_t mode, const void *data, size_t size) {
  int file = openat(folder, path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
  if (file < 0) return complain(path, errno == EEXIST ? "is there already" : strerror(errno));
  const bool written = write_all(file, data, size);
  const int reason = errno;
  const bool closed = close(file) == 0;
  if (written && closed) return true;
  complain(path, strerror(written ? errno : reason));
  unlinkat(folder, path, 0);
  return false;
}
