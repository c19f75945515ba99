#include "base/platform/file.h"

#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static tn_status fail_with_errno(tn_error *error, int code, const char *doing, tn_string path) {
  char words[128];
  const char *text = strerror_r(code, words, sizeof words);
  const tn_status status = code == ENOENT || code == ENOTDIR ? TN_NOT_FOUND : TN_IO;
  return tni_fail(error, status, "cannot %s file %.*s: %s", doing, TNI_TEXT(path), text);
}

/* Maps what the descriptor stands for; an empty file has no pages, so it gets a byte of static
 * storage. */
static tn_status map_descriptor(int descriptor, tni_file *file, tn_error *error) {
  static const unsigned char nothing = 0;
  struct stat facts;
  if (fstat(descriptor, &facts) != 0) return fail_with_errno(error, errno, "look at", file->path);
  if (!S_ISREG(facts.st_mode))
    return tni_fail(error, TN_IO, "cannot map %.*s: expected a regular file", TNI_TEXT(file->path));
  file->size = (uint64_t)facts.st_size;
  file->data = &nothing;
  if (file->size == 0) return TN_OK;
  void *data = mmap(NULL, (size_t)file->size, PROT_READ, MAP_PRIVATE, descriptor, 0);
  if (data == MAP_FAILED) {
    file->size = 0;
    return fail_with_errno(error, errno, "map", file->path);
  }
  file->data = data;
  return TN_OK;
}

static void destroy(tni_file *file) {
  if (file->size && file->data) munmap((void *)(uintptr_t)file->data, (size_t)file->size);
  tni_free(file->allocator, (void *)(uintptr_t)file->path.data);
  tni_free(file->allocator, file);
}

/* Not blocking: the path may name a pipe. */
enum { OPEN_FLAGS = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK };

static tn_status open_and_map(tni_file *file, const char *path, tn_error *error) {
  const int descriptor = open(path, OPEN_FLAGS);
  if (descriptor < 0) return fail_with_errno(error, errno, "open", file->path);
  const tn_status status = map_descriptor(descriptor, file, error);
  close(descriptor);
  return status;
}

/* The path by which a descriptor can be opened again, and where it really lies; 0 when the system
 * does not tell. */
static int real_path(int descriptor, char link[static 64], char path[static PATH_MAX]) {
  snprintf(link, 64, "/proc/self/fd/%d", descriptor);
  const ssize_t length = readlink(link, path, PATH_MAX - 1);
  if (length <= 0) return 0;
  path[length] = 0;
  return 1;
}

/* Maps the file behind the descriptor `place` when it lies below the folder behind `folder`. */
static tn_status map_below(tni_file *file, int folder, int place, tn_error *error) {
  char link[64];
  char outer[PATH_MAX];
  char inner[PATH_MAX];
  if (!real_path(folder, link, outer) || !real_path(place, link, inner))
    return fail_with_errno(error, errno, "locate", file->path);
  const size_t length = strcmp(outer, "/") == 0 ? 0 : strlen(outer);
  if (strncmp(inner, outer, length) != 0 || inner[length] != '/')
    return tni_fail(error, TN_MALFORMED, "file %.*s leads out of its folder", TNI_TEXT(file->path));
  return open_and_map(file, link, error);
}

/* Both are opened as mere places first: opening what lies outside could already have an effect. */
static tn_status open_below(tni_file *file, const char *folder, tn_error *error) {
  const int top = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (top < 0) return fail_with_errno(error, errno, "open", tn_string_from(folder));
  const int place = openat(top, file->path.data, O_PATH | O_CLOEXEC);
  const tn_status status = place < 0 ? fail_with_errno(error, errno, "open", file->path)
                                     : map_below(file, top, place, error);
  if (place >= 0) close(place);
  close(top);
  return status;
}

/* Maps `path`, which lies below `folder` unless that is NULL. */
static tn_status map(const tni_allocator *allocator, const char *folder, tn_string path,
                     tni_file **out, tn_error *error) {
  if (path.length == 0 || memchr(path.data, '\0', (size_t)path.length))
    return tni_fail(error, TN_INVALID_ARGUMENT,
                    "path of a file: expected text without zero bytes, got \"%.*s\"",
                    TNI_TEXT(path));
  tni_file *file = tni_alloc(allocator, sizeof *file);
  if (!file)
    return tni_fail(error, TN_OUT_OF_MEMORY, "no memory to open file %.*s", TNI_TEXT(path));
  file->allocator = allocator;
  atomic_init(&file->references, 1);
  tn_status status = tni_string_copy(allocator, path, &file->path);
  if (status != TN_OK) {
    tni_fail(error, status, "no memory to open file %.*s", TNI_TEXT(path));
    goto fail;
  }
  status = folder ? open_below(file, folder, error) : open_and_map(file, file->path.data, error);
  if (status != TN_OK) goto fail;
  *out = file;
  return TN_OK;
fail:
  destroy(file);
  return status;
}

tn_status tni_file_map(const tni_allocator *allocator, tn_string path, tni_file **out,
                       tn_error *error) {
  return map(allocator, NULL, path, out, error);
}

tn_status tni_file_map_below(const tni_allocator *allocator, const char *folder, tn_string location,
                             tni_file **out, tn_error *error) {
  if (location.length > 0 && location.data[0] == '/')
    return tni_fail(error, TN_MALFORMED, "file %.*s: expected a relative path", TNI_TEXT(location));
  return map(allocator, folder[0] ? folder : ".", location, out, error);
}

void tni_file_rest(tni_file *file) {
  if (file->size) madvise((void *)(uintptr_t)file->data, (size_t)file->size, MADV_DONTNEED);
}

void tni_file_retain(tni_file *file) {
  atomic_fetch_add_explicit(&file->references, 1, memory_order_relaxed);
}

void tni_file_release(tni_file *file) {
  if (file && atomic_fetch_sub_explicit(&file->references, 1, memory_order_acq_rel) == 1)
    destroy(file);
}
