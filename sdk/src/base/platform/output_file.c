#include "base/platform/output_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static tn_status fail(tn_error *error, const char *what, const char *path) {
  return tni_fail(error, TN_IO, "file %s cannot be %s: %s", path, what, strerror(errno));
}

/* The mode that a new file would get. */
static mode_t usual_mode(void) {
  const mode_t mask = umask(0);
  umask(mask);
  return 0666 & ~mask;
}

/* Opens a file of its own in the same folder. */
static tn_status open_beside(tni_output_file *self, mode_t mode, int *out, tn_error *error) {
  tni_text_append_format(&self->beside, "%s.XXXXXX", self->path);
  const tn_status status = tni_text_status(&self->beside);
  if (status != TN_OK) return tni_fail(error, status, "no memory for the path of a file");
  const int descriptor = mkostemp(self->beside.data, O_CLOEXEC);
  if (descriptor < 0) return fail(error, "made beside it", self->path);
  if (fchmod(descriptor, mode) == 0) {
    *out = descriptor;
    return TN_OK;
  }
  fail(error, "opened", self->path);
  close(descriptor);
  unlink(self->beside.data);
  return TN_IO;
}

static tn_status open_descriptor(tni_output_file *self, int *out, tn_error *error) {
  struct stat there;
  if (lstat(self->path, &there) != 0) return open_beside(self, usual_mode(), out, error);
  if (S_ISREG(there.st_mode)) return open_beside(self, there.st_mode & 07777, out, error);
  *out = open(self->path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  return *out >= 0 ? TN_OK : fail(error, "opened", self->path);
}

tn_status tni_output_file_open(tni_output_file *self, const tni_allocator *allocator,
                               const char *path, tn_error *error) {
  int descriptor = -1;
  self->path = path;
  self->stream = NULL;
  tni_text_init(&self->beside, allocator);
  tn_status status = open_descriptor(self, &descriptor, error);
  if (status == TN_OK) {
    self->stream = fdopen(descriptor, "wb");
    if (self->stream) return TN_OK;
    status = fail(error, "opened", path);
    close(descriptor);
    if (self->beside.length) unlink(self->beside.data);
  }
  tni_text_destroy(&self->beside);
  return status;
}

tn_status tni_output_file_write(tni_output_file *self, const void *data, uint64_t byte_count,
                                tn_error *error) {
  if (byte_count == 0 || fwrite(data, (size_t)byte_count, 1, self->stream) == 1) return TN_OK;
  return fail(error, "written", self->path);
}

tn_status tni_output_file_close(tni_output_file *self, tn_status status, tn_error *error) {
  if (fclose(self->stream) != 0 && status == TN_OK) status = fail(error, "written", self->path);
  if (self->beside.length) {
    if (status == TN_OK && rename(self->beside.data, self->path) != 0)
      status = fail(error, "replaced", self->path);
    if (status != TN_OK) unlink(self->beside.data);
  }
  tni_text_destroy(&self->beside);
  return status;
}
