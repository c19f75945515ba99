#include "engine/observe.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "base/value.h"

tn_string copy_string(test *t, tn_string text) {
  char *copy = test_alloc(t, (size_t)text.length + 1);
  if (text.length) memcpy(copy, text.data, (size_t)text.length);
  return tn_string_make(copy, text.length);
}

/* A copy of as much of a struct as is known here; what its maker did not know is zero. */
static void *copy_struct(test *t, const void *from, uint32_t stated, size_t known) {
  void *copy = test_alloc(t, known);
  memcpy(copy, from, stated < known ? stated : known);
  return copy;
}

static tn_value copy_value(test *t, const tn_value *value) {
  tn_value copy;
  tn_error error;
  memset(&copy, 0, sizeof copy);
  tn_status status = tni_value_copy(test_arena(t), value, &copy, &error);
  EXPECT_THAT(status == TN_OK, "a value handed out is well formed: %s",
              status == TN_OK ? "" : error.message);
  return copy;
}

/* --- devices -------------------------------------------------------------------------------- */

struct device_sink {
  test *t;
  seen_devices *out;
};

static tn_status take_devices(void *user, const tn_device_list *list) {
  const struct device_sink *self = user;
  const tn_device **items = test_alloc(self->t, (list->count + 1) * sizeof *items);
  for (uint32_t i = 0; i < list->count; i++) {
    tn_device *copy = copy_struct(self->t, list->devices[i], list->devices[i]->size, sizeof *copy);
    copy->id = copy_string(self->t, copy->id);
    copy->name = copy_string(self->t, copy->name);
    items[i] = copy;
  }
  self->out->calls++;
  self->out->count = list->count;
  self->out->generation = list->generation;
  self->out->items = items;
  return TN_OK;
}

tn_status see_devices(test *t, tn_plugin *plugin, seen_devices *out, tn_error *error) {
  struct device_sink sink = {t, out};
  memset(out, 0, sizeof *out);
  return plugin->api->devices(plugin, take_devices, &sink, error);
}

/* --- properties ----------------------------------------------------------------------------- */

struct property_sink {
  test *t;
  seen_properties *out;
};

static const tn_property *copy_property(test *t, const tn_property *from) {
  tn_property *copy = copy_struct(t, from, from->size, sizeof *copy);
  tn_value *choices = test_alloc(t, (size_t)(from->choice_count + 1) * sizeof *choices);
  copy->name = copy_string(t, from->name);
  copy->unit = copy_string(t, from->unit);
  copy->doc = copy_string(t, from->doc);
  copy->default_value = copy_value(t, &from->default_value);
  copy->minimum = copy_value(t, &from->minimum);
  copy->maximum = copy_value(t, &from->maximum);
  for (uint64_t i = 0; i < from->choice_count; i++)
    choices[i] = copy_value(t, &from->choices[i]);
  copy->choices = choices;
  return copy;
}

static tn_status take_properties(void *user, const tn_property *const *properties, uint64_t count) {
  const struct property_sink *self = user;
  const tn_property **items = test_alloc(self->t, (size_t)(count + 1) * sizeof *items);
  for (uint64_t i = 0; i < count; i++)
    items[i] = copy_property(self->t, properties[i]);
  self->out->calls++;
  self->out->count = (uint32_t)count;
  self->out->items = items;
  return TN_OK;
}

tn_status see_properties(test *t, tn_plugin *plugin, seen_properties *out, tn_error *error) {
  struct property_sink sink = {t, out};
  memset(out, 0, sizeof *out);
  return plugin->api->properties(plugin, take_properties, &sink, error);
}

struct value_sink {
  test *t;
  seen_value *out;
};

static tn_status take_value(void *user, const tn_value *value) {
  const struct value_sink *self = user;
  self->out->calls++;
  self->out->value = copy_value(self->t, value);
  return TN_OK;
}

tn_status see_property(test *t, const property_place *place, tn_string name, seen_value *out,
                       tn_error *error) {
  struct value_sink sink = {t, out};
  memset(out, 0, sizeof *out);
  if (place->model)
    return tn_compiled_model_get_property(place->model, name, take_value, &sink, error);
  return place->plugin->api->get_property(place->plugin, place->device, name, take_value, &sink,
                                          error);
}

tn_status set_properties_at(const property_place *place, const tn_map_entry *entries,
                            uint64_t count, tn_error *error) {
  if (place->model) return tn_compiled_model_set_properties(place->model, entries, count, error);
  return place->plugin->api->set_properties(place->plugin, place->device, entries, count, error);
}

const tn_property *declaration_of(const seen_properties *properties, tn_string name,
                                  uint32_t level) {
  for (uint32_t i = 0; i < properties->count; i++)
    if (properties->items[i]->levels & level && tn_string_equal(properties->items[i]->name, name))
      return properties->items[i];
  return NULL;
}

/* --- answers -------------------------------------------------------------------------------- */

struct answer_sink {
  test *t;
  seen_answers *out;
};

static tn_status take_answers(void *user, const tn_node_support *const *nodes, uint64_t count) {
  const struct answer_sink *self = user;
  const tn_node_support **items = test_alloc(self->t, (size_t)(count + 1) * sizeof *items);
  for (uint64_t i = 0; i < count; i++) {
    tn_node_support *copy = copy_struct(self->t, nodes[i], nodes[i]->size, sizeof *copy);
    copy->name = copy_string(self->t, copy->name);
    copy->device = copy_string(self->t, copy->device);
    copy->reason_text = copy_string(self->t, copy->reason_text);
    items[i] = copy;
  }
  self->out->calls++;
  self->out->count = (uint32_t)count;
  self->out->items = items;
  return TN_OK;
}

tn_status see_query(test *t, tn_plugin *plugin, tn_model *model, const tn_query_options *options,
                    seen_answers *out, tn_error *error) {
  struct answer_sink sink = {t, out};
  memset(out, 0, sizeof *out);
  return tn_plugin_query(plugin, t->device, model, options, take_answers, &sink, error);
}

const tn_node_support *answer_for(const seen_answers *answers, tn_string name) {
  for (uint32_t i = 0; i < answers->count; i++)
    if (tn_string_equal(answers->items[i]->name, name)) return answers->items[i];
  return NULL;
}

/* --- text ----------------------------------------------------------------------------------- */

bool is_utf8(tn_string text) {
  for (uint64_t i = 0, bytes; i < text.length; i += bytes)
    if ((bytes = tni_utf8_character(text.data + i, (size_t)(text.length - i))) == 0) return false;
  return true;
}
