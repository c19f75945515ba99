#include "engine/setup.h"

#include <dlfcn.h>
#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/platform/library.h"
#include "engine/carrier.h"
#include "engine/regular_file.h"
#include "engine/virtual_device.h"
#include "numbers/arithmetic.h"

#include "tenon/conformance/handle_provider.h"

static void copy_text(char *to, size_t size, tn_string text) {
  snprintf(to, size, "%.*s", TNI_TEXT(text));
}

/* dlopen searches for names without a slash elsewhere: a path is handed on whole. */
static void make_absolute(const char *path, char out[PATH_MAX]) {
  if (!realpath(path, out)) snprintf(out, PATH_MAX, "%s%s", strchr(path, '/') ? "" : "./", path);
}

/* The loader waits without end for a writer of a pipe. */
static bool can_be_read(const char *path, const char **why) {
  uint64_t size;
  const int file = regular_file_open(path, &size, why);
  if (file >= 0) close(file);
  return file >= 0;
}

/* The one function of a library, or NULL after saying why. */
static tn_create_plugin_engine_function open_library(const char *path, worker_facts *facts) {
  static const char entry[] = "tn_create_plugin_engine";
  tni_library *library = NULL;
  tni_function found = NULL;
  tn_error error = {0};
  const char *why = NULL;
  if (!can_be_read(path, &why))
    tni_fail(&error, TN_IO, "%.300s: cannot be read: %s", path, why);
  else
    tni_library_open(path, &library, &error);
  if (!library) {
    facts->outcome = PLUGIN_NOT_OPENED;
    snprintf(facts->message, sizeof facts->message, "%s", error.message);
    return NULL;
  }
  if (tni_library_find(library, entry, &found, &error) == TN_OK)
    return (tn_create_plugin_engine_function)found;
  facts->outcome = PLUGIN_NO_SYMBOL;
  snprintf(facts->message, sizeof facts->message, "%.300s: exports no function %s (%.150s)", path,
           entry, error.message);
  return NULL;
}

bool setup_find_manifest(const char *library, char *out, size_t size) {
  char folder[PATH_MAX], file[PATH_MAX];
  snprintf(folder, sizeof folder, "%s", library);
  snprintf(file, sizeof file, "%s", library);
  const char *name = basename(file);
  size_t length = strlen(name);
  if (strncmp(name, "lib", 3) != 0 || length < 7 || strcmp(name + length - 3, ".so") != 0)
    return false;
  int written = snprintf(out, size, "%.3800s/%.*s.json", dirname(folder),
                         (int)(length > 200 ? 200 : length - 6), name + 3);
  return written >= 0 && access(out, R_OK) == 0;
}

static bool other_failed(worker_facts *facts, const char *option, const char *argument,
                         const char *why) {
  char text[sizeof facts->message];
  snprintf(text, sizeof text, "%s '%.200s': %.260s", option, argument,
           why[0] ? why : "its engine could not be made, and it gave no message");
  memcpy(facts->message, text, sizeof text);
  facts->outcome = PLUGIN_OTHER_FAILED;
  return false;
}

/* Opens "PATH[=NAME]". */
static bool open_other(suite_setup *setup, uint32_t index, const char *argument,
                       worker_facts *facts) {
  char given[PATH_MAX], path[PATH_MAX];
  const char *name = suite_with_name(argument);
  snprintf(given, sizeof given, "%.*s", (int)(name ? name - 1 - argument : (long)strlen(argument)),
           argument);
  make_absolute(given, path);
  suite_other *other = &setup->others[index];
  other->name = setup->other_names[index];
  other->create = open_library(path, facts);
  if (!other->create) return other_failed(facts, "--with", argument, facts->message);
  if (name) snprintf(setup->other_names[index], sizeof setup->other_names[index], "%s", name);
  return true;
}

/* Without a name on the command line the engine is asked for its own. */
static bool name_other(suite_setup *setup, uint32_t index, const char *argument,
                       worker_facts *facts) {
  const suite_other *other = &setup->others[index];
  suite_host host;
  tn_plugin *plugin = NULL;
  tn_error error;
  memset(&error, 0, sizeof error);
  suite_host_init(&host, NULL, 0);
  tn_status status = suite_host_create_engine(&host, other->create, NULL, 0, &plugin, &error);
  if (status == TN_OK) {
    copy_text(setup->other_names[index], sizeof setup->other_names[index],
              plugin->api->info(plugin)->name);
    tn_plugin_destroy(plugin, TN_DESTROY_NORMAL);
  } else {
    other_failed(facts, "--with", argument, error.message);
  }
  suite_host_clear(&host);
  return status == TN_OK;
}

static bool is_provider(const tn_handle_provider *self) {
  return self && self->size >= TN_HANDLE_PROVIDER_FIRST_SIZE && !self->reserved &&
         self->type.length && self->open && self->close && self->create && self->destroy &&
         self->write && self->read && self->is_alive && self->invalid;
}

static bool open_provider(suite_setup *setup, const char *path, worker_facts *facts) {
  char absolute[PATH_MAX];
  tn_get_handle_provider_function get = NULL;
  const char *why;
  make_absolute(path, absolute);
  if (!can_be_read(absolute, &why)) return other_failed(facts, "--handle-provider", path, why);
  void *library = dlopen(absolute, RTLD_NOW | RTLD_LOCAL);
  if (!library) return other_failed(facts, "--handle-provider", path, dlerror());
  *(void **)&get = dlsym(library, "tn_get_handle_provider");
  const tn_handle_provider *provider = get ? get() : NULL;
  if (!is_provider(provider))
    return other_failed(facts, "--handle-provider", path,
                        get ? "its table is not complete" : "exports no tn_get_handle_provider");
  setup->providers[setup->base.provider_count++] = provider;
  return true;
}

/* --- properties of the command line in the declared kinds ---------------------------------------
 */

static bool convert(tn_value *value, uint32_t kind) {
  const char *text = value->as.string.data; /* of the command line: ended by a zero */
  static const char *const truths[] = {"no", "yes", "false", "true", "0", "1"};
  char *end = NULL;
  errno = 0;
  if (kind == TN_VALUE_INT64) *value = tn_value_of_int64(strtoll(text, &end, 0));
  if (kind == TN_VALUE_FLOAT64) *value = tn_value_of_float64(strtod(text, &end));
  if (kind != TN_VALUE_BOOL) return !end || (end != text && !*end && !errno);
  for (size_t i = 0; i < sizeof truths / sizeof *truths; i++)
    if (strcasecmp(text, truths[i]) == 0) {
      *value = tn_value_of_bool(i % 2 == 1);
      return true;
    }
  return false;
}

static const char *kind_name(uint32_t kind) {
  return kind == TN_VALUE_INT64     ? "a whole number"
         : kind == TN_VALUE_FLOAT64 ? "a number"
                                    : "yes or no";
}

struct conversion {
  suite_setup *setup;
  worker_facts *facts;
};

static tn_status convert_properties(void *user, const tn_property *const *declared,
                                    uint64_t count) {
  const struct conversion *conversion = user;
  suite_setup *setup = conversion->setup;
  worker_facts *facts = conversion->facts;
  for (uint32_t i = 0; i < setup->base.property_count; i++) {
    tn_map_entry *entry = &setup->properties[i];
    bool found = false;
    for (uint64_t j = 0; j < count; j++) {
      const char *text = entry->value.as.string.data;
      if (!tn_string_equal(entry->key, declared[j]->name)) continue;
      found = true;
      if (convert(&entry->value, declared[j]->kind)) continue;
      facts->outcome = PLUGIN_BAD_PROPERTY;
      snprintf(facts->message, sizeof facts->message, "-p %.*s: '%.200s' instead of %s",
               (int)(entry->key.length < 100 ? entry->key.length : 100), entry->key.data, text,
               kind_name(declared[j]->kind));
      return TN_WRONG_TYPE;
    }
    if (!found) copy_text(setup->undeclared, sizeof setup->undeclared, entry->key);
  }
  return TN_OK;
}

/* An engine without properties says how those of the command line are to be read. Returns false
 * after saying which cannot be. */
static bool read_properties(suite_setup *setup, worker_facts *facts) {
  suite_host host;
  tn_plugin *plugin = NULL;
  struct conversion conversion = {setup, facts};
  if (setup->base.property_count == 0) return true;
  suite_host_init(&host, setup->others, setup->base.other_count);
  if (suite_host_create_engine(&host, setup->base.create, NULL, 0, &plugin, NULL) == TN_OK) {
    plugin->api->properties(plugin, convert_properties, &conversion, NULL);
    tn_plugin_destroy(plugin, TN_DESTROY_NORMAL);
  }
  suite_host_clear(&host);
  return facts->outcome != PLUGIN_BAD_PROPERTY;
}

/* --- opening */

bool setup_open(suite_setup *setup, const suite_options *options, worker_facts *facts) {
  memset(setup, 0, sizeof *setup);
  memset(facts, 0, sizeof *facts);
  make_absolute(options->library, setup->library);
  setup->base.library = setup->library;
  setup->base.device = setup->device;
  setup->base.carrier = setup->carrier;
  setup->base.others = setup->others;
  setup->base.providers = setup->providers;
  memcpy(setup->properties, options->properties, sizeof setup->properties);
  setup->base.properties = setup->properties;
  setup->base.property_count = options->property_count;
  setup->base.arguments = options->arguments;
  setup->base.blobs = options->blobs;
  setup->base.write_blobs = options->write_blobs;
  setup->base.folder = options->folder;
  if (setup_find_manifest(options->library, setup->manifest, sizeof setup->manifest))
    setup->base.manifest = setup->manifest;
  setup->base.create = open_library(setup->library, facts);
  if (!setup->base.create) return false;
  for (uint32_t i = 0; i < options->with_count; i++, setup->base.other_count++)
    if (!open_other(setup, i, options->with[i], facts)) return false;
  for (uint32_t i = 0; i < options->provider_count; i++)
    if (!open_provider(setup, options->providers[i], facts)) return false;
  return true;
}

bool setup_ask(suite_setup *setup, const suite_options *options, worker_facts *facts) {
  for (uint32_t i = 0; i < options->with_count; i++)
    if (!suite_with_name(options->with[i]) && !name_other(setup, i, options->with[i], facts))
      return false;
  return read_properties(setup, facts);
}

void setup_use(suite_setup *setup, const char *device, const char *carrier, uint64_t capabilities,
               uint32_t requests) {
  snprintf(setup->device, sizeof setup->device, "%s", device);
  snprintf(setup->carrier, sizeof setup->carrier, "%s", carrier);
  setup->base.capabilities = capabilities;
  setup->base.requests = requests;
}

/* --- the probe */

struct device_choice {
  const char *wanted;
  worker_facts *facts;
};

static void list_ids(const tn_device_list *list, char *out, size_t size) {
  size_t used = 0;
  for (uint32_t i = 0; i < list->count && used < size; i++)
    used += (size_t)snprintf(out + used, size - used, "%s'%.*s'", i ? ", " : "",
                             TNI_TEXT(list->devices[i]->id));
}

static tn_status choose_device(void *user, const tn_device_list *list) {
  struct device_choice *choice = user;
  worker_facts *facts = choice->facts;
  facts->device_count = list->count;
  facts->outcome = list->count ? PLUGIN_OTHER_DEVICE : PLUGIN_NO_DEVICE;
  for (uint32_t i = 0; i < list->count; i++) {
    const tn_device *device = list->devices[i];
    if (choice->wanted && !tn_string_equal(device->id, tn_string_from(choice->wanted))) continue;
    facts->outcome = device->id.length < sizeof facts->device ? PLUGIN_READY : PLUGIN_LONG_DEVICE;
    facts->capabilities = device->capabilities;
    copy_text(facts->device, sizeof facts->device, device->id);
    copy_text(facts->device_name, sizeof facts->device_name, device->name);
    return TN_OK;
  }
  list_ids(list, facts->message, sizeof facts->message);
  return TN_OK;
}

static tn_status all_supported(void *user, const tn_node_support *const *nodes, uint64_t count) {
  bool *all = user;
  *all = count > 0;
  for (uint64_t i = 0; i < count; i++)
    *all = *all && nodes[i]->supported;
  return TN_OK;
}

/* Whether query accepts every node of a model. */
static bool accepts(tn_plugin *plugin, const worker_facts *facts, const char *name) {
  tn_model *model = NULL;
  tn_error error;
  bool all = false;
  if (carrier_build(name, tni_environment_system(), &model, &error) != TN_OK) return false;
  const tn_status status = tn_plugin_query(plugin, tn_string_from(facts->device), model, NULL,
                                           all_supported, &all, &error);
  tn_model_release(model);
  return status == TN_OK && all;
}

static void choose_carrier(tn_plugin *plugin, const suite_options *options, worker_facts *facts) {
  const char *chosen =
      options->carrier && accepts(plugin, facts, CARRIER_GIVEN) ? CARRIER_GIVEN : "";
  for (uint32_t i = 0; !options->carrier && !chosen[0] && i < suite_model_count; i++)
    if (suite_models[i].carrier == 1 && accepts(plugin, facts, suite_models[i].name))
      chosen = suite_models[i].name;
  snprintf(facts->carrier, sizeof facts->carrier, "%s", chosen);
}

static tn_status take_profile(void *user, const tn_value *value) {
  worker_facts *facts = user;
  if (value->kind == TN_VALUE_STRING)
    copy_text(facts->profile, sizeof facts->profile, value->as.string);
  return TN_OK;
}

static tn_status take_precision(void *user, const tn_value *value) {
  ((worker_facts *)user)->precision = arithmetic_precision(value);
  return TN_OK;
}

static void describe(tn_plugin *plugin, const suite_options *options, worker_facts *facts) {
  const tn_plugin_info *info = plugin->api->info(plugin);
  copy_text(facts->name, sizeof facts->name, info->name);
  copy_text(facts->version, sizeof facts->version, info->version);
  copy_text(facts->vendor, sizeof facts->vendor, info->vendor);
  facts->plugin_flags = info->flags;
  facts->is_virtual = plugin_is_virtual(plugin);
  struct device_choice choice = {options->device, facts};
  tn_error error;
  facts->outcome = PLUGIN_NO_DEVICE;
  if (plugin->api->devices(plugin, choose_device, &choice, &error) != TN_OK)
    snprintf(facts->message, sizeof facts->message, "%s", error.message);
  if (facts->outcome != PLUGIN_READY) return;
  choose_carrier(plugin, options, facts);
  plugin->api->get_property(plugin, tn_string_from(facts->device), TN_STRING("OPERATOR_PROFILE"),
                            take_profile, facts, NULL);
  plugin->api->get_property(plugin, tn_string_from(facts->device),
                            TN_STRING("INFERENCE_PRECISION_HINT"), take_precision, facts, NULL);
}

void setup_probe(suite_setup *setup, const suite_options *options, worker_facts *facts) {
  suite_host host;
  tn_plugin *plugin = NULL;
  tn_error error;
  memset(&error, 0, sizeof error);
  suite_host_init(&host, setup->others, setup->base.other_count);
  facts->status = suite_host_create_engine(&host, setup->base.create, setup->base.properties,
                                           setup->base.property_count, &plugin, &error);
  if (facts->status == TN_OK) {
    describe(plugin, options, facts);
    tn_plugin_destroy(plugin, TN_DESTROY_NORMAL);
  } else {
    /* One that is made without properties, and not with one that it does not declare: mistyped. */
    const bool unknown = facts->status == TN_NOT_FOUND && setup->undeclared[0];
    facts->outcome = unknown ? PLUGIN_BAD_PROPERTY : PLUGIN_NOT_CREATED;
    snprintf(facts->message, sizeof facts->message, "%s%s%s%s", unknown ? "-p " : "",
             unknown ? setup->undeclared : "", unknown ? ": " : "", error.message);
  }
  suite_host_clear(&host);
}
