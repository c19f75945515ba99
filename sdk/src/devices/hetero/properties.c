#include "devices/hetero/hetero.h"

#include "base/arena.h"
#include "base/status.h"
#include "devices/hetero/nodes.h"
#include "devices/hetero/told.h"
#include "devices/hetero/walk.h"
#include "kit/engine.h"

static const tni_hetero_compiled *compiled_of(const tn_kit_reading *reading) {
  return tni_hetero_compiled_of(reading->compiled);
}

/* The devices that have a part, by priority. */
static tn_status get_execution_devices(const tn_kit_reading *reading, tn_value_sink sink,
                                       void *user, tn_error *error) {
  const tni_plan *plan = compiled_of(reading)->plan;
  const tni_allocator *allocator = plan->environment->allocator;
  tn_value *names = TNI_ALLOC_ITEMS(allocator, names, plan->devices.count);
  uint64_t count = 0;
  if (!names) return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for a list of devices");
  for (uint32_t device = 0; device < plan->devices.count; device++) {
    uint32_t part = 0;
    while (part < plan->part_count && plan->parts[part].device != device)
      part++;
    if (part < plan->part_count) names[count++] = tn_value_of_string(plan->devices.names[device]);
  }
  const tn_value list = tn_value_of_list(names, count);
  const tn_status status = sink(user, &list);
  tni_free(allocator, names);
  return tni_received(status, "a list", error);
}

static tn_status get_subgraph_count(const tn_kit_reading *reading, tn_value_sink sink, void *user,
                                    tn_error *error) {
  const tn_value value = tn_value_of_int64(compiled_of(reading)->plan->part_count);
  return tni_received(sink(user, &value), "a number", error);
}

static tn_status get_copied_bytes(const tn_kit_reading *reading, tn_value_sink sink, void *user,
                                  tn_error *error) {
  tni_hetero_compiled *compiled = tni_hetero_compiled_of(reading->compiled);
  const tn_value value = tn_value_of_int64((int64_t)atomic_load(&compiled->copied));
  return tni_received(sink(user, &value), "a number", error);
}

/* --- who runs what */

static tn_status give_map(tni_arena *arena, const tn_map_entry *entries, uint64_t count,
                          tn_value_sink sink, void *user, tn_error *error) {
  tn_value map = {TN_VALUE_MAP, 0, {0}};
  map.as.map.entries = entries;
  map.as.map.count = count;
  const tn_status status = entries
                               ? tni_received(sink(user, &map), "a map", error)
                               : tni_fail(error, TN_OUT_OF_MEMORY, "no memory for a map of nodes");
  tni_arena_destroy(arena);
  return status;
}

/* What an entry of a map says of a node; an empty text: there is none. */
typedef tn_string (*telling)(const tni_plan *plan, const tni_told_node *node);

static tn_status give_nodes(const tni_plan *plan, telling tell, tn_value_sink sink, void *user,
                            tn_error *error) {
  const uint32_t nodes = tni_plan_node_count(plan);
  uint64_t count = 0;
  tni_arena arena;
  tni_arena_init(&arena, plan->environment->allocator);
  tn_map_entry *entries = tni_arena_alloc_array(&arena, (size_t)nodes + 1, sizeof *entries);
  for (uint32_t i = 0; entries && i < nodes; i++) {
    tni_told_node node;
    if (tni_plan_node(plan, i, &arena, &node) != TN_OK) {
      entries = NULL;
      continue;
    }
    const tn_string told = tell(plan, &node);
    if (told.length) entries[count++] = (tn_map_entry){node.name, tn_value_of_string(told)};
  }
  return give_map(&arena, entries, count, sink, user, error);
}

static tn_string tell_device(const tni_plan *plan, const tni_told_node *node) {
  return plan->devices.names[plan->parts[node->part].device];
}

static tn_string tell_refusals(const tni_plan *plan, const tni_told_node *node) {
  (void)plan;
  return node->refusals;
}

static tn_status get_node_devices(const tn_kit_reading *reading, tn_value_sink sink, void *user,
                                  tn_error *error) {
  return give_nodes(compiled_of(reading)->plan, tell_device, sink, user, error);
}

static tn_status get_refusals(const tn_kit_reading *reading, tn_value_sink sink, void *user,
                              tn_error *error) {
  return give_nodes(compiled_of(reading)->plan, tell_refusals, sink, user, error);
}

static const tn_kit_property device_priorities = TN_KIT_PROPERTY(
    "DEVICE_PRIORITIES", STRING, TN_LEVEL_PLUGIN | TN_LEVEL_MODEL,
    TN_PROPERTY_WRITABLE | TN_PROPERTY_INITIAL | TN_PROPERTY_CACHING, "", NULL, NULL,
    "The devices, by priority, separated by commas.", TN_KIT_STRING(""), TN_KIT_ANY);

static const tn_value policies[] = {TN_KIT_STRING("NONE"), TN_KIT_STRING("PIPELINE_PARALLEL")};
static const tn_kit_property distribution_policy = TN_KIT_PROPERTY(
    "MODEL_DISTRIBUTION_POLICY", STRING, TN_LEVEL_PLUGIN,
    TN_PROPERTY_WRITABLE | TN_PROPERTY_CACHING, "", NULL, NULL,
    "How a model is dealt out: to the first device that takes it, or in a row by memory.",
    TN_KIT_STRING("NONE"), TN_KIT_CHOICES(policies));

static const tn_kit_property execution_devices =
    TN_KIT_PROPERTY("EXECUTION_DEVICES", LIST, TN_LEVEL_MODEL, 0, "", get_execution_devices, NULL,
                    "The devices that the model runs on.", TN_KIT_NONE, TN_KIT_ANY);

static const tn_kit_property subgraph_count = TN_KIT_PROPERTY(
    "HETERO_NUMBER_OF_SUBGRAPHS", INT64, TN_LEVEL_MODEL, 0, "subgraphs", get_subgraph_count, NULL,
    "How many parts the model runs in.", TN_KIT_NONE, TN_KIT_ANY);

static const tn_kit_property copied_bytes = TN_KIT_PROPERTY(
    "HETERO_COPIED_BYTES", INT64, TN_LEVEL_MODEL, TN_PROPERTY_VOLATILE, "bytes", get_copied_bytes,
    NULL,
    "What the latest inference has copied; before the first, what is known of it: outputs that no "
    "part computes, and what went from part to part through the host's memory, once for each end "
    "on a device with memory of its own.",
    TN_KIT_NONE, TN_KIT_ANY);

static const tn_kit_property node_devices =
    TN_KIT_PROPERTY("HETERO_NODE_DEVICES", MAP, TN_LEVEL_MODEL, 0, "", get_node_devices, NULL,
                    "The device of each node, by the node's name.", TN_KIT_NONE, TN_KIT_ANY);

static const tn_kit_property refusals =
    TN_KIT_PROPERTY("HETERO_REFUSALS", MAP, TN_LEVEL_MODEL, 0, "", get_refusals, NULL,
                    "Why devices do not run a node, by the node's name.", TN_KIT_NONE, TN_KIT_ANY);

static const tn_kit_property available_devices = TN_KIT_PROPERTY(
    "AVAILABLE_DEVICES", LIST, TN_LEVEL_PLUGIN, TN_PROPERTY_VOLATILE, "",
    tni_hetero_get_available_devices, NULL,
    "Ids of the plugin's devices: none where DEVICE_PRIORITIES names no device that is there.",
    TN_KIT_NONE, TN_KIT_ANY);

static const tn_kit_property float_controls =
    TN_KIT_PROPERTY("FLOAT_CONTROLS", LIST, TN_LEVEL_DEVICE, TN_PROPERTY_VOLATILE, "",
                    tni_hetero_get_float_controls, NULL,
                    "Where the arithmetic of a device in DEVICE_PRIORITIES departs from IEEE 754.",
                    TN_KIT_NONE, TN_KIT_ANY);

static const tn_kit_property operator_profile =
    TN_KIT_PROPERTY("OPERATOR_PROFILE", STRING, TN_LEVEL_DEVICE, TN_PROPERTY_VOLATILE, "",
                    tni_hetero_get_operator_profile, NULL,
                    "The operator profile of the first device in DEVICE_PRIORITIES that has one; "
                    "empty: none has.",
                    TN_KIT_NONE, TN_KIT_ANY);

static const tn_kit_property *const rows[] = {
    &tn_kit_property_SUPPORTED_PROPERTIES,
    &available_devices,
    &tn_kit_property_CACHING_PROPERTIES,
    &device_priorities,
    &distribution_policy,
    &tn_kit_property_PERF_COUNT,
    &tn_kit_property_NUM_STREAMS,
    &tn_kit_property_PERFORMANCE_HINT,
    &tn_kit_property_PERFORMANCE_HINT_NUM_REQUESTS,
    &tn_kit_property_EXECUTION_MODE_HINT,
    &tn_kit_property_EXCLUSIVE_ASYNC_REQUESTS,
    &tn_kit_property_DISABLE_TRANSFORMATIONS,
    &tn_kit_property_FULL_DEVICE_NAME,
    &float_controls,
    &operator_profile,
    &tn_kit_property_OPTIMAL_NUMBER_OF_INFER_REQUESTS,
    &execution_devices,
    &tn_kit_property_LOADED_FROM_CACHE,
    &tn_kit_property_NETWORK_NAME,
    &subgraph_count,
    &copied_bytes,
    &node_devices,
    &refusals,
};

const tn_kit_property_table tni_hetero_properties = {rows, sizeof rows / sizeof *rows};
