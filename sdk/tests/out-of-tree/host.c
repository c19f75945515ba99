/* A host against the headers alone: opens the plugins given and says what each answers.
 *
 *   host LIBRARY STATUS [LIBRARY STATUS]...
 *
 * STATUS is the number that tn_create_plugin_engine is to return. */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <tenon/abi.h>

static int ended;

static void end(const tn_host *host) {
  (void)host;
  ++ended;
}

static const tn_host host = {.size = sizeof(tn_host), .end = end};

static const void *host_for(const tn_create_options *options, uint32_t major) {
  (void)options;
  return major == TN_MAJOR ? &host : NULL;
}

static tn_status count_devices(void *user, const tn_device_list *list) {
  *(uint32_t *)user = list->count;
  return TN_OK;
}

/* Whether the library creates an engine, or refuses, as expected; an engine has to end well. */
static int check(const char *path, tn_status expected) {
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    fprintf(stderr, "%s\n", dlerror());
    return 0;
  }
  tn_create_plugin_engine_function create = NULL;
  *(void **)&create = dlsym(library, "tn_create_plugin_engine");
  if (!create) return 0;

  tn_create_options options = tn_create_options_init();
  options.oldest_major = options.newest_major = TN_MAJOR;
  options.host_for = host_for;
  tn_plugin *plugin = NULL;
  tn_error error = {0};
  tn_status status = create(&options, &plugin, &error);
  printf("%s: status %d %s\n", path, (int)status, error.message);
  if (status != expected) return 0;
  if (status != TN_OK) return plugin == NULL && error.status == status && error.message[0] != 0;

  uint32_t devices = 77;
  int before = ended;
  int right =
      plugin->api->devices(plugin, count_devices, &devices, &error) == TN_OK && devices == 0;
  tn_plugin_destroy(plugin, TN_DESTROY_NORMAL);
  return right && ended == before + 1;
}

int main(int argc, char **argv) {
  int right = argc > 1 && argc % 2 == 1;
  for (int i = 1; i + 1 < argc; i += 2) {
    if (!check(argv[i], (tn_status)atoi(argv[i + 1]))) {
      fprintf(stderr, "%s: expected status %s\n", argv[i], argv[i + 1]);
      right = 0;
    }
  }
  return right ? EXIT_SUCCESS : EXIT_FAILURE;
}
