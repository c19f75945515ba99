/* Models and properties of the command line. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/value.h"
#include "tool.h"

static tn_status keep_value(void *user, const tn_value *value) {
  tool_values *all = user;
  return tni_value_copy(&all->arena, value, &all->entries[all->count].value, NULL);
}

/* --- properties that cannot be given at compile hold for the plugin: this process compiles once */

struct level_search {
  tn_string name;
  uint32_t levels; /* where it is set; 0: nowhere, or the plugin has none of that name */
};

static tn_status find_levels(void *user, const tn_property *const *properties, uint64_t count) {
  struct level_search *search = user;
  for (uint64_t i = 0; i < count; i++)
    if (tn_string_equal(properties[i]->name, search->name) &&
        (properties[i]->flags & TN_PROPERTY_WRITABLE))
      search->levels |= properties[i]->levels;
  return TN_OK;
}

/* @param plugin of the device */
static bool belongs_to_plugin(tool *self, const char *plugin, tn_string name) {
  struct level_search search = {name, 0};
  const tn_status status =
      tn_core_properties(self->core, plugin, find_levels, &search, &self->error);
  return status == TN_OK && (search.levels & TN_LEVEL_PLUGIN) && !(search.levels & TN_LEVEL_MODEL);
}

static tn_status parse_one(tool *self, const tool_pair *pair, tool_values *out) {
  char name[256], plugin[256];
  snprintf(name, sizeof name, "%.*s", TNI_TEXT(pair->left));
  snprintf(plugin, sizeof plugin, "%.*s", (int)strcspn(self->device, ".:"), self->device);
  if (belongs_to_plugin(self, plugin, pair->left))
    return tn_core_set_property_text(self->core, plugin, name, pair->right, &self->error);
  TN_TRY(tn_core_parse_property(self->core, self->device, name, pair->right, keep_value, out,
                                &self->error));
  out->entries[out->count++].key = pair->left;
  return TN_OK;
}

tn_status tool_values_parse(tool *self, tool_values *out) {
  tni_arena_init(&out->arena, tni_allocator_system());
  for (uint32_t i = 0; i < self->properties.count; i++)
    TN_TRY(parse_one(self, &self->properties.items[i], out));
  return TN_OK;
}

void tool_values_free(tool_values *values) {
  if (values->arena.allocator) tni_arena_destroy(&values->arena);
  memset(values, 0, sizeof *values);
}

/* --- the model */

static bool ends_with(const char *text, const char *end) {
  size_t length = strlen(text), tail = strlen(end);
  return length >= tail && strcmp(text + length - tail, end) == 0;
}

/* Whether the file is a blob of the device: its beginning says so. */
static bool is_blob(tool *self) {
  char head[TN_IMPORT_HEAD_SIZE];
  FILE *file = ends_with(self->argument, ".onnx") ? NULL : fopen(self->argument, "rb");
  if (!file) return false;
  size_t count = fread(head, 1, sizeof head, file);
  fclose(file);
  tn_status status = tn_core_check_blob(self->core, self->device, head, count, NULL, &self->error);
  return status == TN_OK || status == TN_RECOMPILE;
}

/* --- nodes that are meant for devices */

static tn_status look_for_virtual(void *user, const tn_device_list *devices) {
  bool *found = user;
  for (uint32_t i = 0; i < devices->count; i++)
    *found |= devices->devices[i]->type == TN_DEVICE_TYPE_VIRTUAL;
  return TN_OK;
}

/* Every other device would run the model as if nothing had been said. */
static tn_status check_nodes(tool *self) {
  char plugin[256];
  bool is_virtual = false;
  if (self->nodes.count == 0 || tool_is_made_of_others(self)) return TN_OK;
  snprintf(plugin, sizeof plugin, "%.*s", (int)strcspn(self->device, "."), self->device);
  TN_TRY(tn_core_devices(self->core, plugin, look_for_virtual, &is_virtual, &self->error));
  if (is_virtual) return TN_OK;
  return tni_fail(&self->error, TN_INVALID_ARGUMENT,
                  "-a: device %s is not made of others among which a node could be meant for one; "
                  "HETERO:A,B is",
                  self->device);
}

static tn_status check_nodes_of_blob(tool *self) {
  return self->nodes.count == 0
             ? TN_OK
             : tni_fail(&self->error, TN_INVALID_ARGUMENT,
                        "-a: it is compiled already, so its nodes go nowhere else");
}

static tn_status read_model(tool *self, tn_model **out) {
  tn_map_entry nodes[TOOL_MAX_LIST];
  tn_model *read = NULL;
  TN_TRY(check_nodes(self));
  TN_TRY(tn_core_read_model(self->core, self->argument, &read, &self->error));
  for (uint32_t i = 0; i < self->nodes.count; i++)
    nodes[i] = (tn_map_entry){self->nodes.items[i].left,
                              tn_value_of_string(tn_string_from(self->nodes.items[i].right))};
  if (self->nodes.count == 0) {
    *out = read;
    return TN_OK;
  }
  const tn_status status =
      tn_core_assign_nodes(self->core, read, nodes, self->nodes.count, out, &self->error);
  tn_model_release(read);
  return status == TN_OK ? TN_OK : tni_fail_prefix(&self->error, status, "-a");
}

tn_status tool_read_model(tool *self, tn_model **out) {
  tn_status status = read_model(self, out);
  if (status != TN_MALFORMED || ends_with(self->argument, ".onnx")) return status;
  return tni_fail_prefix(&self->error, status,
                         "%s takes ONNX models only, not what `tenon compile` writes",
                         self->command);
}

/* Whether a file is mapped into this process: what models and their weights are read from, and
 * libraries. */
static bool is_in_use(const char *path) {
  struct stat facts;
  char line[PATH_MAX + 128];
  bool found = false;
  FILE *maps = stat(path, &facts) == 0 ? fopen("/proc/self/maps", "r") : NULL;
  if (!maps) return false;
  while (!found && fgets(line, sizeof line, maps)) {
    unsigned major_number, minor_number;
    unsigned long long number;
    found = sscanf(line, "%*s %*s %*s %x:%x %llu", &major_number, &minor_number, &number) == 3 &&
            makedev(major_number, minor_number) == facts.st_dev && number == facts.st_ino;
  }
  fclose(maps);
  return found;
}

/* Called while the model is still there. */
static tn_status check_output(tool *self, tn_compiled **compiled) {
  if (!self->output || !is_in_use(self->output)) return TN_OK;
  tn_compiled_destroy(*compiled);
  return tni_fail(&self->error, TN_INVALID_ARGUMENT,
                  "-o %s is read from here, as weights or as library, and would be lost",
                  self->output);
}

static tn_status compile(tool *self, const tn_compile_options *options, tn_compiled **out) {
  tn_model *model = NULL;
  if (is_blob(self)) {
    TN_TRY(check_nodes_of_blob(self));
    return tn_core_import_file(self->core, self->device, self->argument, options, out,
                               &self->error);
  }
  tn_status status = read_model(self, &model);
  if (status == TN_MALFORMED && !ends_with(self->argument, ".onnx"))
    tni_fail_prefix(&self->error, status,
                    "neither what `tenon compile` wrote for %s nor an ONNX model", self->device);
  TN_TRY(status);
  status = tn_core_compile(self->core, model, self->device, options, out, &self->error);
  if (status == TN_OK) status = check_output(self, out);
  tn_model_release(model);
  return status;
}

bool tool_load(tool *self, const tn_map_entry *extra, uint64_t extra_count, tn_compiled **out) {
  static tool_values all;
  tn_compile_options options = tn_compile_options_init();
  tn_status status = tool_values_parse(self, &all);
  for (uint64_t i = 0; status == TN_OK && i < extra_count; i++)
    all.entries[all.count++] = extra[i];
  options.properties = all.entries;
  options.property_count = all.count;
  if (status == TN_OK) status = compile(self, &options, out);
  tool_values_free(&all);
  if (status != TN_OK) tool_fail(self, self->argument);
  return status == TN_OK;
}
