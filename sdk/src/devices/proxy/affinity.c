/* Nodes that are meant for certain devices: by the names of those that serve the place, which the
 * runtime has put in place of the alias's. What it has left is none of them. */
#include "base/status.h"
#include "devices/proxy/proxy.h"

/* The first node that is meant for another, or NULL. */
static const tn_node *find_meant_for_others(tn_string device, const tn_model *model) {
  for (uint32_t i = 0; model && model->graph && i < model->graph->node_count; i++) {
    const tn_node *node = model->graph->nodes[i];
    if (node->affinity.length && !tni_device_is_meant(device, node->affinity)) return node;
  }
  return NULL;
}

int tni_proxy_is_meant_for_others(const tni_place *place, const tn_model *model) {
  return place->count > 1 && find_meant_for_others(place->serving[0], model) != NULL;
}

tn_status tni_proxy_check_affinity(const tni_proxy *self, const tni_places *places,
                                   const tni_place *place, const tn_model *model, tn_error *error) {
  const tn_node *node = NULL;
  if (place->count == 1) node = find_meant_for_others(place->serving[0], model);
  if (!node) return TN_OK;
  tni_text ids;
  tni_text_init(&ids, &self->allocator);
  tni_places_append_ids(places, &ids);
  tn_status status = tni_text_status(&ids);
  status = status == TN_OK
               ? tni_fail(error, TN_NOT_FOUND,
                          "node %.*s: its affinity %.*s is none of the devices: '%s' is served by "
                          "%.*s alone, and there are %.*s",
                          TNI_TEXT(node->name), TNI_TEXT(node->affinity), place->id,
                          TNI_TEXT(place->serving[0]), TNI_TEXT(tni_text_string(&ids)))
               : tni_fail(error, status, "no memory for the names of devices");
  tni_text_destroy(&ids);
  return status;
}
