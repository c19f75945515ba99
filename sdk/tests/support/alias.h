/** @file
 *  For tests of aliases: manifests, and what tells names.
 */
#ifndef TENON_TESTS_ALIAS_H
#define TENON_TESTS_ALIAS_H

#include "base/fault_allocator.h"
#include "folder.h"
#include "seen.h"
#include "tenon/abi/ext/fault.h"

#define MINIMAL_PLUGIN TENON_BUILD_DIR "/lib/tenon/plugins/libtenon_minimal.so"

/* Relu is MINIMAL's, the others are TEMPLATE's alone. */
static const char *const mixed[] = {"Relu", "Neg", "Abs", "Relu", NULL};
static const char *const relu[] = {"Relu", NULL};

static inline void write_manifest(const char *name, const char *library, const char *more) {
  char file[32], text[1024];
  snprintf(file, sizeof file, "%s.json", name);
  snprintf(text, sizeof text, "{\"tenon_manifest\": 1, \"name\": \"%s\", \"library\": \"%s\"%s%s}",
           name, library, *more ? ", " : "", more);
  write_file(file, text);
}

/* MINIMAL has the number 0, TEMPLATE 1 and 2. */
static inline tn_core *three_devices(const char *more) {
  write_manifest("MINIMAL", MINIMAL_PLUGIN, "\"alias\": \"GPU\"");
  write_manifest("TEMPLATE", TEMPLATE_PLUGIN, more);
  return core_of_folder();
}

static inline const char *device_of(tn_core *core, tn_remote_context *context) {
  static struct text text;
  tn_error error = {0};
  assert_ok(tn_core_context_device(core, context, take_text, &text, &error));
  return text.text;
}

/* --- cores whose allocations fail */

static inline void *allocate_by(void *user, uint64_t size, uint64_t alignment) {
  const tni_allocator *allocator = user;
  return allocator->allocate(allocator->user, (size_t)size, (size_t)alignment);
}

static inline void release_by(void *user, void *memory) {
  const tni_allocator *allocator = user;
  allocator->release(allocator->user, memory);
}

/* One of the folder. */
static inline tn_status core_of_allocator(const tni_allocator *allocator, tn_core **out) {
  const char *const folders[] = {folder};
  tn_core_options options = quiet_options();
  options.plugin_folders = folders;
  options.plugin_folder_count = 1;
  options.allocate = allocate_by;
  options.release = release_by;
  options.allocator_user = (void *)(uintptr_t)allocator;
  return tn_core_create(&options, out, NULL);
}

#endif
