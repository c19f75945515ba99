/* Preloaded into the suite: what is written below one folder is counted, and from a call on that is
 * named the disk is full. LD_PRELOAD=libtenon_folder_faults.so tenon-conformance PLUGIN.so --folder
 * KEY --case faults.full_folder
 *
 * The first call that is refused writes half of its bytes, where it has two; closing such a file
 * fails too, as on file systems that write late. Streams of stdio that are opened below the folder
 * are made anew on top of these calls, since the C library's own go past them. What is written
 * through mappings is not seen. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define SHOWN __attribute__((visibility("default")))

enum { PATH_SIZE = 4096, MOST_FILES = 1024 };

static char watched[PATH_SIZE]; /* with a '/' at its end; set while nothing is written */
static atomic_long counted, first_refused;
static atomic_bool is_watching, shortened;
static atomic_bool cut[MOST_FILES]; /* descriptors that got less than they were given */

/* Begins to count anew what is written below a folder, an absolute path without links; from that
 * number on, from 1, calls are refused with ENOSPC; 0: none. NULL: watches nothing. Returns how
 * many there have been since the last call. */
SHOWN long tenon_folder_faults(const char *folder, long first);

long tenon_folder_faults(const char *folder, long first) {
  atomic_store(&is_watching, false);
  if (folder) snprintf(watched, sizeof watched, "%s/", folder);
  atomic_store(&first_refused, first);
  atomic_store(&shortened, false);
  for (int i = 0; i < MOST_FILES; i++)
    atomic_store(&cut[i], false);
  atomic_store(&is_watching, folder != NULL);
  return atomic_exchange(&counted, 0);
}

static bool is_below(const char *path) {
  return strncmp(path, watched, strlen(watched)) == 0;
}

static bool is_file_below(int file) {
  char link[64], path[PATH_SIZE];
  const int kept = errno;
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  const long length = syscall(SYS_readlinkat, AT_FDCWD, link, path, sizeof path - 1);
  errno = kept;
  if (length < 0) return false;
  path[length] = 0;
  return is_below(path);
}

/* Counts a call; whether it is to be refused. */
static bool is_full(void) {
  const long number = atomic_fetch_add(&counted, 1) + 1, first = atomic_load(&first_refused);
  return first > 0 && number >= first;
}

static bool refuses(int file) {
  return atomic_load(&is_watching) && is_file_below(file) && is_full();
}

static bool refuses_path(const char *path) {
  return atomic_load(&is_watching) && is_below(path) && is_full();
}

static long no_space(void) {
  errno = ENOSPC;
  return -1;
}

/* Half of the bytes of the first call that is refused. */
static size_t room_for(int file, size_t size) {
  if (size < 2 || atomic_exchange(&shortened, true)) return 0;
  if (file >= 0 && file < MOST_FILES) atomic_store(&cut[file], true);
  return size / 2;
}

/* --- files */

SHOWN ssize_t write(int file, const void *bytes, size_t size) {
  if (!refuses(file)) return syscall(SYS_write, file, bytes, size);
  const size_t room = room_for(file, size);
  return room ? syscall(SYS_write, file, bytes, room) : no_space();
}

SHOWN ssize_t pwrite(int file, const void *bytes, size_t size, off_t at) {
  if (!refuses(file)) return syscall(SYS_pwrite64, file, bytes, size, at);
  const size_t room = room_for(file, size);
  return room ? syscall(SYS_pwrite64, file, bytes, room, at) : no_space();
}

SHOWN ssize_t pwrite64(int file, const void *bytes, size_t size, off_t at) {
  return pwrite(file, bytes, size, at);
}

SHOWN ssize_t writev(int file, const struct iovec *pieces, int count) {
  if (!refuses(file)) return syscall(SYS_writev, file, pieces, count);
  const size_t room = count > 0 ? room_for(file, pieces[0].iov_len) : 0;
  return room ? syscall(SYS_write, file, pieces[0].iov_base, room) : no_space();
}

SHOWN int ftruncate(int file, off_t size) {
  return (int)(refuses(file) ? no_space() : syscall(SYS_ftruncate, file, size));
}

SHOWN int ftruncate64(int file, off_t size) {
  return ftruncate(file, size);
}

/* It returns its error. Where the file system cannot reserve, writing will tell. */
SHOWN int posix_fallocate(int file, off_t at, off_t size) {
  if (refuses(file)) return ENOSPC;
  const int kept = errno;
  const long status = syscall(SYS_fallocate, file, 0, at, size);
  const int failure = status == 0 || errno == EOPNOTSUPP ? 0 : errno;
  errno = kept;
  return failure;
}

SHOWN int posix_fallocate64(int file, off_t at, off_t size) {
  return posix_fallocate(file, at, size);
}

SHOWN int fsync(int file) {
  return (int)(refuses(file) ? no_space() : syscall(SYS_fsync, file));
}

SHOWN int fdatasync(int file) {
  return (int)(refuses(file) ? no_space() : syscall(SYS_fdatasync, file));
}

SHOWN int close(int file) {
  const bool is_cut = file >= 0 && file < MOST_FILES && atomic_exchange(&cut[file], false);
  const long status = syscall(SYS_close, file);
  return (int)(is_cut && status == 0 ? no_space() : status);
}

SHOWN int mkdir(const char *path, mode_t mode) {
  return (int)(refuses_path(path) ? no_space() : syscall(SYS_mkdirat, AT_FDCWD, path, mode));
}

/* --- opening: a file that is made takes room */

static int open_at(int folder, const char *path, int flags, mode_t mode) {
  if (flags & O_CREAT && refuses_path(path)) return (int)no_space();
  return (int)syscall(SYS_openat, folder, path, flags, mode);
}

static mode_t mode_of(int flags, va_list arguments) {
  return flags & (O_CREAT | O_TMPFILE) ? va_arg(arguments, mode_t) : 0;
}

#define OPEN(name)                                   \
  SHOWN int name(const char *path, int flags, ...) { \
    va_list arguments;                               \
    va_start(arguments, flags);                      \
    const mode_t mode = mode_of(flags, arguments);   \
    va_end(arguments);                               \
    return open_at(AT_FDCWD, path, flags, mode);     \
  }

#define OPEN_AT(name)                                            \
  SHOWN int name(int folder, const char *path, int flags, ...) { \
    va_list arguments;                                           \
    va_start(arguments, flags);                                  \
    const mode_t mode = mode_of(flags, arguments);               \
    va_end(arguments);                                           \
    return open_at(folder, path, flags, mode);                   \
  }

OPEN(open)
OPEN(open64)
OPEN_AT(openat)
OPEN_AT(openat64)

/* --- streams */

static struct {
  _Atomic(FILE *) stream;
  int file;
} streams[MOST_FILES];

static ssize_t stream_read(void *cookie, char *bytes, size_t size) {
  return read((int)(long)cookie, bytes, size);
}

/* 0 is what a stream takes for a failure. */
static ssize_t stream_write(void *cookie, const char *bytes, size_t size) {
  size_t done = 0;
  while (done < size) {
    const ssize_t part = write((int)(long)cookie, bytes + done, size - done);
    if (part < 0 && errno == EINTR) continue;
    if (part < 0) break;
    done += (size_t)part;
  }
  return (ssize_t)done;
}

static int stream_seek(void *cookie, off64_t *at, int from) {
  *at = lseek((int)(long)cookie, *at, from);
  return *at < 0 ? -1 : 0;
}

static int stream_close(void *cookie) {
  const int file = (int)(long)cookie;
  if (file < MOST_FILES) atomic_store(&streams[file].stream, NULL);
  return close(file);
}

static FILE *stream_on(int file, const char *mode) {
  static const cookie_io_functions_t calls = {stream_read, stream_write, stream_seek, stream_close};
  FILE *stream = fopencookie((void *)(long)file, mode, calls);
  if (stream && file < MOST_FILES) {
    streams[file].file = file;
    atomic_store(&streams[file].stream, stream);
  }
  return stream;
}

static int flags_of(const char *mode) {
  const int access = strchr(mode, '+') ? O_RDWR : *mode == 'r' ? O_RDONLY : O_WRONLY;
  const int made = *mode == 'w' ? O_CREAT | O_TRUNC : *mode == 'a' ? O_CREAT | O_APPEND : 0;
  return access | made | (strchr(mode, 'e') ? O_CLOEXEC : 0) | (strchr(mode, 'x') ? O_EXCL : 0);
}

static FILE *open_stream(const char *path, const char *mode, const char *name) {
  FILE *(*next)(const char *, const char *);
  *(void **)&next = dlsym(RTLD_NEXT, name);
  if (!atomic_load(&is_watching) || !is_below(path)) return next(path, mode);
  const int file = open_at(AT_FDCWD, path, flags_of(mode), 0666);
  return file < 0 ? NULL : stream_on(file, mode);
}

SHOWN FILE *fopen(const char *path, const char *mode) {
  return open_stream(path, mode, "fopen");
}

SHOWN FILE *fopen64(const char *path, const char *mode) {
  return open_stream(path, mode, "fopen64");
}

SHOWN FILE *fdopen(int file, const char *mode) {
  FILE *(*next)(int, const char *);
  *(void **)&next = dlsym(RTLD_NEXT, "fdopen");
  return atomic_load(&is_watching) && is_file_below(file) ? stream_on(file, mode)
                                                          : next(file, mode);
}

SHOWN int fileno(FILE *stream) {
  int (*next)(FILE *);
  for (int i = 0; i < MOST_FILES; i++)
    if (atomic_load(&streams[i].stream) == stream) return streams[i].file;
  *(void **)&next = dlsym(RTLD_NEXT, "fileno");
  return next(stream);
}
