/* The plugin BARE that keeps a device node open, a file mapped that its manifest lists, and one
 * open that it does not list; and one more where a process makes several engines. For
 * scripts/check_environment. */
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tenon/abi.h"

tn_status bare_create_plugin_engine(const tn_create_options *options, tn_plugin **out,
                                    tn_error *error);

/* Opens a file beside this library. */
static int open_beside(const char *name) {
  Dl_info self;
  char path[PATH_MAX];
  if (!dladdr((const void *)(uintptr_t)&tn_create_plugin_engine, &self)) return -1;
  const char *slash = strrchr(self.dli_fname, '/');
  snprintf(path, sizeof path, "%.*s%s", (int)(slash ? slash + 1 - self.dli_fname : 0),
           self.dli_fname, name);
  return open(path, O_RDONLY | O_CLOEXEC);
}

__attribute__((constructor)) static void hold(void) {
  const int listed = open_beside("listed.bin");
  (void)open_beside("unlisted.bin");
  (void)open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);
  (void)open("/dev/null", O_RDWR | O_CLOEXEC);
  if (listed < 0) return;
  (void)mmap(NULL, 1, PROT_READ, MAP_PRIVATE, listed, 0);
  close(listed);
}

static void hold_later(void) {
  enum { SEVERAL = 20 };
  static atomic_int engines;
  if (atomic_fetch_add(&engines, 1) + 1 == SEVERAL) (void)open_beside("later.bin");
}

TN_EXPORT tn_status TN_CALL tn_create_plugin_engine(const tn_create_options *options,
                                                    tn_plugin **out, tn_error *error) {
  hold_later();
  return bare_create_plugin_engine(options, out, error);
}
