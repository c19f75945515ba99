#include "report/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "report/written.h"

struct journal {
  const char *path; /* NULL: nobody asked for it */
  int file;         /* where lines go to, or -1 */
  FILE *copy;       /* the lines once more, when `file` cannot be read again */
  FILE *lines;      /* `file` as it is read again */
  off_t size;       /* bytes of whole lines */
  written written;  /* those bytes, when `file` can be read again */
  time_t synced;    /* second in which all was on the disk */
  bool is_file;     /* `file` is one that can be cut and read again */
  bool is_broken;
};

static const char temporary[] = "the temporary file of the JSON lines";

static bool complain(journal *self, const char *path) {
  const char *kept = self->size ? "; the cases told so far are kept" : "";
  if (!self->is_broken)
    fprintf(stderr, "tenon-conformance: %s: cannot be written: %s%s%s\n", path, strerror(errno),
            kept, self->size && self->is_file ? ", --resume goes on with them" : "");
  self->is_broken = true;
  return false;
}

static time_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec;
}

static bool open_file(journal *self, size_t keep) {
  struct stat status;
  self->file = open(self->path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (self->file < 0 && access(self->path, F_OK) == 0)
    self->file = open(self->path, O_WRONLY | O_APPEND | O_CLOEXEC);
  if (self->file < 0 || fstat(self->file, &status) != 0) return complain(self, self->path);
  self->is_file = S_ISREG(status.st_mode);
  self->size = (off_t)keep;
  if (!self->is_file) return true;
  if (ftruncate(self->file, self->size) != 0) return complain(self, self->path);
  return written_add_file(&self->written, self->path, keep) || complain(self, self->path);
}

journal *journal_open(const char *path, size_t keep) {
  journal *self = calloc(1, sizeof *self);
  if (!self) return NULL;
  self->path = path;
  self->file = -1;
  written_begin(&self->written);
  bool opened = !path || open_file(self, keep);
  if (opened && !self->is_file && !(self->copy = tmpfile())) opened = complain(self, temporary);
  self->synced = now();
  if (opened) return self;
  journal_close(self);
  return NULL;
}

/* Writes all, or takes back what was written. */
static bool append(journal *self, const char *text) {
  const size_t length = strlen(text), size = length + 1;
  char end = '\n';
  size_t done = 0;
  while (done < size) {
    struct iovec parts[2] = {{(char *)(uintptr_t)text + done, done < length ? length - done : 0},
                             {&end, 1}};
    const ssize_t count = writev(self->file, parts, 2);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) {
      const int reason = count < 0 ? errno : EIO;
      if (self->is_file) (void)!ftruncate(self->file, self->size);
      errno = reason;
      return complain(self, self->path);
    }
    done += (size_t)count;
  }
  self->size += (off_t)size;
  written_add(&self->written, text, length);
  written_add(&self->written, &end, 1);
  return true;
}

bool journal_write(journal *self, const char *text) {
  if (self->is_broken) return false;
  if (self->copy && (fputs(text, self->copy) == EOF || fputc('\n', self->copy) == EOF))
    return complain(self, temporary);
  if (self->file < 0) return true;
  if (!append(self, text)) return false;
  return now() == self->synced || journal_sync(self);
}

bool journal_sync(journal *self) {
  if (self->is_broken) return false;
  if (self->is_file && fdatasync(self->file) != 0) return complain(self, self->path);
  self->synced = now();
  return true;
}

/* Whether the file holds what was written to it; a plugin that knows its path may have changed it.
 */
static bool is_unchanged(journal *self) {
  if (self->is_broken || !self->is_file || written_is_there(&self->written, self->path))
    return true;
  fprintf(stderr, "tenon-conformance: %s: changed by somebody else during the run\n", self->path);
  self->is_broken = true;
  return false;
}

FILE *journal_lines(journal *self) {
  if (self->copy) return fflush(self->copy) == 0 || complain(self, temporary) ? self->copy : NULL;
  if (!is_unchanged(self)) return NULL;
  if (!self->lines && !(self->lines = fopen(self->path, "re")))
    fprintf(stderr, "tenon-conformance: %s: cannot be read again: %s\n", self->path,
            strerror(errno));
  return self->lines;
}

bool journal_close(journal *self) {
  if (!self) return true;
  is_unchanged(self);
  if (self->lines) fclose(self->lines);
  if (self->copy) fclose(self->copy);
  if (self->file >= 0 && close(self->file) != 0) complain(self, self->path);
  const bool whole = !self->is_broken;
  free(self);
  return whole;
}
