/* Checks of the model that a compiled model says it runs. */
#define TN_GROUP "runtime_model"
#include <string.h>

#include "engine/blob.h"
#include "engine/observe.h"
#include "graph/graph.h"
#include "tenon/abi/ext/runtime_model.h"

static const char none[] = "compiled models of the plugin have no runtime model";

/* The table, or NULL where there is none. */
static const tn_runtime_model_api *api_of(tn_compiled_model *model) {
  return model ? tn_compiled_model_get_extension(model, TN_STRING(TN_EXTENSION_RUNTIME_MODEL))
               : NULL;
}

/* The runtime model of a model of the list, released after the check; NULL after recording why. */
static tn_model *runtime_model(test *t, tn_compiled_model *compiled) {
  const tn_runtime_model_api *api = api_of(compiled);
  tn_model *model = NULL;
  if (!compiled) return NULL;
  if (!api) {
    test_record_not_applicable(t, none);
    return NULL;
  }
  tn_status status = api->get(compiled, &model, &t->error);
  if (!test_record_status(t, status, TN_OK, "get(model, &out, &t->error)", __FILE__, __LINE__))
    return NULL;
  test_adopt_model(t, model);
  return model;
}

static const tn_node *find_node(const tn_model *model, tn_string name) {
  for (uint32_t i = 0; i < model->graph->node_count; i++)
    if (tn_string_equal(model->graph->nodes[i]->name, name)) return model->graph->nodes[i];
  return NULL;
}

static bool is_origin(const tn_model *model, tn_string name) {
  for (uint32_t i = 0; i < model->graph->node_count; i++)
    for (uint64_t k = 0; k < model->graph->nodes[i]->origin_count; k++)
      if (tn_string_equal(model->graph->nodes[i]->origins[k], name)) return true;
  return false;
}

TN_CHECK(runtime_model_table, ABI, 9, 0,
         "a runtime model comes from a table with all slots of its first version") {
  tn_compiled_model *compiled = test_compile(t, "carrier");
  const tn_runtime_model_api *api = api_of(compiled);
  NEED(compiled);
  if (!api) NOT_APPLICABLE(none);
  EXPECT(api->size >= TN_RUNTIME_MODEL_API_FIRST_SIZE && api->size % 8 == 0 && api->get);
  EXPECT(api_of(compiled) == api);
}

static void check_view(test *t, const char *name) {
  tn_model *model = runtime_model(t, test_compile(t, name));
  NEED(model);
  EXPECT(model->size >= TN_MODEL_FIRST_SIZE && model->graph && model->host == NULL);
  EXPECT_OK(tni_model_check(model, tni_allocator_system(), &t->error));
}

TN_CHECK(runtime_model_is_well_formed, RUNTIME_MODEL, 1, 0,
         "the runtime model of the carrier is a well-formed view") {
  check_view(t, "carrier");
}

TN_CHECK(runtime_model_of_a_network, RUNTIME_MODEL, 1, 0,
         "the runtime model of a network is a well-formed view with nodes in topological order") {
  check_view(t, "network_f32");
}

TN_CHECK(runtime_model_of_fused_nodes, RUNTIME_MODEL, 1, 0,
         "the runtime model of nodes that devices like to fuse is a well-formed view") {
  check_view(t, "multiply_add");
}

TN_CHECK(runtime_model_ports, RUNTIME_MODEL, 2, 0,
         "inputs and outputs of the runtime model are those of the compiled model") {
  tn_compiled_model *compiled = test_compile(t, "two_inputs_two_outputs");
  tn_model *model = runtime_model(t, compiled);
  NEED(model);
  const tn_port_list *ports = tn_compiled_model_ports(compiled);
  REQUIRE(model->graph->input_count == ports->input_count);
  REQUIRE(model->graph->output_count == ports->output_count);
  for (uint32_t i = 0; i < ports->input_count; i++) {
    EXPECT(tn_string_equal(model->graph->inputs[i]->name, ports->inputs[i]->name));
    EXPECT(model->graph->inputs[i]->type == ports->inputs[i]->type);
  }
  for (uint32_t i = 0; i < ports->output_count; i++)
    EXPECT(model->graph->outputs[i]->type == ports->outputs[i]->type &&
           model->graph->outputs[i]->rank == ports->outputs[i]->rank);
}

/* Whether a node can be folded: all that it takes is known. */
static bool is_constant(const tn_node *node) {
  for (uint32_t i = 0; i < node->input_count; i++)
    if (node->inputs[i] && !node->inputs[i]->constant) return false;
  return true;
}

/* Origins are names of the model that was compiled; those that neither folding nor removing
 * explains are all there. */
static void check_origins(test *t, const char *name, bool all) {
  const tn_model *original = test_model(t, name);
  tn_model *model = runtime_model(t, test_compile(t, name));
  NEED(original && model);
  EXPECT(model->graph->node_count > 0);
  for (uint32_t i = 0; i < model->graph->node_count; i++)
    for (uint64_t k = 0; k < model->graph->nodes[i]->origin_count; k++)
      EXPECT(find_node(original, model->graph->nodes[i]->origins[k]) != NULL);
  for (uint32_t i = 0; all && i < original->graph->node_count; i++) {
    const tn_node *node = original->graph->nodes[i];
    EXPECT_THAT(is_constant(node) || is_origin(model, node->name),
                "the runtime model names the original node %.*s", TNI_TEXT(node->name));
  }
}

TN_CHECK(runtime_model_origins, RUNTIME_MODEL, 3, 0,
         "nodes of a network's runtime model name original nodes, and each original one is named") {
  check_origins(t, "network_f32", true);
}

TN_CHECK(runtime_model_fused_origins, RUNTIME_MODEL, 3, 0,
         "both nodes of a pair that a device may fuse are named by the runtime model") {
  check_origins(t, "multiply_add", true);
}

TN_CHECK(runtime_model_repeated_origins, RUNTIME_MODEL, 3, 0,
         "of nodes that may be removed as repetitions no name is invented") {
  check_origins(t, "chain", false);
}

static const tn_attribute *attribute(test *t, const tn_node *node, const char *name,
                                     uint32_t kind) {
  const tn_attribute *found = tn_node_attribute(node, tn_string_from(name));
  if (found) EXPECT(found->kind == kind && found->count == 1);
  return found && found->kind == kind && found->count == 1 ? found : NULL;
}

TN_CHECK(
    runtime_model_attributes, RUNTIME_MODEL, 1, 0,
    "attributes that say what runs a node have their kinds; an order of execution has each place "
    "once and puts producers before their readers") {
  tn_model *model = runtime_model(t, test_compile(t, "network_f32"));
  NEED(model);
  const tn_graph *graph = model->graph;
  int64_t before = -1;
  bool ordered = true;
  for (uint32_t i = 0; i < graph->node_count; i++) {
    const tn_attribute *order = attribute(t, graph->nodes[i], TN_RUNTIME_ORDER, TN_ATTRIBUTE_INT);
    const tn_attribute *kernel =
        attribute(t, graph->nodes[i], TN_RUNTIME_KERNEL, TN_ATTRIBUTE_STRING);
    attribute(t, graph->nodes[i], TN_RUNTIME_PRECISION, TN_ATTRIBUTE_STRING);
    EXPECT(!kernel || kernel->as.strings[0].length > 0);
    if (!order) continue;
    EXPECT(order->as.ints[0] >= 0 && order->as.ints[0] < graph->node_count);
    ordered = ordered && order->as.ints[0] > before; /* a network without branches */
    before = order->as.ints[0];
  }
  EXPECT(ordered);
}

static const char *const described[] = {"multiply_add",   "network_f32", "two_inputs_two_outputs",
                                        "needless_nodes", "recurrent",   "filled",
                                        "repeated",       "branches",    "named_sizes",
                                        "accumulator",    NULL};

TN_CHECK_WITH(runtime_model_tells, RUNTIME_MODEL, 6, 0,
              "each node tells what runs it, its precision and its place in the order",
              .names = described) {
  static const struct {
    const char *name;
    uint32_t kind;
  } told[] = {{TN_RUNTIME_KERNEL, TN_ATTRIBUTE_STRING},
              {TN_RUNTIME_PRECISION, TN_ATTRIBUTE_STRING},
              {TN_RUNTIME_ORDER, TN_ATTRIBUTE_INT}};
  tn_model *model = runtime_model(t, test_compile(t, t->parameter));
  NEED(model);
  for (uint32_t i = 0; i < model->graph->node_count; i++)
    for (size_t k = 0; k < sizeof told / sizeof *told; k++)
      EXPECT_THAT(attribute(t, model->graph->nodes[i], told[k].name, told[k].kind) != NULL,
                  "node '%.*s' tells its %s", TNI_TEXT(model->graph->nodes[i]->name), told[k].name);
}

static const struct {
  const char *name;
  uint32_t code;
} types[] = {
#define TYPE_ROW(name, number, bits, onnx) {onnx, number},
    TN_ELEMENT_TYPE_MAP(TYPE_ROW)
#undef TYPE_ROW
};

enum { TYPE_COUNT = sizeof types / sizeof *types };

static bool is_real(uint32_t type) {
  return type == TN_F16 || type == TN_BF16 || type == TN_F32 || type == TN_F64;
}

/* Bits of the inference precision that a compiled model tells, or 0. */
static uint32_t told_bits(test *t, tn_compiled_model *compiled) {
  static const struct {
    const char *hint;
    uint32_t bits;
  } hints[] = {{"f16", 16}, {"bf16", 16}, {"f32", 32}, {"f64", 64}};
  const property_place place = {"model", TN_LEVEL_MODEL, NULL, TN_STRING(""), compiled};
  seen_value value;
  const tn_status status =
      see_property(t, &place, TN_STRING("INFERENCE_PRECISION_HINT"), &value, NULL);
  for (size_t i = 0; status == TN_OK && i < sizeof hints / sizeof *hints; i++)
    if (value.value.kind == TN_VALUE_STRING &&
        tn_string_equal(value.value.as.string, tn_string_from(hints[i].hint)))
      return hints[i].bits;
  return 0;
}

/* Whether a node that tells to compute in this type can give results of that one: a real type holds
 * what the model promises of reals, and all digits of whole numbers. */
static bool holds_results(uint32_t computed, uint32_t result, uint32_t least) {
  const uint32_t bits = tn_element_type_bits(computed);
  if (!is_real(computed)) return true;
  return is_real(result) ? result != TN_F32 || bits >= least : bits >= tn_element_type_bits(result);
}

static void expect_precision(test *t, const tn_node *node, tn_string told, uint32_t least) {
  const uint32_t result = node->outputs[0]->type;
  uint32_t i = 0;
  while (i < TYPE_COUNT && !tn_string_equal(told, tn_string_from(types[i].name)))
    i++;
  EXPECT_THAT(i < TYPE_COUNT, "'%.*s' of node '%.*s' is ONNX's name of an element type",
              TNI_TEXT(told), TNI_TEXT(node->name));
  EXPECT_THAT(i == TYPE_COUNT || holds_results(types[i].code, result, least),
              "node '%.*s' computes in %.*s, which holds its results of %u bits",
              TNI_TEXT(node->name), TNI_TEXT(told), tn_element_type_bits(result));
}

static void expect_precisions(test *t, const char *name, const tn_map_entry *hint) {
  tn_compiled_model *compiled = test_compile_with(t, name, hint, hint ? 1 : 0);
  const tn_model *model = runtime_model(t, compiled);
  NEED(model);
  const uint32_t least = told_bits(t, compiled);
  for (uint32_t i = 0; i < model->graph->node_count; i++) {
    const tn_node *node = model->graph->nodes[i];
    const tn_attribute *told = attribute(t, node, TN_RUNTIME_PRECISION, TN_ATTRIBUTE_STRING);
    if (told && node->output_count && node->outputs[0])
      expect_precision(t, node, told->as.strings[0], least);
  }
}

static const char *const typed_models[] = {
    "reals_and_integers", "network_f32", "multiply_add_i32", "relu_f16", "multiply_add_f64", NULL};

TN_CHECK_WITH(
    runtime_model_precision, RUNTIME_MODEL, 5, 0,
    "the precision that nodes tell is an element type; a real one is no narrower than what "
    "the compiled model tells, nor than results that are whole numbers",
    .names = typed_models) {
  seen_properties declared;
  REQUIRE_OK(see_properties(t, t->plugin, &declared, &t->error));
  const tn_property *hint =
      declaration_of(&declared, TN_STRING("INFERENCE_PRECISION_HINT"), TN_LEVEL_MODEL);
  expect_precisions(t, t->parameter, NULL);
  for (uint64_t i = 0; hint && (hint->flags & TN_PROPERTY_WRITABLE) && i < hint->choice_count; i++)
    expect_precisions(t, t->parameter, &(tn_map_entry){hint->name, hint->choices[i]});
}

TN_CHECK(runtime_model_outlives_the_compiled, RUNTIME_MODEL, 4, 0,
         "the runtime model stays valid after the compiled model was destroyed") {
  tn_compiled_model *compiled = test_compile(t, "network_f32");
  const tn_runtime_model_api *api = api_of(compiled);
  tn_model *model = NULL;
  NEED(compiled);
  if (!api) NOT_APPLICABLE(none);
  REQUIRE_OK(api->get(compiled, &model, &t->error));
  tn_model_retain(model);
  tn_model_release(model);
  test_destroy_compiled_model(t, compiled);
  EXPECT_OK(tni_model_check(model, tni_allocator_system(), &t->error));
  EXPECT(model->graph->node_count > 0);
  tn_model_release(model);
}

TN_CHECK(runtime_model_outlives_the_plugin, LIFE, 7, TEST_NOT_VIRTUAL,
         "the runtime model stays valid after its plugin was destroyed; only its release ends the "
         "engine") {
  test *other = test_another_engine(t);
  NEED(other);
  tn_compiled_model *compiled = test_compile(other, "carrier");
  const tn_runtime_model_api *api = api_of(compiled);
  tn_model *model = NULL;
  NEED(compiled);
  if (!api) NOT_APPLICABLE(none);
  REQUIRE_OK(api->get(compiled, &model, &t->error));
  test_destroy_compiled_model(t, compiled);
  tn_plugin_destroy(other->plugin, TN_DESTROY_NORMAL);
  other->plugin = NULL;
  EXPECT(atomic_load(&other->host->ended) == 0);
  EXPECT_OK(tni_model_check(model, tni_allocator_system(), &t->error));
  tn_model_release(model);
  EXPECT(atomic_load(&other->host->ended) == 1 && atomic_load(&other->host->blocks) == 0);
}

TN_CHECK(runtime_model_repeats, RUNTIME_MODEL, 1, 0,
         "asked again the compiled model tells of the same nodes") {
  tn_compiled_model *compiled = test_compile(t, "network_f32");
  tn_model *first = runtime_model(t, compiled);
  tn_model *second = first ? runtime_model(t, compiled) : NULL;
  NEED(second);
  REQUIRE(first->graph->node_count == second->graph->node_count);
  for (uint32_t i = 0; i < first->graph->node_count; i++)
    EXPECT(tn_string_equal(first->graph->nodes[i]->name, second->graph->nodes[i]->name) &&
           tn_string_equal(first->graph->nodes[i]->operation, second->graph->nodes[i]->operation));
}

TN_CHECK(runtime_model_after_import, RUNTIME_MODEL, 3, TEST_NEEDS_IMPORT,
         "the runtime model of an imported model names the original nodes") {
  blob whole;
  if (!blob_make(t, "multiply_add", &whole)) return;
  tn_model *model = runtime_model(t, blob_import_whole(t, &whole, true));
  blob_clear(&whole);
  NEED(model);
  EXPECT(is_origin(model, TN_STRING("product")) && is_origin(model, TN_STRING("sum")));
}

/* Whether two nodes name the same original nodes, in whatever order. */
static bool same_origins(const tn_node *a, const tn_node *b) {
  uint64_t found = 0;
  for (uint64_t i = 0; i < a->origin_count; i++)
    for (uint64_t k = 0; k < b->origin_count; k++)
      found += tn_string_equal(a->origins[i], b->origins[k]) ? 1 : 0;
  return a->origin_count == b->origin_count && found == a->origin_count;
}

static const char *const shared_origins[] = {"repeated", "multiply_add", "products_read_twice",
                                             "network_f32", NULL};

TN_CHECK_WITH(runtime_model_imported, RUNTIME_MODEL, 3, TEST_NEEDS_IMPORT,
              "each node of an imported model's runtime model names the original nodes that it "
              "named before the export",
              .names = shared_origins) {
  blob whole = {0};
  tn_compiled_model *compiled = test_compile(t, t->parameter);
  tn_model *before = runtime_model(t, compiled);
  NEED(before);
  REQUIRE_OK(blob_export(t, compiled, &whole));
  tn_model *after = runtime_model(t, blob_import_whole(t, &whole, true));
  blob_clear(&whole);
  NEED(after);
  REQUIRE(after->graph->node_count == before->graph->node_count);
  for (uint32_t i = 0; i < before->graph->node_count; i++) {
    const tn_node *node = before->graph->nodes[i], *same = NULL;
    for (uint32_t k = 0; k < after->graph->node_count && !same; k++)
      if (same_origins(node, after->graph->nodes[k])) same = after->graph->nodes[k];
    EXPECT_THAT(same != NULL, "what node '%.*s' names, a node of the imported model names",
                TNI_TEXT(node->name));
  }
}

TN_CHECK(runtime_model_null_arguments, ERROR, 11, 0,
         "NULL for out is refused with INVALID_ARGUMENT") {
  tn_compiled_model *compiled = test_compile(t, "carrier");
  const tn_runtime_model_api *api = api_of(compiled);
  NEED(compiled);
  if (!api) NOT_APPLICABLE(none);
  EXPECT_STATUS(api->get(compiled, NULL, &t->error), TN_INVALID_ARGUMENT);
  EXPECT_STATUS(api->get(compiled, NULL, NULL), TN_INVALID_ARGUMENT);
}
