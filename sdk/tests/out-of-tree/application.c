/* An application that links libtenon: finds the plugin that a manifest in the folder describes,
 * sees why it does not work, and registers two others by their paths.
 *
 *   application FOLDER */
#include <stdio.h>
#include <stdlib.h>
#include <tenon/tenon.h>

static tn_status count_plugins(void *user, const tn_plugin_entry *const *plugins, uint64_t count) {
  for (uint64_t i = 0; i < count; ++i) {
    printf("%.*s: state %u\n", (int)plugins[i]->name.length, plugins[i]->name.data,
           plugins[i]->state);
  }
  *(uint64_t *)user = count;
  return TN_OK;
}

static tn_status count_devices(void *user, const tn_device_list *list) {
  *(uint64_t *)user = list->count;
  return TN_OK;
}

/* Stops the program with what was expected. */
static void expect(int right, const char *what, const tn_error *error) {
  if (right) return;
  fprintf(stderr, "expected: %s; last error: %s\n", what, error->message);
  exit(EXIT_FAILURE);
}

/* Registers FOLDER/FILE; it has to call itself `name` and to have that many devices. */
static void expect_plugin(tn_core *core, const char *folder, const char *file, const char *name,
                          uint64_t devices) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%s", folder, file);
  tn_error error = {0};
  const char *found = NULL;
  uint64_t count = 77;
  expect(tn_core_register_plugin(core, path, NULL, &found, &error) == TN_OK, path, &error);
  expect(strcmp(found, name) == 0, name, &error);
  expect(tn_core_devices(core, found, count_devices, &count, &error) == TN_OK && count == devices,
         "the number of its devices", &error);
}

int main(int argc, char **argv) {
  if (argc != 2) return 2;
  const char *folder = argv[1];
  tn_core_options options = tn_core_options_init();
  options.flags = TN_CORE_IGNORE_ENVIRONMENT | TN_CORE_NO_DEFAULT_FOLDER;
  options.plugin_folders = &folder;
  options.plugin_folder_count = 1;

  tn_error error = {0};
  tn_core *core = NULL;
  uint64_t count = 0;
  expect(tn_core_create(&options, &core, &error) == TN_OK, "a core", &error);
  expect(tn_core_plugins(core, count_plugins, &count, &error) == TN_OK && count == 1,
         "one plugin, from the manifest", &error);
  expect(tn_core_load_plugin(core, "REFUSING", &error) == TN_BACKEND_MISSING,
         "REFUSING says that its backend is missing", &error);
  expect(strstr(error.message, "libvendor.so.3") != NULL, "the plugin's own message", &error);

  expect_plugin(core, folder, "libempty.so", "EMPTY", 0);
  expect_plugin(core, folder, "libminimal.so", "MINIMAL", 1);
  tn_core_destroy(core);
  printf("tenon %s\n", tn_library_version());
  return EXIT_SUCCESS;
}
