#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/capability.h"
#include "tool.h"

static const char *const type_names[] = {"other", "cpu", "integrated", "discrete", "virtual"};

static const char *const state_names[] = {"registered", "loaded", "broken", "disabled", "shadowed"};

static json_t *capabilities_of(const tn_device *device) {
  json_t *list = json_array();
  for (uint32_t bit = 0; bit < 64; bit++) {
    const char *name = tni_capability_name(device->capabilities & UINT64_C(1) << bit);
    if (name) json_array_append_new(list, json_string(name));
  }
  return list;
}

static json_t *uuid_of(const tn_device *device) {
  char text[40];
  size_t used = 0;
  if (!(device->capabilities & TN_DEVICE_HAS_UUID)) return json_null();
  for (int i = 0; i < 16; i++) {
    bool dash = i == 4 || i == 6 || i == 8 || i == 10;
    used +=
        (size_t)snprintf(text + used, sizeof text - used, dash ? "-%02x" : "%02x", device->uuid[i]);
  }
  return json_string(text);
}

/* The ids are whole names already. */
static tn_status add_devices(void *user, const tn_device_list *list) {
  json_t *all = user;
  for (uint32_t i = 0; i < list->count; i++) {
    const tn_device *device = list->devices[i];
    const char *type =
        device->type < sizeof type_names / sizeof *type_names ? type_names[device->type] : "other";
    json_array_append_new(
        all,
        json_pack("{s:o, s:o, s:o, s:s, s:I, s:o}", "id", tool_text(device->id), "name",
                  tool_text(device->name), "uuid", uuid_of(device), "type", type, "memory_bytes",
                  (json_int_t)device->memory_bytes, "capabilities", capabilities_of(device)));
  }
  return TN_OK;
}

/* Names of all plugins, taken before any is loaded: loading changes what the list says. */
static tn_status keep_names(void *user, const tn_plugin_entry *const *plugins, uint64_t count) {
  json_t *names = user;
  for (uint64_t i = 0; i < count; i++)
    if (plugins[i]->state == TN_PLUGIN_REGISTERED || plugins[i]->state == TN_PLUGIN_LOADED)
      json_array_append_new(names, tool_text(plugins[i]->name));
  return TN_OK;
}

static tn_status list_plugins(void *user, const tn_plugin_entry *const *plugins, uint64_t count) {
  json_t *list = user;
  for (uint64_t i = 0; i < count; i++) {
    const tn_plugin_entry *entry = plugins[i];
    json_array_append_new(
        list,
        json_pack("{s:o, s:s, s:o, s:o, s:o, s:o, s:o}", "name", tool_text(entry->name), "state",
                  entry->state < 5 ? state_names[entry->state] : "unknown", "library",
                  tool_text(entry->library), "manifest", tool_text(entry->manifest), "version",
                  tool_text(entry->version), "vendor", tool_text(entry->vendor), "reason",
                  entry->error ? tool_text(tn_string_from(entry->error->message)) : json_null()));
  }
  return TN_OK;
}

/* A property of an alias; NULL of other plugins. */
static json_t *told_by(tool *self, const char *plugin, const char *property) {
  json_t *told = NULL;
  const tn_status status =
      tn_core_get_property(self->core, plugin, property, tool_keep_json, &told, NULL);
  return status == TN_OK ? told : NULL;
}

/* Who serves the devices of an alias, by priority. */
static void add_serving(tool *self, const char *plugin, json_t *devices) {
  json_t *told = told_by(self, plugin, "PROXY_DEVICES"), *device, *serving;
  const size_t length = strlen(plugin);
  const char *number;
  size_t index;
  json_object_foreach(told, number, serving) {
    json_array_foreach(devices, index, device) {
      const char *id = json_string_value(json_object_get(device, "id"));
      if (strncmp(id, plugin, length) == 0 && id[length] == '.' &&
          strcmp(id + length + 1, number) == 0)
        json_object_set(device, "served_by", serving);
    }
  }
  json_decref(told);
}

/* Why plugins behind an alias serve nothing. */
static void add_problems(tool *self, json_t *plugins) {
  size_t index;
  json_t *plugin;
  json_array_foreach(plugins, index, plugin) {
    const char *name = json_string_value(json_object_get(plugin, "name"));
    json_t *told = told_by(self, name, "PROXY_PROBLEMS");
    if (json_object_size(told)) json_object_set(plugin, "behind", told);
    json_decref(told);
  }
}

static json_t *gather(tool *self) {
  json_t *names = json_array(), *devices = json_array(), *plugins = json_array();
  size_t index;
  json_t *name;
  tn_core_plugins(self->core, keep_names, names, &self->error);
  json_array_foreach(names, index, name) {
    /* why a plugin gives none stands in the list of plugins */
    tn_core_devices(self->core, json_string_value(name), add_devices, devices, NULL);
    add_serving(self, json_string_value(name), devices);
  }
  tn_core_plugins(self->core, list_plugins, plugins, &self->error);
  add_problems(self, plugins);
  json_decref(names);
  return json_pack("{s:o, s:o}", "devices", devices, "plugins", plugins);
}

static const char *text_at(const json_t *object, const char *key) {
  const char *text = json_string_value(json_object_get(object, key));
  return text ? text : "";
}

static void print_list(const char *what, const json_t *list) {
  size_t index;
  json_t *item;
  if (list) tool_print(stdout, "    %s", what);
  json_array_foreach(list, index, item)
      tool_print(stdout, "%s %s", index ? "," : "", json_string_value(item));
  if (list) tool_print(stdout, "\n");
}

static void print_devices(const json_t *devices) {
  size_t index, inner;
  json_t *device, *capability;
  json_array_foreach(devices, index, device) {
    const char *uuid = text_at(device, "uuid");
    tool_print(stdout, "%s  %s\n", text_at(device, "id"), text_at(device, "name"));
    tool_print(stdout, "    type %s, UUID %s\n", text_at(device, "type"), *uuid ? uuid : "none");
    tool_print(stdout, "    capabilities:");
    json_array_foreach(json_object_get(device, "capabilities"), inner, capability)
        tool_print(stdout, " %s", json_string_value(capability));
    tool_print(stdout, "%s\n", inner ? "" : " none");
    print_list("served by", json_object_get(device, "served_by"));
  }
  if (index == 0) tool_print(stdout, "no devices\n");
}

/* Plugins behind an alias that serve nothing, and why. */
static void print_behind(json_t *behind) {
  const char *name;
  json_t *why;
  json_object_foreach(behind, name, why)
      tool_print(stdout, "    behind it, without a device: %s: %s\n", name, json_string_value(why));
}

static void print_plugins(const json_t *plugins) {
  size_t index;
  json_t *plugin;
  fputs("\nplugins:\n", stdout);
  json_array_foreach(plugins, index, plugin) {
    tool_print(stdout, "%s %s (%s): %s\n", text_at(plugin, "name"), text_at(plugin, "version"),
               text_at(plugin, "state"), text_at(plugin, "library"));
    if (*text_at(plugin, "reason")) tool_print(stdout, "    %s\n", text_at(plugin, "reason"));
    print_behind(json_object_get(plugin, "behind"));
  }
}

int tool_devices(tool *self) {
  json_t *all = gather(self);
  if (self->json) return tool_print_json(all);
  print_devices(json_object_get(all, "devices"));
  print_plugins(json_object_get(all, "plugins"));
  json_decref(all);
  return TOOL_DONE;
}
