#include "devices/hetero/shares.h"

#include "base/status.h"
#include "devices/hetero/assign.h"
#include "devices/hetero/listed.h"
#include "graph/tensor.h"

/* --- what devices have */

/* 0: it does not tell. */
static uint64_t memory_of(const tni_below *below, tn_string device) {
  tn_device found;
  return tni_listed_find(below->call->engine->host, below->core, device, NULL, &found) == TN_OK
             ? found.memory_bytes
             : 0;
}

/* --- what nodes need */

static double weight_of(const tn_node *node) {
  double bytes = 0;
  for (uint32_t i = 0; i < node->input_count; i++) {
    const tn_value_info *input = node->inputs[i];
    if (input && input->constant)
      bytes +=
          (double)tn_dense_bytes(input->constant->type, tn_tensor_element_count(input->constant));
  }
  return bytes;
}

/* --- who gets what */

static void deal(const tn_graph *graph, const double *memory, uint32_t device_count,
                 uint32_t *shares) {
  double whole = 0, all = 0, done = 0;
  for (uint32_t i = 0; i < graph->node_count; i++)
    whole += weight_of(graph->nodes[i]);
  for (uint32_t device = 0; device < device_count; device++)
    all += memory[device];
  for (uint32_t i = 0; i < graph->node_count; i++) {
    const double weight = whole > 0 ? weight_of(graph->nodes[i]) : 1;
    const double middle = (done + weight / 2) / (whole > 0 ? whole : graph->node_count);
    double filled = memory[0];
    uint32_t device = 0;
    while (device + 1 < device_count && filled / all < middle)
      filled += memory[++device];
    shares[i] = device;
    done += weight;
  }
}

tn_status tni_shares_make(const tni_below *below, const tni_devices *devices, const tn_graph *graph,
                          tni_arena *arena, uint32_t **out, tn_error *error) {
  *out = NULL;
  if (!tn_string_is(tn_kit_settings_string(below->call->settings, "MODEL_DISTRIBUTION_POLICY"),
                    "PIPELINE_PARALLEL"))
    return TN_OK;
  uint32_t *shares = tni_arena_alloc_array(arena, (size_t)graph->node_count + 1, sizeof *shares);
  double *memory = tni_arena_alloc_array(arena, devices->count, sizeof *memory);
  if (!shares || !memory) return tni_fail(error, TN_OUT_OF_MEMORY, "no memory to deal out a model");
  int all_tell = 1;
  for (uint32_t i = 0; i < devices->count; i++) {
    memory[i] = (double)memory_of(below, devices->names[i]);
    all_tell &= memory[i] > 0;
  }
  for (uint32_t i = 0; !all_tell && i < devices->count; i++)
    memory[i] = 1;
  deal(graph, memory, devices->count, shares);
  *out = shares;
  return TN_OK;
}
