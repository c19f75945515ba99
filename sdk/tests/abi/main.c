/** @file
 *  Drives a plugin through a whole life against the headers alone.
 *
 *  usage: abi-host PLUGIN.so [--through VIRTUAL.so] [--layer] [--grown]
 *
 *  PLUGIN.so is BARE, possibly built against other headers than this program. With --through its
 * device is reached by a virtual device that hands on; with --layer every call on models and
 * requests passes a layer that checks it. Ends with 0, or with the first thing that did not hold.
 */
#include <math.h>
#include <string.h>

#include "../../../reference-plugins/bare/counter.h"
#include "small_host.h"

enum { ROWS = 4, WIDTH = 4, COUNT = ROWS * WIDTH };

struct life {
  struct small_host host;    /* of the engine that is used */
  struct small_host beneath; /* of the engine below a virtual device */
  tn_plugin *plugin;
  tn_plugin *below;
  bool layer;
  bool grown;
  bool any; /* the plugin need not be BARE: its private extension is not asked for */
};

static const float source[COUNT] = {-1,    2,      -3, 4,  0.5f, -0.5f, 0, -0.0f,
                                    1e30f, -1e30f, 7,  -7, 1,    -1,    2, -2};

static void check_api(const void *table, uint32_t first_size) {
  uint32_t size = *(const uint32_t *)table;
  CHECK(size >= first_size && size % 8 == 0);
}

static tn_status count_devices(void *user, const tn_device_list *list) {
  CHECK(list->size >= TN_DEVICE_LIST_FIRST_SIZE && list->count >= 1);
  CHECK(list->devices[0]->size >= TN_DEVICE_FIRST_SIZE && list->devices[0]->id.length > 0);
  ++*(int *)user;
  return TN_OK;
}

static tn_status read_name(void *user, const tn_value *value) {
  CHECK(value->kind == TN_VALUE_STRING && value->as.string.length > 0);
  ++*(int *)user;
  return TN_OK;
}

static tn_status count_properties(void *user, const tn_property *const *properties,
                                  uint64_t count) {
  for (uint64_t i = 0; i < count; i++)
    CHECK(properties[i]->size >= TN_PROPERTY_FIRST_SIZE && properties[i]->name.length > 0);
  ++*(int *)user;
  return TN_OK;
}

/* A host that knows of more than the first version sees just what the plugin's maker knew. */
static void check_growth(const struct life *life) {
#ifdef TENON_GROWN
  tn_plugin *plugin = life->plugin;
  CHECK(TN_HAS(tn_plugin_api, plugin->api, grown_slot) == life->grown);
  CHECK(!TN_HAS_SLOT(tn_plugin_api, plugin->api, grown_slot));
  CHECK(TN_HAS(tn_maker, plugin->maker, grown) == life->grown);
  CHECK(TN_HAS(tn_plugin_info, plugin->api->info(plugin), grown) == life->grown);
#else
  uint32_t size = life->plugin->api->size;
  CHECK(life->grown ? size > TN_SIZE(tn_plugin_api) : size == TN_SIZE(tn_plugin_api));
#endif
}

static void check_plugin(struct life *life) {
  tn_plugin *plugin = life->plugin;
  tn_error error;
  int calls = 0;
  check_api(plugin->api, TN_PLUGIN_API_FIRST_SIZE);
  CHECK(plugin->api->major == TN_MAJOR && plugin->host == NULL);
  CHECK(plugin->maker->size >= TN_MAKER_FIRST_SIZE);
  CHECK(plugin->api->info(plugin)->size >= TN_PLUGIN_INFO_FIRST_SIZE);
  CHECK(tn_plugin_get_extension(plugin, TN_STRING("x-nobody.knows/1")) == NULL);
  CHECK(plugin->api->devices(plugin, count_devices, &calls, &error) == TN_OK && calls == 1);
  CHECK(plugin->api->properties(plugin, count_properties, &calls, &error) == TN_OK && calls == 2);
  CHECK(plugin->api->get_property(plugin, TN_STRING("0"), TN_STRING("FULL_DEVICE_NAME"), read_name,
                                  &calls, &error) == TN_OK);
  CHECK(calls == 3);
  CHECK(plugin->api->get_property(plugin, TN_STRING("9"), TN_STRING("FULL_DEVICE_NAME"), read_name,
                                  &calls, &error) == TN_NOT_FOUND);
}

static tn_status check_answers(void *user, const tn_node_support *const *nodes, uint64_t count) {
  CHECK(count == 2);
  for (uint64_t i = 0; i < count; i++) {
    CHECK(nodes[i]->size >= TN_NODE_SUPPORT_FIRST_SIZE);
    CHECK(nodes[i]->supported == *(uint32_t *)user);
    CHECK((nodes[i]->reason == TN_REASON_NONE) == (nodes[i]->supported == 1));
  }
  return TN_OK;
}

static void check_query(struct life *life, const char *operation, uint32_t version,
                        uint32_t expected) {
  tn_error error;
  tn_model *model = small_model(operation, version, 2, ROWS, ROWS);
  tn_compiled_model *compiled = NULL;
  CHECK(tn_plugin_query(life->plugin, TN_STRING(""), model, NULL, check_answers, &expected,
                        &error) == TN_OK);
  if (!expected) {
    CHECK(tn_plugin_compile(life->plugin, TN_STRING(""), model, NULL, &compiled, &error) ==
          TN_UNSUPPORTED);
    CHECK(compiled == NULL && error.status == TN_UNSUPPORTED && strstr(error.message, "node0"));
  }
  tn_model_release(model);
}

static void check_options(struct life *life, tn_model *model) {
  tn_error error;
  tn_compiled_model *compiled = NULL;
  tn_option unknown = {TN_SIZE(tn_option), TN_OPTION_CRITICAL, TN_STRING_INIT("x-nobody.knows/1")};
  const tn_option *const entries[] = {&unknown};
  tn_compile_options options = tn_compile_options_init();
  options.entries = entries;
  options.entry_count = 1;
  CHECK(tn_plugin_compile(life->plugin, TN_STRING(""), model, &options, &compiled, &error) ==
        TN_UNSUPPORTED);
  CHECK(compiled == NULL);
  unknown.flags = 0;
#ifdef TENON_GROWN
  options.grown = UINT64_MAX; /* what a plugin does not know has no effect */
#endif
  CHECK(tn_plugin_compile(life->plugin, TN_STRING(""), model, &options, &compiled, &error) ==
        TN_OK);
  tn_compiled_model_destroy(compiled);
  compiled = NULL;
  options.size = TN_COMPILE_OPTIONS_FIRST_SIZE - 8;
  CHECK(tn_plugin_compile(life->plugin, TN_STRING(""), model, &options, &compiled, &error) ==
        TN_INVALID_ARGUMENT);
}

static void check_output(tn_tensor *output) {
  CHECK(output->type == TN_F32 && output->rank == 2 && output->shape[0] == ROWS &&
        output->shape[1] == WIDTH);
  for (int i = 0; i < COUNT; i++)
    CHECK(((const float *)output->data)[i] == (source[i] < 0 ? 0 : source[i]));
}

static void fill_input(struct life *life, tn_infer_request *request) {
  const int64_t shape[] = {ROWS, WIDTH};
  tn_tensor *input = NULL;
  tn_error error;
  CHECK(small_tensor_create(&life->host.table, TN_F32, 2, shape, &input, &error) == TN_OK);
  memcpy(input->data, source, sizeof source);
  CHECK(tn_infer_request_set_tensor(request, 0, input, &error) == TN_OK);
  tn_tensor_release(input); /* the request holds one of its own */
}

static void check_sync(struct life *life, tn_infer_request *request) {
  tn_error error;
  tn_tensor *output = NULL;
  fill_input(life, request);
  CHECK(tn_infer_request_infer(request, &error) == TN_OK);
  CHECK(tn_infer_request_get_tensor(request, 1, &output, &error) == TN_OK);
  check_output(output);
  CHECK(tn_infer_request_get_tensor(request, 2, &output, &error) == TN_OUT_OF_RANGE);
}

struct callbacks {
  int calls;
  int restarts;
};

static void on_done(void *user, tn_infer_request *request, tn_status status,
                    const tn_error *error) {
  struct callbacks *callbacks = user;
  CHECK(status == TN_OK && error == NULL);
  callbacks->calls++;
  CHECK(tn_infer_request_wait(request, -1, NULL) == TN_WRONG_STATE);
  CHECK(tn_infer_request_infer(request, NULL) == TN_WRONG_STATE);
  if (callbacks->restarts-- > 0) CHECK(tn_infer_request_start(request, NULL, NULL) == TN_OK);
}

static void check_async(tn_infer_request *request) {
  tn_error error;
  tn_tensor *output = NULL;
  struct callbacks callbacks = {0, 3};
  CHECK(tn_infer_request_wait(request, -1, &error) == TN_OK);
  CHECK(tn_infer_request_set_callback(request, on_done, &callbacks, &error) == TN_OK);
  CHECK(tn_infer_request_start(request, NULL, &error) == TN_OK);
  while (tn_infer_request_set_callback(request, NULL, NULL, &error) == TN_BUSY)
    CHECK(tn_infer_request_wait(request, -1, &error) == TN_OK);
  CHECK(callbacks.calls == 4);
  CHECK(tn_infer_request_cancel(request, &error) == TN_OK);
  CHECK(tn_infer_request_get_tensor(request, 1, &output, &error) == TN_OK);
  check_output(output);
}

static uint64_t count_inferences(tn_infer_request *request) {
  const bare_counter_api *counter =
      tn_infer_request_get_extension(request, TN_STRING(BARE_EXTENSION_COUNTER));
  CHECK(counter && counter->size >= sizeof *counter);
  return counter->inferences(request);
}

static tn_compiled_model *compile(struct life *life, tn_model *model) {
  tn_error error;
  tn_compiled_model *compiled = NULL;
  CHECK(tn_plugin_compile(life->plugin, TN_STRING("0"), model, NULL, &compiled, &error) == TN_OK);
  check_api(compiled->api, TN_COMPILED_MODEL_API_FIRST_SIZE);
  if (life->layer) layer_watch_compiled_model(life->below ? &life->beneath : &life->host, compiled);
  const tn_port_list *ports = tn_compiled_model_ports(compiled);
  CHECK(ports->size >= TN_PORT_LIST_FIRST_SIZE && ports->input_count == 1 &&
        ports->output_count == 1);
  CHECK(tn_string_equal(ports->inputs[0]->name, TN_STRING("value0")));
  return compiled;
}

static void check_requests(struct life *life, tn_compiled_model *compiled) {
  tn_error error;
  tn_infer_request *request = NULL, *abandoned = NULL;
  CHECK(tn_compiled_model_create_request(compiled, NULL, &request, &error) == TN_OK);
  check_api(request->api, TN_INFER_REQUEST_API_FIRST_SIZE);
  if (life->layer) layer_watch_request(life->below ? &life->beneath : &life->host, request);
  check_sync(life, request);
  check_async(request);
  if (!life->any) CHECK(count_inferences(request) == 5);
  tn_infer_request_destroy(request);

  CHECK(tn_compiled_model_create_request(compiled, NULL, &abandoned, &error) == TN_OK);
  fill_input(life, abandoned);
  CHECK(tn_infer_request_start(abandoned, NULL, &error) == TN_OK);
  tn_infer_request_destroy(abandoned); /* in flight */
}

static void check_models(struct life *life) {
  check_query(life, "Relu", 14, 1);
  check_query(life, "Relu", 13, 0);
  check_query(life, "Unheard", 14, 0);
  for (int dynamic = 0; dynamic < 2; dynamic++) {
    tn_model *model = small_model("Relu", 14, 2, dynamic ? 1 : ROWS, dynamic ? 64 : ROWS);
    check_options(life, model);
    tn_compiled_model *compiled = compile(life, model);
    tn_model_release(model); /* whoever still needs it has retained it */
    check_requests(life, compiled);
    tn_compiled_model_destroy(compiled);
  }
}

static void open_plugins(struct life *life, const char *path, const char *through) {
  tn_error error;
  memset(&error, 0, sizeof error);
  small_host_init(&life->host);
  small_host_init(&life->beneath);
  tn_status status = small_host_open(through ? &life->beneath : &life->host, path, NULL, 0,
                                     through ? &life->below : &life->plugin, &error);
  if (status == TN_OK && through) {
    life->host.other = life->below;
    life->host.other_name = TN_STRING("BARE");
    status = small_host_open(&life->host, through, NULL, 0, &life->plugin, &error);
  }
  if (status != TN_OK) fprintf(stderr, "creation failed: %d: %s\n", status, error.message);
  CHECK(status == TN_OK);
}

/* Creation with each allocation of the host failing once. */
static void check_allocation_failures(const char *path) {
  for (long n = 1;; n++) {
    struct small_host host;
    tn_plugin *plugin = NULL;
    tn_error error;
    small_host_init(&host);
    host.fail_allocation = n;
    tn_status status = small_host_open(&host, path, NULL, 0, &plugin, &error);
    CHECK(status == TN_OK ||
          (status == TN_OUT_OF_MEMORY && plugin == NULL && atomic_load(&host.blocks) == 0));
    if (status != TN_OK) continue;
    host.fail_allocation = 0;
    tn_plugin_destroy(plugin, TN_DESTROY_NORMAL);
    small_host_check_ended(&host);
    CHECK(n > 1);
    return;
  }
}

int main(int argc, char **argv) {
  struct life life;
  memset(&life, 0, sizeof life);
  const char *through = NULL;
  for (int i = 2; i < argc; i++) {
    if (strcmp(argv[i], "--layer") == 0)
      life.layer = true;
    else if (strcmp(argv[i], "--grown") == 0)
      life.grown = true;
    else if (strcmp(argv[i], "--any") == 0)
      life.any = true;
    else if (strcmp(argv[i], "--through") == 0 && i + 1 < argc)
      through = argv[++i];
    else
      argc = 0;
  }
  if (argc < 2) {
    fprintf(stderr,
            "usage: abi-host PLUGIN.so [--through VIRTUAL.so] [--layer] [--grown] [--any]\n");
    return 2;
  }
  open_plugins(&life, argv[1], through);
  check_plugin(&life);
  check_growth(&life);
  check_models(&life);
  tn_plugin_destroy(life.plugin, TN_DESTROY_NORMAL);
  small_host_check_ended(&life.host);
  if (through) {
    tn_plugin_destroy(life.below, TN_DESTROY_NORMAL);
    small_host_check_ended(&life.beneath);
  }
  check_allocation_failures(argv[1]);
  CHECK(small_models_live() == 0);
  CHECK(!life.layer || layer_calls() > 20);
  return 0;
}
