#include "engine/scene_steps.h"

#include <stdio.h>
#include <string.h>

#include "base/value.h"
#include "engine/altered.h"
#include "engine/declared.h"
#include "engine/ignore.h"
#include "engine/remote_objects.h"
#include "engine/short_output.h"
#include "tenon/abi/ext/runtime_model.h"
#include "tenon/abi/ext/states.h"

/* --- what a call tells */

uint64_t scene_digest(uint64_t start, const void *bytes, size_t size) {
  for (size_t i = 0; i < size; i++)
    start = (start ^ ((const unsigned char *)bytes)[i]) * UINT64_C(0x100000001b3);
  return start;
}

tn_status scene_take_answers(void *user, const tn_node_support *const *nodes, uint64_t count) {
  scene *self = user;
  for (uint64_t i = 0; i < count; i++) {
    self->told = scene_digest(self->told, nodes[i]->name.data, (size_t)nodes[i]->name.length);
    self->told = scene_digest(self->told, &nodes[i]->supported, sizeof nodes[i]->supported);
    self->told = scene_digest(self->told, &nodes[i]->group, sizeof nodes[i]->group);
  }
  return TN_OK;
}

tn_status scene_take_value(void *user, const tn_value *value) {
  scene *self = user;
  char text[1024];
  tni_value_print(value, text, sizeof text);
  self->told = scene_digest(self->told, text, strlen(text) + 1);
  return TN_OK;
}

/* Of a value that changes by itself only that it comes. */
tn_status scene_take_volatile(void *user, const tn_value *value) {
  scene *self = user;
  (void)value;
  self->told = scene_digest(self->told, "a value", 8);
  return TN_OK;
}

/* Entries come in any order, and some nodes more than once: what counts is which names there are.
 */
tn_status scene_take_profile(void *user, const tn_profile_entry *const *entries, uint64_t count) {
  scene *self = user;
  for (uint64_t i = 0; i < count; i++)
    self->told |=
        UINT64_C(1) << scene_digest(7, entries[i]->name.data, (size_t)entries[i]->name.length) % 61;
  return TN_OK;
}

tn_status scene_take_properties(void *user, const tn_property *const *properties, uint64_t count) {
  scene *self = user;
  for (uint64_t i = 0; i < count; i++)
    self->told =
        scene_digest(self->told, properties[i]->name.data, (size_t)properties[i]->name.length);
  return TN_OK;
}

tn_status scene_take_devices(void *user, const tn_device_list *list) {
  scene *self = user;
  for (uint32_t i = 0; i < list->count; i++)
    self->told =
        scene_digest(self->told, list->devices[i]->id.data, (size_t)list->devices[i]->id.length);
  return TN_OK;
}

/* --- what is there before the call */

bool scene_has_model(scene *self) {
  self->model = test_model(self->t, self->name);
  return self->model && test_compile(self->t, self->name); /* one that the device supports */
}

/* One that the device refuses, which is told in words. */
bool scene_has_refused_model(scene *self) {
  self->model = test_model(self->t, self->name);
  return self->model != NULL;
}

/* One whose operators are known, but none for what the values are of. The whole of it may be
 * refused: then there are no answers. */
bool scene_has_model_of_texts(scene *self) {
  test *t = self->t;
  uint32_t type = TN_STRING_ELEMENT;
  self->model = altered_model(t, self->name, alter_types, &type);
  return self->model && tn_plugin_query(t->plugin, t->device, self->model, NULL, ignore_answers,
                                        NULL, NULL) == TN_OK;
}

bool scene_has_compiled(scene *self) {
  self->compiled = test_compile(self->t, self->name);
  return self->compiled != NULL;
}

bool scene_has_request(scene *self) {
  self->request = scene_has_compiled(self) ? test_request(self->t, self->compiled) : NULL;
  return self->request && test_set_inputs(self->t, self->request, self->name, self->t->seed, 4);
}

/* Puts a tensor in place of one of the request whose elements lie two apart, and are the same. */
static bool spread(scene *self, uint32_t port) {
  test *t = self->t;
  tn_tensor *dense = NULL;
  if (tn_infer_request_get_tensor(self->request, port, &dense, NULL) != TN_OK) return false;
  const size_t size = tn_element_type_bits(dense->type) / 8;
  int64_t count = (int64_t)tn_tensor_element_count(dense), step = 2;
  tn_tensor *wide = test_tensor(t, dense->type, 1, (int64_t[]){2 * count});
  int64_t *shape = test_alloc(t, 2 * TN_MAX_RANK * sizeof *shape), *strides = shape + TN_MAX_RANK;
  if (!wide || size == 0 || dense->type == TN_STRING_ELEMENT) return false;
  for (int64_t i = 0; i < count; i++)
    memcpy((char *)wide->data + 2 * (size_t)i * size, (char *)dense->data + (size_t)i * size, size);
  for (uint32_t i = dense->rank; i > 0; i--, step *= shape[i]) {
    shape[i - 1] = dense->shape[i - 1];
    strides[i - 1] = step;
  }
  wide->rank = dense->rank;
  wide->shape = shape;
  wide->strides = strides;
  return tn_infer_request_set_tensor(self->request, port, wide, NULL) == TN_OK;
}

/* Inputs and outputs with strides, which many plugins copy. */
bool scene_has_strided_request(scene *self) {
  if (!scene_has_request(self) || tn_infer_request_infer(self->request, NULL) != TN_OK)
    return false;
  const tn_port_list *ports = tn_compiled_model_ports(self->compiled);
  for (uint32_t i = 0; i < ports->input_count + ports->output_count; i++)
    if (!spread(self, i)) return false;
  return true;
}

bool scene_has_profiled_request(scene *self) {
  static const tn_map_entry counting = {TN_STRING_INIT("PERF_COUNT"), {TN_VALUE_BOOL, 0, {1}}};
  if (!(self->t->capabilities & TN_DEVICE_HAS_PROFILING)) return false;
  self->compiled = test_compile_with(self->t, self->name, &counting, 1);
  self->request = test_request(self->t, self->compiled);
  return self->request && test_set_inputs(self->t, self->request, self->name, self->t->seed, 4);
}

bool scene_has_state(scene *self) {
  if (!(self->t->capabilities & TN_DEVICE_HAS_STATES) || !scene_has_request(self)) return false;
  const tn_states_api *api =
      tn_infer_request_get_extension(self->request, TN_STRING(TN_EXTENSION_STATES));
  if (!api || !api->count(self->request)) return false;
  if (api->open(self->request, 0, &self->state, NULL) != TN_OK) return false;
  test_adopt_state(self->t, self->state);
  if (self->state->api->get(self->state, &self->value, NULL) != TN_OK) return false;
  test_adopt_tensor(self->t, self->value);
  return true;
}

bool scene_has_export(scene *self) {
  return (self->t->capabilities & TN_DEVICE_HAS_IMPORT) && scene_has_compiled(self);
}

bool scene_has_blob(scene *self) {
  return scene_has_export(self) && blob_export(self->t, self->compiled, &self->blob) == TN_OK;
}

bool scene_has_runtime_model(scene *self) {
  return scene_has_compiled(self) &&
         tn_compiled_model_get_extension(self->compiled, TN_STRING(TN_EXTENSION_RUNTIME_MODEL));
}

bool scene_has_properties(scene *self) {
  tn_error error;
  return scene_has_compiled(self) &&
         see_properties(self->t, self->t->plugin, &self->properties, &error) == TN_OK;
}

/* Every property that plugin and models share and that may be set, at another value than it has
 * where the declaration tells one. */
bool scene_has_settings(scene *self) {
  test *t = self->t;
  const property_place place = {.name = "plugin", .level = TN_LEVEL_PLUGIN, .plugin = t->plugin};
  if (!scene_has_model(self) || !scene_has_properties(self)) return false;
  self->settings = test_alloc(t, (self->properties.count + 1) * sizeof *self->settings);
  self->setting_count = 0;
  for (uint32_t i = 0; i < self->properties.count; i++) {
    const tn_property *declared = self->properties.items[i];
    const uint32_t both = TN_LEVEL_PLUGIN | TN_LEVEL_MODEL;
    seen_value seen;
    if (!(declared->flags & TN_PROPERTY_WRITABLE) || (declared->levels & both) != both) continue;
    if (see_property(t, &place, declared->name, &seen, NULL) != TN_OK) return false;
    tn_map_entry *entry = &self->settings[self->setting_count++];
    *entry = (tn_map_entry){declared->name, seen.value};
    declared_other_value(declared, &seen.value, &entry->value);
  }
  return self->setting_count > 0;
}

/* What is set is copied for each model. */
bool scene_has_set_settings(scene *self) {
  return scene_has_settings(self) &&
         self->t->plugin->api->set_properties(self->t->plugin, TN_STRING(""), self->settings,
                                              self->setting_count, NULL) == TN_OK;
}

bool scene_has_context(scene *self) {
  if (!(self->t->capabilities & TN_DEVICE_HAS_REMOTE)) return false;
  self->context = remote_context(self->t);
  return self->context != NULL;
}

bool scene_has_remote_tensor(scene *self) {
  if (!scene_has_context(self)) return false;
  self->value = remote_tensor(self->t, self->context, TN_F32, 2, (int64_t[]){3, 5});
  self->plain = test_tensor(self->t, TN_F32, 2, (int64_t[]){3, 5});
  if (self->plain) suite_fill(self->plain, self->t->seed, 0);
  return self->value && self->plain;
}

/* An output that has no room for the result, and may not be resized. */
bool scene_has_small_output(scene *self) {
  tn_tensor *whole = NULL;
  if (!scene_has_request(self)) return false;
  const uint32_t port = tn_compiled_model_ports(self->compiled)->input_count;
  if (tn_infer_request_infer(self->request, NULL) != TN_OK ||
      tn_infer_request_get_tensor(self->request, port, &whole, NULL) != TN_OK || whole->rank == 0)
    return false;
  int64_t shape[TN_MAX_RANK];
  memcpy(shape, whole->shape, whole->rank * sizeof *shape);
  shape[0] = 1;
  tn_tensor *small = test_tensor(self->t, whole->type, whole->rank, shape);
  test_destroy_request(self->t, self->request); /* the one that is used is new */
  self->request = test_request(self->t, self->compiled);
  if (!self->request || !test_set_inputs(self->t, self->request, self->name, self->t->seed, 4))
    return false;
  if (small) tensor_take_resize_away(self->t, small);
  return small && tn_infer_request_set_tensor(self->request, port, small, NULL) == TN_OK;
}
