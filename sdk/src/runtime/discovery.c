/* The search for manifests: the application's folders, the environment's, the library's own. */
#include "base/text.h"
#include "runtime/core.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

static const char suffix[] = ".json";

/* A folder, whatever its path. */
typedef struct place {
  dev_t device;
  ino_t number;
} place;

typedef struct search {
  tn_core *core;
  tni_vector places; /* place: the folders that were searched */
  tn_error *error;
} search;

static int by_name(const void *a, const void *b) {
  return strcmp(*(char *const *)a, *(char *const *)b);
}

static int is_manifest(const char *name) {
  const size_t length = strlen(name);
  return length >= sizeof suffix && strcmp(name + length - (sizeof suffix - 1), suffix) == 0;
}

/* The manifests of a folder, in order of their names. */
static tn_status list_folder(const tni_allocator *allocator, DIR *folder, tni_vector *names) {
  for (const struct dirent *entry = readdir(folder); entry; entry = readdir(folder)) {
    if (!is_manifest(entry->d_name)) continue;
    char *name = tni_string_to_chars(allocator, tn_string_from(entry->d_name));
    if (!name) return TN_OUT_OF_MEMORY;
    if (tni_vector_append(names, &name) != TN_OK) {
      tni_free(allocator, name);
      return TN_OUT_OF_MEMORY;
    }
  }
  if (names->count) qsort(names->items, names->count, sizeof(char *), by_name);
  return TN_OK;
}

static tn_status discover_all(tn_core *core, tn_string folder, const tni_vector *names,
                              tn_error *error) {
  tn_status status = TN_OK;
  for (size_t i = 0; status == TN_OK && i < names->count; i++) {
    tni_text path;
    tni_text_init(&path, &core->services->allocator);
    tni_text_append(&path, folder);
    tni_text_append_chars(&path, "/");
    tni_text_append_chars(&path, *(char **)tni_vector_at(names, i));
    status = tni_text_status(&path);
    if (status == TN_OK) status = tni_core_discover(core, tni_text_string(&path), error);
    tni_text_destroy(&path);
  }
  return status;
}

/* 1 when the folder, by whatever path, was searched before; else it is noted. */
static tn_status note_folder(search *self, DIR *folder, int *known) {
  struct stat is;
  *known = 0;
  if (fstat(dirfd(folder), &is) != 0) return TN_OK;
  const place here = {is.st_dev, is.st_ino};
  for (size_t i = 0; i < self->places.count; i++) {
    const place *there = tni_vector_at(&self->places, i);
    if (there->device == here.device && there->number == here.number) *known = 1;
  }
  return *known ? TN_OK : tni_vector_append(&self->places, &here);
}

static tn_status search_open_folder(search *self, tn_string path, DIR *folder) {
  tn_core *core = self->core;
  const tni_allocator *allocator = &core->services->allocator;
  int known;
  TN_TRY(note_folder(self, folder, &known));
  if (known) return TN_OK;
  tni_vector names;
  tni_vector_init(&names, allocator, sizeof(char *));
  tn_status status = list_folder(allocator, folder, &names);
  if (status == TN_OK) status = discover_all(core, path, &names, self->error);
  for (size_t i = 0; i < names.count; i++)
    tni_free(allocator, *(char **)tni_vector_at(&names, i));
  tni_vector_destroy(&names);
  return status;
}

/* A folder that cannot be read is no failure; `quietly` when it need not be there. */
static tn_status search_folder(search *self, tn_string path, int quietly) {
  tn_core *core = self->core;
  if (path.length == 0) return TN_OK;
  char *chars = tni_string_to_chars(&core->services->allocator, path);
  if (!chars) return tni_fail(self->error, TN_OUT_OF_MEMORY, "no memory for the path of a folder");
  DIR *folder = opendir(chars);
  const int problem = errno;
  tni_free(&core->services->allocator, chars);
  if (!folder) {
    if (!quietly)
      tni_log_format(core->services, TN_LOG_WARNING, "plugin folder %.*s cannot be read: %s",
                     TNI_TEXT(path), strerror(problem));
    return TN_OK;
  }
  const tn_status status = search_open_folder(self, path, folder);
  closedir(folder);
  if (status == TN_OK) return TN_OK;
  return tni_fail(self->error, status, "no memory for the plugins of a folder");
}

static tn_status search_path(search *self, const char *path) {
  while (path && *path) {
    const char *colon = strchr(path, ':');
    const size_t length = colon ? (size_t)(colon - path) : strlen(path);
    TN_TRY(search_folder(self, tn_string_make(path, length), 0));
    path = colon ? colon + 1 : NULL;
  }
  return TN_OK;
}

static const char address_inside = 0;

/* `tenon/plugins` beside the library. */
static tn_status search_default_folder(search *self) {
  Dl_info info;
  if (!dladdr(&address_inside, &info) || !info.dli_fname) return TN_OK;
  const char *slash = strrchr(info.dli_fname, '/');
  if (!slash) return TN_OK;
  tni_text path;
  tni_text_init(&path, &self->core->services->allocator);
  tni_text_append(&path, tn_string_make(info.dli_fname, (uint64_t)(slash - info.dli_fname)));
  tni_text_append_chars(&path, "/tenon/plugins");
  tn_status status = tni_text_status(&path);
  if (status == TN_OK)
    status = search_folder(self, tni_text_string(&path), 1);
  else
    tni_fail(self->error, status, "no memory for the path of a folder");
  tni_text_destroy(&path);
  return status;
}

static tn_status search_all(search *self, const tn_core_options *options) {
  const uint32_t flags = options ? options->flags : 0;
  for (uint32_t i = 0; options && i < options->plugin_folder_count; i++)
    TN_TRY(search_folder(self, tn_string_from(options->plugin_folders[i]), 0));
  if (!(flags & TN_CORE_IGNORE_ENVIRONMENT))
    TN_TRY(search_path(self, secure_getenv("TENON_PLUGIN_PATH")));
  return flags & TN_CORE_NO_DEFAULT_FOLDER ? TN_OK : search_default_folder(self);
}

tn_status tni_core_search(tn_core *core, const tn_core_options *options, tn_error *error) {
  search self = {.core = core, .error = error};
  tni_vector_init(&self.places, &core->services->allocator, sizeof(place));
  const tn_status status = search_all(&self, options);
  tni_vector_destroy(&self.places);
  return status;
}
