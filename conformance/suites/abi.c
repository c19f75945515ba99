/* Checks of the interface itself: the entry, tables and sizes, extensions, strings. */
#define TN_GROUP "abi"
#include "engine/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/altered.h"
#include "engine/computed.h"
#include "engine/growth.h"
#include "engine/guarded.h"
#include "engine/ignore.h"
#include "engine/observe.h"
#include "engine/remote_objects.h"
#include "tenon/abi/ext/batch.h"
#include "tenon/abi/ext/fault.h"
#include "tenon/abi/ext/handles.h"
#include "tenon/abi/ext/targets.h"

/* --- the entry -----------------------------------------------------------------------------------
 */

TN_CHECK(abi_entry_is_there, ABI, 1, TEST_NO_ENGINE,
         "the library exports tn_create_plugin_engine") {
  EXPECT(t->setup->create != NULL);
}

static const void *no_host(const tn_create_options *options, uint32_t major) {
  (void)options, (void)major;
  return NULL;
}

TN_CHECK(abi_refuses_unknown_majors, ABI, 7, TEST_NO_ENGINE,
         "given only majors that it does not speak, creation fails with UNSUPPORTED and says so") {
  tn_create_options options = tn_create_options_init();
  tn_plugin *plugin = test_poison();
  options.oldest_major = 900;
  options.newest_major = 901;
  options.host_for = no_host;
  EXPECT_STATUS(t->setup->create(&options, &plugin, &t->error), TN_UNSUPPORTED);
  EXPECT(plugin == test_poison());
}

TN_CHECK(abi_refuses_missing_host_table, ABI, 7, TEST_NO_ENGINE,
         "when the host has no table for the major, creation fails with UNSUPPORTED") {
  tn_create_options options = tn_create_options_init();
  tn_plugin *plugin = test_poison();
  options.oldest_major = options.newest_major = TN_MAJOR;
  options.host_for = no_host;
  EXPECT_STATUS(t->setup->create(&options, &plugin, &t->error), TN_UNSUPPORTED);
  EXPECT(plugin == test_poison());
}

/* Ranges of majors that hosts offer: before ours, ours alone, around it, behind it. */
static const struct {
  const char *name;
  uint16_t oldest, newest;
  bool speaks;
} ranges[] = {
    {"ours_alone", TN_MAJOR, TN_MAJOR, true},          {"ours_and_older", 0, TN_MAJOR, true},
    {"ours_and_newer", TN_MAJOR, TN_MAJOR + 7, true},  {"all", 0, 65535, true},
    {"older_alone", 0, TN_MAJOR - 1, false},           {"newer_alone", TN_MAJOR + 1, 65535, false},
    {"upside_down", TN_MAJOR + 1, TN_MAJOR - 1, false}};

static const char *range_at(uint32_t index) {
  return index < sizeof ranges / sizeof *ranges ? ranges[index].name : NULL;
}

/* Offers the table of TN_MAJOR, when that lies in the range. */
static suite_host *negotiating;

static const void *host_in_range(const tn_create_options *options, uint32_t major) {
  const bool inside = major >= options->oldest_major && major <= options->newest_major;
  return inside && major == TN_MAJOR ? &negotiating->table : NULL;
}

TN_CHECK_WITH(abi_negotiation, ABI, 5, TEST_NO_ENGINE,
              "of the majors offered the plugin picks one that it speaks, or refuses with "
              "UNSUPPORTED",
              .name_at = range_at) {
  suite_host host;
  tn_plugin *plugin = test_poison();
  tn_create_options options = tn_create_options_init();
  suite_host_init(&host, t->setup->others, t->setup->other_count);
  negotiating = &host;
  options.oldest_major = ranges[t->parameter_index].oldest;
  options.newest_major = ranges[t->parameter_index].newest;
  options.host_for = host_in_range;
  options.properties = t->setup->properties;
  options.property_count = t->setup->property_count;
  EXPECT_STATUS(t->setup->create(&options, &plugin, &t->error),
                ranges[t->parameter_index].speaks ? TN_OK : TN_UNSUPPORTED);
  if (plugin != test_poison()) {
    EXPECT(plugin->api->major == TN_MAJOR);
    tn_plugin_destroy(plugin, TN_DESTROY_NORMAL);
  }
  EXPECT(atomic_load(&host.blocks) == 0);
  suite_host_clear(&host);
}

/* --- tables --------------------------------------------------------------------------------------
 */

static bool sound_size(uint32_t size, uint32_t first) {
  return size >= first && size % 8 == 0;
}

TN_CHECK(abi_plugin_table, ABI, 8, 0,
         "the plugin's table, maker and info have at least the size of their first version") {
  const tn_plugin_info *info = t->plugin->api->info(t->plugin);
  EXPECT(sound_size(t->plugin->api->size, TN_PLUGIN_API_FIRST_SIZE));
  EXPECT(sound_size(t->plugin->maker->size, TN_MAKER_FIRST_SIZE));
  REQUIRE(info != NULL);
  EXPECT(sound_size(info->size, TN_PLUGIN_INFO_FIRST_SIZE));
}

TN_CHECK(abi_plugin_slots, ABI, 9, 0, "every mandatory slot of the plugin's table is there") {
  const tn_plugin_api *api = t->plugin->api;
  EXPECT(api->get_extension && api->destroy && api->info && api->devices && api->properties);
  EXPECT(api->get_property && api->set_properties && api->query && api->compile);
}

TN_CHECK(abi_major_was_offered, ABI, 5, 0,
         "the major that the plugin picked is one that was offered") {
  EXPECT(t->plugin->api->major == TN_MAJOR);
}

TN_CHECK(abi_model_table, ABI, 9, 0, "every mandatory slot of a compiled model's table is there") {
  tn_compiled_model *model = test_compile(t, "carrier");
  NEED(model);
  const tn_compiled_model_api *api = model->api;
  EXPECT(sound_size(api->size, TN_COMPILED_MODEL_API_FIRST_SIZE));
  EXPECT(api->get_extension && api->destroy && api->ports && api->create_request);
  EXPECT(api->get_property && api->set_properties);
}

TN_CHECK(abi_request_table, ABI, 9, 0, "every mandatory slot of a request's table is there") {
  tn_infer_request *request = test_request(t, test_compile(t, "carrier"));
  NEED(request);
  const tn_infer_request_api *api = request->api;
  EXPECT(sound_size(api->size, TN_INFER_REQUEST_API_FIRST_SIZE));
  EXPECT(api->get_extension && api->destroy && api->set_tensor && api->get_tensor && api->infer);
  EXPECT(api->start && api->wait && api->cancel && api->set_callback);
}

/* String tensors alone have set_string. */
static void expect_tensor_table(test *t, const tn_tensor *tensor, const char *what) {
  const tn_tensor_api *api = tensor->api;
  EXPECT_THAT(sound_size(api->size, TN_TENSOR_API_FIRST_SIZE) && api->reserved == 0,
              "the table of a %s states a size, and its reserved word is zero", what);
  EXPECT_THAT(api->get_extension && api->retain && api->release,
              "the table of a %s has get_extension, retain and release", what);
  EXPECT_THAT(tensor->type != TN_STRING_ELEMENT || api->set_string,
              "the table of a %s has set_string", what);
}

/* One that a context made, unless it has none of the type. */
static void expect_context_tensor_table(test *t, tn_status status, tn_tensor *tensor,
                                        const char *what) {
  EXPECT_OK_OR(status, TN_UNSUPPORTED);
  if (status != TN_OK) return;
  test_adopt_tensor(t, tensor);
  expect_tensor_table(t, tensor, what);
}

/* Those of a context, as the model's first input. */
static void expect_context_tensor_tables(test *t, const tn_value_info *port) {
  int64_t shape[TN_MAX_RANK];
  tn_remote_context *context = remote_context(t);
  tn_tensor *tensor = NULL, *host = NULL;
  NEED(context);
  suite_shape(port, 4, shape);
  tn_status status =
      tn_remote_context_create_tensor(context, port->type, port->rank, shape, &tensor, &t->error);
  expect_context_tensor_table(t, status, tensor, "device tensor");
  status =
      context->api->create_host_tensor(context, port->type, port->rank, shape, &host, &t->error);
  expect_context_tensor_table(t, status, host, "host tensor of a context");
}

TN_CHECK_WITH(abi_tensor_table, ABI, 9, 0, "every mandatory slot of a tensor's table is there",
              .revision = 2) {
  static const char *const models[] = {"carrier", "move_STRING_ELEMENT"};
  for (size_t i = 0; i < sizeof models / sizeof *models; i++) {
    tn_model *model = test_model(t, models[i]);
    if (i > 0 && !computed_supports(t, model)) continue;
    tn_infer_request *request = test_request(t, test_compile(t, models[i]));
    NEED(request);
    for (uint32_t port = 0; port < model->graph->input_count + model->graph->output_count; port++) {
      tn_tensor *tensor = NULL;
      REQUIRE_OK(tn_infer_request_get_tensor(request, port, &tensor, &t->error));
      expect_tensor_table(t, tensor, "tensor of a request");
    }
  }
  const tn_model *carrier = test_model(t, "carrier");
  if (t->capabilities & TN_DEVICE_HAS_REMOTE && carrier->graph->input_count > 0)
    expect_context_tensor_tables(t, carrier->graph->inputs[0]);
}

/* --- extensions */

TN_CHECK(abi_unknown_extension, ABI, 14, 0,
         "get_extension answers NULL to an id that nobody knows") {
  EXPECT(tn_plugin_get_extension(t->plugin, TN_STRING("x-nobody.knows/1")) == NULL);
  EXPECT(tn_plugin_get_extension(t->plugin, TN_STRING("")) == NULL);
}

static const char *const known_ids[] = {
    TN_EXTENSION_IMPORT, TN_EXTENSION_REMOTE,    TN_EXTENSION_EXPORT, TN_EXTENSION_RUNTIME_MODEL,
    TN_EXTENSION_STATES, TN_EXTENSION_PROFILING, TN_EXTENSION_COPY,   TN_EXTENSION_CORE,
    TN_EXTENSION_BATCH,  TN_EXTENSION_HANDLES,   TN_EXTENSION_FAULT,  TN_EXTENSION_TARGETS};

/* Asks one object for every id that the headers know, whole, cut and lengthened. */
static void ask_for_extensions(test *t, void *pointer, const char *what) {
  tn_object *object = pointer;
  for (size_t i = 0; i < sizeof known_ids / sizeof *known_ids; i++) {
    char longer[64];
    size_t length = strlen(known_ids[i]);
    memcpy(longer, known_ids[i], length);
    longer[length] = '0';
    EXPECT_THAT(!object->api->get_extension(object, tn_string_make(longer, length + 1)),
                "a %s knows no %s0", what, known_ids[i]);
    EXPECT_THAT(!object->api->get_extension(object, tn_string_make(longer, length - 1)),
                "a %s knows no %.*s", what, (int)length - 1, longer);
    const void *once = object->api->get_extension(object, tn_string_make(longer, length));
    const void *again = object->api->get_extension(object, tn_string_from(known_ids[i]));
    EXPECT_THAT(once == again, "a %s gives the same %s every time", what, known_ids[i]);
    EXPECT_THAT(!once || sound_size(*(const uint32_t *)once, 8), "the table %s states a size",
                known_ids[i]);
  }
}

TN_CHECK_WITH(abi_extension_ids, ABI, 14, 0,
              "get_extension compares the whole id and gives the same table every time",
              .revision = 2) {
  tn_infer_request *request = test_carrier_request(t);
  NEED(request);
  tn_compiled_model *model = test_compile(t, "carrier");
  NEED(model);
  ask_for_extensions(t, t->plugin, "plugin");
  ask_for_extensions(t, model, "compiled model");
  ask_for_extensions(t, request, "request");
  if (!(t->capabilities & TN_DEVICE_HAS_REMOTE)) return;
  tn_remote_context *context = remote_context(t);
  NEED(context);
  ask_for_extensions(t, context, "remote context");
}

/* --- objects and structs ---------------------------------------------------------------------- */

static void expect_header(test *t, const void *pointer, const char *what) {
  const tn_object *object = pointer;
  EXPECT_THAT(object->api != NULL, "a %s has a table", what);
  EXPECT_THAT(object->maker != NULL, "a %s names its maker", what);
  EXPECT_THAT(object->host == NULL, "the host word of a new %s is NULL", what);
  EXPECT_THAT(object->api && object->api->get_extension, "the table of a %s has get_extension",
              what);
}

TN_CHECK(abi_object_headers, ABI, 4, 0,
         "every object starts with table, maker and an empty host word") {
  tn_tensor *tensor = NULL;
  tn_compiled_model *model = test_compile(t, "carrier");
  tn_infer_request *request = test_request(t, model);
  NEED(request);
  REQUIRE_OK(tn_infer_request_get_tensor(request, 0, &tensor, &t->error));
  expect_header(t, t->plugin, "plugin");
  expect_header(t, model, "compiled model");
  expect_header(t, request, "request");
  expect_header(t, tensor, "tensor");
  EXPECT(model->api->reserved == 0 && request->api->reserved == 0);
}

static tn_status check_device_list(void *user, const tn_device_list *list) {
  test *t = user;
  EXPECT(sound_size(list->size, TN_DEVICE_LIST_FIRST_SIZE));
  for (uint32_t i = 0; i < list->count; i++)
    EXPECT(sound_size(list->devices[i]->size, TN_DEVICE_FIRST_SIZE));
  return TN_OK;
}

static tn_status check_declarations(void *user, const tn_property *const *properties,
                                    uint64_t count) {
  test *t = user;
  for (uint64_t i = 0; i < count; i++)
    EXPECT(sound_size(properties[i]->size, TN_PROPERTY_FIRST_SIZE));
  return TN_OK;
}

static tn_status check_answers(void *user, const tn_node_support *const *nodes, uint64_t count) {
  test *t = user;
  for (uint64_t i = 0; i < count; i++)
    EXPECT(sound_size(nodes[i]->size, TN_NODE_SUPPORT_FIRST_SIZE));
  return TN_OK;
}

TN_CHECK(abi_struct_sizes, ABI, 8, 0,
         "every struct that the plugin hands out has at least the size of its first version") {
  tn_model *carrier = test_model(t, "carrier");
  tn_compiled_model *model = test_compile(t, "carrier");
  NEED(carrier && model);
  EXPECT_OK(t->plugin->api->devices(t->plugin, check_device_list, t, &t->error));
  EXPECT_OK(t->plugin->api->properties(t->plugin, check_declarations, t, &t->error));
  EXPECT_OK(tn_plugin_query(t->plugin, t->device, carrier, NULL, check_answers, t, &t->error));
  const tn_port_list *ports = tn_compiled_model_ports(model);
  REQUIRE(ports != NULL);
  EXPECT(sound_size(ports->size, TN_PORT_LIST_FIRST_SIZE) && ports->reserved == 0);
  for (uint32_t i = 0; i < ports->input_count; i++)
    EXPECT(sound_size(ports->inputs[i]->size, TN_VALUE_INFO_FIRST_SIZE));
  for (uint32_t i = 0; i < ports->output_count; i++)
    EXPECT(sound_size(ports->outputs[i]->size, TN_VALUE_INFO_FIRST_SIZE));
  const tn_plugin_info *info = t->plugin->api->info(t->plugin);
  for (uint64_t i = 0; i < info->operator_set_count; i++)
    EXPECT(sound_size(info->operator_sets[i]->size, TN_OPERATOR_SET_FIRST_SIZE));
  EXPECT(t->plugin->maker->reserved == 0);
}

/* --- strings and open enumerations ------------------------------------------------------------ */

TN_CHECK(abi_strings_by_length, ABI, 17, 0,
         "strings are read by their length alone: what stands behind is not part of them") {
  static const char tail[] = "TAIL";
  guarded device, property;
  seen_devices devices;
  char *longer = test_alloc(t, t->device.length + sizeof tail);
  snprintf(longer, t->device.length + sizeof tail, "%.*s%s", TNI_TEXT(t->device), tail);
  tn_string cut = tn_string_make(longer, t->device.length);
  seen_answers answers;
  tn_model *carrier = test_model(t, "carrier");
  NEED(carrier);
  REQUIRE(guarded_create(&device, t->device.data, (size_t)t->device.length) &&
          guarded_create(&property, "NO_SUCH_PROPERTY", 16));
  tn_string whole = t->device;
  t->device = cut;
  EXPECT_OK(see_query(t, t->plugin, carrier, NULL, &answers, &t->error));
  t->device = tn_string_make(device.data, whole.length); /* no zero can be read behind it */
  EXPECT_OK(see_query(t, t->plugin, carrier, NULL, &answers, &t->error));
  property_place place = {"device", TN_LEVEL_DEVICE, t->plugin, t->device, NULL};
  seen_value value;
  EXPECT_STATUS(see_property(t, &place, tn_string_make(property.data, 16), &value, &t->error),
                TN_NOT_FOUND);
  t->device = whole;
  EXPECT_OK(see_devices(t, t->plugin, &devices, &t->error));
  guarded_destroy(&device);
  guarded_destroy(&property);
}

TN_CHECK(abi_strings_are_utf8, ABI, 21, 0, "strings handed out are UTF-8") {
  const tn_plugin_info *info = t->plugin->api->info(t->plugin);
  seen_devices devices;
  seen_properties properties;
  EXPECT(is_utf8(info->name) && is_utf8(info->version) && is_utf8(info->vendor));
  EXPECT(is_utf8(t->plugin->maker->name));
  EXPECT_OK(see_devices(t, t->plugin, &devices, &t->error));
  for (uint32_t i = 0; i < devices.count; i++)
    EXPECT(is_utf8(devices.items[i]->id) && is_utf8(devices.items[i]->name));
  EXPECT_OK(see_properties(t, t->plugin, &properties, &t->error));
  for (uint32_t i = 0; i < properties.count; i++)
    EXPECT(is_utf8(properties.items[i]->name) && is_utf8(properties.items[i]->doc) &&
           is_utf8(properties.items[i]->unit));
}

TN_CHECK(abi_constant_records, ABI, 22, 0,
         "info and ports give the same record at every call, and it stays as it is") {
  const tn_plugin_info *info = t->plugin->api->info(t->plugin);
  tn_compiled_model *model = test_compile(t, "carrier");
  REQUIRE(info && model);
  const tn_port_list *ports = tn_compiled_model_ports(model);
  REQUIRE(ports != NULL);
  const tn_plugin_info info_before = *info;
  const tn_port_list ports_before = *ports;
  tn_infer_request *request = test_carrier_request(t);
  NEED(request);
  EXPECT_OK(tn_infer_request_infer(request, &t->error));
  EXPECT(t->plugin->api->info(t->plugin) == info);
  EXPECT(tn_compiled_model_ports(model) == ports);
  EXPECT(memcmp(&info_before, info, TN_PLUGIN_INFO_FIRST_SIZE) == 0);
  EXPECT(memcmp(&ports_before, ports, TN_PORT_LIST_FIRST_SIZE) == 0);
}

TN_CHECK(abi_plugin_name, ABI, 23, 0,
         "the plugin's name consists of letters, digits and '_', and its version is there") {
  const tn_plugin_info *info = t->plugin->api->info(t->plugin);
  REQUIRE(info->name.length > 0);
  for (uint64_t i = 0; i < info->name.length; i++) {
    char c = info->name.data[i];
    EXPECT_THAT(
        (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_',
        "the name %.*s has no character 0x%02x", TNI_TEXT(info->name), (unsigned char)c);
  }
  EXPECT(info->version.length > 0);
}

TN_CHECK(abi_unknown_element_type, ABI, 15, 0,
         "a model of an element type that nobody knows is unsupported, by query and compile") {
  uint32_t type = 9999;
  tn_model *model = altered_model(t, "relu_f32", alter_types, &type);
  REQUIRE(model != NULL);
  seen_answers answers;
  tn_compiled_model *compiled = test_poison();
  EXPECT_STATUS(tn_plugin_compile(t->plugin, t->device, model, NULL, &compiled, &t->error),
                TN_UNSUPPORTED);
  EXPECT(compiled == test_poison());
  EXPECT_OK_OR(see_query(t, t->plugin, model, NULL, &answers, &t->error), TN_UNSUPPORTED);
  for (uint32_t i = 0; i < answers.count; i++)
    EXPECT(!answers.items[i]->supported);
}

TN_CHECK(abi_unknown_value_kind, ABI, 15, 0, "a property value of an unknown kind is refused") {
  seen_properties properties;
  REQUIRE_OK(see_properties(t, t->plugin, &properties, &t->error));
  uint32_t tried = 0;
  for (uint32_t i = 0; i < properties.count; i++) {
    const tn_property *property = properties.items[i];
    if (!(property->flags & TN_PROPERTY_WRITABLE) || !(property->levels & TN_LEVEL_PLUGIN))
      continue;
    tn_map_entry entry = {property->name, {.kind = 4242}};
    tn_status status = t->plugin->api->set_properties(t->plugin, TN_STRING(""), &entry, 1, NULL);
    EXPECT_THAT(status == TN_UNSUPPORTED || status == TN_WRONG_TYPE,
                "property %.*s refuses a value of kind 4242 with UNSUPPORTED or WRONG_TYPE; it "
                "gave %s",
                TNI_TEXT(property->name), tni_status_name(status));
    tried++;
  }
  if (!tried) NOT_APPLICABLE("no property of the plugin can be written");
}

/* --- creation -----------------------------------------------------------------------------------
 */

static bool names_number(const char *text, unsigned number) {
  for (const char *at = text; *at; at++) {
    char *end = NULL;
    bool begins = *at >= '0' && *at <= '9' && (at == text || at[-1] < '0' || at[-1] > '9');
    if (begins && strtoul(at, &end, 10) == number) return true;
  }
  return false;
}

TN_CHECK(abi_names_majors, ABI, 7, TEST_NO_ENGINE,
         "the message of a refused creation names the majors that are needed and offered") {
  tn_create_options options = tn_create_options_init();
  tn_plugin *plugin = NULL;
  tn_error error;
  memset(&error, 0, sizeof error);
  options.oldest_major = 900;
  options.newest_major = 987;
  options.host_for = no_host;
  REQUIRE(t->setup->create(&options, &plugin, &error) != TN_OK);
  EXPECT_THAT(names_number(error.message, TN_MAJOR) && names_number(error.message, 987),
              "the message names the majors %u and 987: %.300s", TN_MAJOR, error.message);
}

TN_CHECK(abi_failed_creation, ABI, 20, TEST_NO_ENGINE,
         "a failed creation leaves *out untouched and the process as it was") {
  tn_map_entry entry = {TN_STRING("NO_SUCH_PROPERTY"), tn_value_of_bool(1)};
  thread_set before;
  test_take_threads(&before);
  for (int i = 0; i < 5; i++) {
    suite_host host;
    tn_plugin *plugin = test_poison();
    suite_host_init(&host, t->setup->others, t->setup->other_count);
    EXPECT_FAILURE(
        suite_host_create_engine(&host, t->setup->create, &entry, 1, &plugin, &t->error));
    EXPECT(plugin == test_poison());
    EXPECT(atomic_load(&host.blocks) == 0 && atomic_load(&host.executors) == 0 &&
           atomic_load(&host.tensors) == 0);
    suite_host_clear(&host);
  }
  EXPECT(test_count_new_threads(&before) == 0);
  test *engine = test_another_engine(t);
  REQUIRE(engine != NULL);
  EXPECT(test_compile(engine, "carrier") != NULL);
}
