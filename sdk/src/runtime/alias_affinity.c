#include "runtime/alias_affinity.h"

#include "base/by_device.h"
#include "runtime/alias_names.h"
#include "runtime/model.h"

/* Whether an affinity names the alias; what follows the name is the number, which may be empty. */
static int is_of_alias(const tni_engine *alias, tn_string affinity, tn_string *number) {
  const uint64_t length = strlen(alias->name);
  if (affinity.length < length || memcmp(affinity.data, alias->name, (size_t)length) != 0) return 0;
  *number = TN_STRING("");
  if (affinity.length == length) return 1;
  *number = tn_string_make(affinity.data + length + 1, affinity.length - length - 1);
  return affinity.data[length] == '.';
}

static int names_alias(const tni_engine *alias, const tn_model *model) {
  tn_string number;
  for (uint32_t i = 0; model && model->graph && i < model->graph->node_count; i++)
    if (is_of_alias(alias, model->graph->nodes[i]->affinity, &number)) return 1;
  return 0;
}

struct naming {
  const tni_call *call;
  tni_alias_names names; /* its arena holds what follows as well */
  tn_string chosen;      /* number of the device of the call */
  tn_string *serving;    /* what serves that, by priority */
  uint64_t serving_count;
};

static tn_status TN_CALL keep_chosen(void *user, const tn_value *number) {
  struct naming *self = user;
  return tni_arena_copy_string(&self->names.arena, number->as.string, &self->chosen)
             ? TN_OK
             : TN_OUT_OF_MEMORY;
}

static tn_status copy_serving(struct naming *self, const tn_value *names) {
  const uint64_t count = names->as.list.count;
  self->serving = tni_arena_alloc_array(&self->names.arena, (size_t)count + 1, sizeof(tn_string));
  if (!self->serving) return TN_OUT_OF_MEMORY;
  for (; self->serving_count < count; self->serving_count++)
    if (!tni_arena_copy_string(&self->names.arena,
                               names->as.list.items[self->serving_count].as.string,
                               &self->serving[self->serving_count]))
      return TN_OUT_OF_MEMORY;
  return TN_OK;
}

static tn_status TN_CALL take_serving(void *user, const tn_value *devices) {
  struct naming *self = user;
  for (uint64_t i = 0; i < devices->as.map.count; i++)
    if (tn_string_equal(devices->as.map.entries[i].key, self->chosen))
      return copy_serving(self, &devices->as.map.entries[i].value);
  return TN_OK;
}

static tn_status read_names(struct naming *self, const tn_compile_options *options,
                            tn_error *error) {
  tn_plugin *alias = self->call->engine->plugin;
  const tni_by_device_api *api =
      alias->api->get_extension(alias, TN_STRING(TNI_EXTENSION_BY_DEVICE));
  TN_TRY(tni_alias_names_read(self->call->engine, &self->names, error));
  tn_status status = api->choose(alias, self->call->device.id, options, keep_chosen, self, error);
  if (status == TN_OK)
    status = alias->api->get_property(alias, TN_STRING(""), TN_STRING("PROXY_DEVICES"),
                                      take_serving, self, error);
  if (status != TN_OK) tni_alias_names_destroy(&self->names);
  return status;
}

static int is_serving(const struct naming *self, tn_string device) {
  for (uint64_t i = 0; i < self->serving_count; i++)
    if (tn_string_equal(self->serving[i], device)) return 1;
  return 0;
}

/* One that does not serve the device of the call is left for the plugin to refuse by the name that
 * was given. */
static tn_status rename_affinity(const struct naming *self, tni_node *node, tn_error *error) {
  tn_string number;
  if (!is_of_alias(self->call->engine, node->view.affinity, &number)) return TN_OK;
  const tn_string device =
      tni_alias_names_serving(&self->names, number.length ? number : self->chosen);
  return is_serving(self, device) ? tni_node_set_affinity(node, device, error) : TN_OK;
}

static tn_status make_copy(const struct naming *self, const tn_model *model, tn_model **out,
                           tn_error *error) {
  tni_services *services = self->call->engine->services;
  tni_model *copy = NULL;
  TN_TRY(tni_model_clone(model, &services->environment, &copy, error));
  tn_status status = TN_OK;
  for (tni_node *node = copy->graph->first_node; status == TN_OK && node; node = node->next)
    status = rename_affinity(self, node, error);
  if (status == TN_OK) return tni_model_finish(services, copy, out, error);
  tni_model_destroy(copy);
  return status;
}

tn_status tni_alias_affinity(const tni_call *call, const tn_compile_options *options,
                             tn_model *model, tn_model **out, tn_error *error) {
  struct naming self = {.call = call};
  if (!call->engine->is_alias || !names_alias(call->engine, model)) {
    if (model) tn_model_retain(model);
    *out = model;
    return TN_OK;
  }
  TN_TRY(read_names(&self, options, error));
  const tn_status status = make_copy(&self, model, out, error);
  tni_alias_names_destroy(&self.names);
  return status;
}
