#include "base/platform/library.h"

#include <dlfcn.h>
#include <link.h>
#include <string.h>
#include <unistd.h>

static const char *last_problem(void) {
  const char *problem = dlerror();
  return problem ? problem : "no reason given";
}

/* The handle of the system is the library itself. */
static void *handle_of(tni_library *library) {
  return (void *)library;
}

tn_status tni_library_open(const char *path, tni_library **out, tn_error *error) {
  if (strchr(path, '/')) {
    if (access(path, F_OK) != 0)
      return tni_fail(error, TN_NOT_FOUND, "library %s: no such file", path);
    TN_TRY(tni_library_check_file(path, error));
  }
  void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (!handle)
    return tni_fail(error, TN_BACKEND_MISSING, "library %s cannot be loaded: %s", path,
                    last_problem());
  *out = (tni_library *)handle;
  return TN_OK;
}

tn_status tni_library_pin(tni_library *library, tn_error *error) {
  struct link_map *map = NULL;
  void *again = NULL;
  if (dlinfo(handle_of(library), RTLD_DI_LINKMAP, &map) == 0)
    again = dlopen(map->l_name, RTLD_NOW | RTLD_NOLOAD | RTLD_NODELETE);
  if (!again)
    return tni_fail(error, TN_BACKEND_MISSING, "library cannot be kept loaded: %s", last_problem());
  dlclose(again);
  return TN_OK;
}

void tni_library_close(tni_library *library) {
  if (library) dlclose(handle_of(library));
}

/* A function written by hand may have no type: what is known to be data counts. */
static int is_data(void *address) {
  Dl_info info;
  void *entry = NULL;
  if (!dladdr1(address, &info, &entry, RTLD_DL_SYMENT) || !entry || info.dli_saddr != address)
    return 0;
  const unsigned type = ELF64_ST_TYPE(((const ElfW(Sym) *)entry)->st_info);
  return type == STT_OBJECT || type == STT_COMMON || type == STT_TLS;
}

tn_status tni_library_find(tni_library *library, const char *name, tni_function *out,
                           tn_error *error) {
  void *address = dlsym(handle_of(library), name);
  if (!address)
    return tni_fail(error, TN_NOT_FOUND, "library has no function %s: %s", name, last_problem());
  if (is_data(address))
    return tni_fail(error, TN_NOT_FOUND, "library has no function %s: the symbol is data", name);
  /* POSIX promises that the address of a function fits; ISO C has no conversion for it. */
  memcpy(out, &address, sizeof *out);
  return TN_OK;
}
