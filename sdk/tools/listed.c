/* The devices that a device is made of: a list, or what serves an alias. */
#include <stdio.h>
#include <string.h>

#include "tool.h"

static const char list_property[] = "DEVICE_PRIORITIES";

static json_t *property_of(const tool *self, const char *device, const char *name) {
  char plugin[256];
  json_t *value = NULL;
  snprintf(plugin, sizeof plugin, "%.*s", (int)strcspn(device, ".:"), device);
  tn_core_get_property(self->core, plugin, name, tool_keep_json, &value, NULL);
  return value;
}

/* What -p says of a property, or NULL. */
static const char *said(const tool *self, const char *name) {
  for (uint32_t i = 0; i < self->properties.count; i++)
    if (tn_string_is(self->properties.items[i].left, name)) return self->properties.items[i].right;
  return NULL;
}

/* --- a list */

json_t *tool_list(const tool *self) {
  const char *colon = strchr(self->device, ':');
  const char *text = colon ? colon + 1 : said(self, list_property);
  json_t *names = json_array(), *set = text ? NULL : property_of(self, self->device, list_property);
  if (!text) text = json_string_value(set);
  while (text && *text) {
    text += strspn(text, ", ");
    const size_t length = strcspn(text, ", ");
    if (length) json_array_append_new(names, json_stringn(text, length));
    text += length;
  }
  json_decref(set);
  return names;
}

void tool_alone_make(const tool *self, const char *listed, const tn_compile_options *options,
                     tool_alone *out) {
  const int length = (int)strcspn(self->device, ":");
  json_t *list = tool_list(self);
  const bool has_list = json_array_size(list) > 0;
  json_decref(list);
  snprintf(out->device, sizeof out->device, "%.*s:%s", has_list ? length : 6,
           has_list ? self->device : "HETERO", listed);
  out->options = *options;
  out->options.properties = out->entries;
  out->options.property_count = 0;
  for (uint64_t i = 0; i < options->property_count; i++)
    if (!tn_string_is(options->properties[i].key, list_property))
      out->entries[out->options.property_count++] = options->properties[i];
}

/* --- an alias */

/* Of an alias its numbers, each with the names of those that serve it; NULL for another device. */
static json_t *behind(const tool *self, const char *device) {
  return property_of(self, device, "PROXY_DEVICES");
}

bool tool_is_made_of_others(const tool *self) {
  if (strchr(self->device, ':')) return true;
  json_t *served = behind(self, self->device);
  json_t *list = served ? NULL : property_of(self, self->device, list_property);
  const bool is_made = served || list;
  json_decref(served);
  json_decref(list);
  return is_made;
}

/* The number of an alias that a name means: its own, what DEVICE_ID says, or the first. */
static json_t *chosen_of(const tool *self, json_t *served, const char *device) {
  const char *dot = strchr(device, '.');
  json_t *set = property_of(self, device, "DEVICE_ID");
  const char *asked = strcmp(device, self->device) == 0 ? said(self, "DEVICE_ID") : NULL;
  json_t *names = dot ? json_object_get(served, dot + 1) : NULL;
  if (!names && asked) names = json_object_get(served, asked);
  if (!names && json_string_length(set)) names = json_object_get(served, json_string_value(set));
  if (!names) names = json_object_iter_value(json_object_iter(served));
  json_decref(set);
  return names;
}

json_t *tool_serving(const tool *self, const char *device) {
  json_t *served = behind(self, device);
  json_t *names = json_incref(served ? chosen_of(self, served, device) : NULL);
  json_decref(served);
  return names;
}

/* The name that an alias has for what serves one of its devices first, or NULL. */
static json_t *alias_of(const tool *self, const char *listed, const char *device) {
  const char *number;
  json_t *names, *served = device ? behind(self, listed) : NULL, *name = NULL;
  json_object_foreach(served, number, names) {
    const char *first = json_string_value(json_array_get(names, 0));
    if (!name && first && strcmp(first, device) == 0)
      name = json_sprintf("%.*s.%s", (int)strcspn(listed, "."), listed, number);
  }
  json_decref(served);
  return name;
}

json_t *tool_as_listed(const tool *self, json_t *device) {
  size_t index;
  json_t *listed, *list = tool_list(self), *name = NULL;
  if (!json_array_size(list)) json_array_append_new(list, json_string(self->device));
  json_array_foreach(list, index, listed) if (!name) name =
      alias_of(self, json_string_value(listed), json_string_value(device));
  json_decref(list);
  if (!name) return device;
  json_decref(device);
  return name;
}
