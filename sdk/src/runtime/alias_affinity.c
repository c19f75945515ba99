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
  tni_alias_names names;
  tn_string chosen; /* number of the device of the call; in the arena of the names */
};

static tn_status TN_CALL keep_chosen(void *user, const tn_value *number) {
  struct naming *self = user;
  return tni_arena_copy_string(&self->names.arena, number->as.string, &self->chosen)
             ? TN_OK
             : TN_OUT_OF_MEMORY;
}

static tn_status read_names(struct naming *self, const tn_compile_options *options,
                            tn_error *error) {
  const tni_engine *alias = self->call->engine;
  const tni_by_device_api *api =
      alias->plugin->api->get_extension(alias->plugin, TN_STRING(TNI_EXTENSION_BY_DEVICE));
  TN_TRY(tni_alias_names_read(alias, &self->names, error));
  const tn_status status =
      api->choose(alias->plugin, self->call->device.id, options, keep_chosen, self, error);
  if (status != TN_OK) tni_alias_names_destroy(&self->names);
  return status;
}

static tn_status rename_affinity(const struct naming *self, tni_node *node, tn_error *error) {
  tn_string number;
  if (!is_of_alias(self->call->engine, node->view.affinity, &number)) return TN_OK;
  const tn_string device =
      tni_alias_names_serving(&self->names, number.length ? number : self->chosen);
  return device.length ? tni_node_set_affinity(node, device, error) : TN_OK;
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
