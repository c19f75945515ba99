#define _GNU_SOURCE /* secure_getenv */

#include "template.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- the backend */

/* A vendor opens the driver's and the compiler's libraries here and asks for devices and versions.
 * All of that is simulated: the environment variable TEMPLATE_BACKEND says what is "missing",
 * "old", "no-device" or "no-compiler". (The manifest names the switch, so that the suite can try
 * it; privileged processes ignore it.) */
static int simulates(const char *what) {
  const char *simulated = secure_getenv("TEMPLATE_BACKEND");
  return simulated && strcmp(simulated, what) == 0;
}

static int find_backend(unsigned *major, unsigned *minor) {
  if (simulates("missing")) return 0;
  *major = simulates("old") ? 1 : 2;
  *minor = 1;
  return 1;
}

enum { BACKEND_NEEDED = 2 };

static tn_status check_backend(tn_error *error) {
  unsigned major, minor;
  if (!find_backend(&major, &minor))
    return tn_kit_fail_clause(
        error, TN_BACKEND_MISSING, TN_KIT_CLAUSE(DEVICE, 4),
        "TEMPLATE needs its backend library, version %d.0 or later, and found "
        "none (TEMPLATE_BACKEND is set to 'missing')",
        BACKEND_NEEDED);
  if (major < BACKEND_NEEDED)
    return tn_kit_fail_clause(
        error, TN_BACKEND_VERSION, TN_KIT_CLAUSE(DEVICE, 6),
        "TEMPLATE found version %u.%u of its backend library and needs %d.0 or "
        "later",
        major, minor, BACKEND_NEEDED);
  return TN_OK;
}

tn_status template_check_compiler(tn_kit_engine *engine, tn_error *error) {
  if (template_plugin_of(engine)->has_compiler) return TN_OK;
  return tn_kit_fail_clause(error, TN_BACKEND_MISSING, TN_KIT_CLAUSE(IMPORT, 11),
                            "TEMPLATE's compiler is not installed (TEMPLATE_BACKEND is set to "
                            "'no-compiler'): models are imported, and compiled elsewhere");
}

/* --- engines */

static const tn_device_list no_devices = {TN_SIZE(tn_device_list), 0, 1, NULL};

struct template_device *template_find_device(tn_kit_engine *engine, const tn_device *device) {
  struct template_plugin *self = template_plugin_of(engine);
  for (uint32_t i = 0; i < engine->devices->count; i++)
    if (engine->devices->devices[i] == device) return &self->devices[i];
  return NULL;
}

static tn_status open_engine(tn_kit_engine *engine, tn_error *error) {
  struct template_plugin *self = template_plugin_of(engine);
  pthread_mutex_init(&self->mutex, NULL); /* cannot fail for such a mutex */
  for (uint32_t i = 0; i < TEMPLATE_DEVICES; i++)
    pthread_mutex_init(&self->devices[i].in_turn, NULL);
  TN_KIT_TRY(check_backend(error));
  self->has_compiler = !simulates("no-compiler");
  if (simulates("no-device")) engine->devices = &no_devices;
  TN_KIT_TRY(tn_kit_executor_create(engine, TEMPLATE_UNITS, "template-host", &self->host, error));
  for (uint32_t i = 0; i < TEMPLATE_DEVICES; i++)
    TN_KIT_TRY(
        tn_kit_executor_create(engine, 1, "template-turns", &self->devices[i].exclusive, error));
  tn_kit_log(engine, TN_LOG_INFO, "TEMPLATE: %u devices", engine->devices->count);
  return TN_OK;
}

/* Contexts that the application still has live on; so does the memory of the engine. */
static void close_engine(tn_kit_engine *engine) {
  struct template_plugin *self = template_plugin_of(engine);
  for (uint32_t i = 0; i < TEMPLATE_DEVICES; i++) {
    tn_kit_executor_destroy(engine, self->devices[i].exclusive);
    template_release_context(self->devices[i].context);
    pthread_mutex_destroy(&self->devices[i].in_turn);
  }
  tn_kit_executor_destroy(engine, self->host);
  pthread_mutex_destroy(&self->mutex);
}

static const void *plugin_extension(tn_kit_engine *engine, tn_string id) {
  (void)engine;
  return tn_string_is(id, TN_EXTENSION_FAULT) ? &template_fault : NULL;
}

/* --- facts */

enum {
  CAPABILITIES = TN_DEVICE_HAS_UUID | TN_DEVICE_HAS_IMPORT | TN_DEVICE_HAS_REMOTE |
                 TN_DEVICE_HAS_STATES | TN_DEVICE_HAS_DYNAMIC | TN_DEVICE_HAS_PROFILING |
                 TN_DEVICE_CANCELS_EARLY | TN_DEVICE_DETERMINISTIC | TN_DEVICE_HAS_HANDLES |
                 TN_DEVICE_HAS_BATCHES | TN_DEVICE_COMPILES_ABSENT | TN_DEVICE_IMPORTS_ALONE
};

/* A vendor takes the UUID from the driver: it is the same in every process. */
#define DEVICE(number)                                                                         \
  {                                                                                            \
    .size = TN_SIZE(tn_device), .type = TN_DEVICE_TYPE_DISCRETE, .capabilities = CAPABILITIES, \
    .id = TN_STRING_INIT(#number), .name = TN_STRING_INIT("Tenon template device " #number),   \
    .uuid = {0x7e, 0x4f, 0x0a, 0x51, 0x1c, 0x22, 0x4b, 0x0d,                                   \
             0x9a, 0x60, 0x1b, 0x33, 0x7f, 0x52, 0xc4, number},                                \
    .memory_bytes = UINT64_C(1) << 30                                                          \
  }

static const tn_device device_table[TEMPLATE_DEVICES] = {DEVICE(0), DEVICE(1)};
static const tn_device *const device_pointers[TEMPLATE_DEVICES] = {&device_table[0],
                                                                   &device_table[1]};
static const tn_device_list devices = {TN_SIZE(tn_device_list), TEMPLATE_DEVICES, 1,
                                       device_pointers};

/* What models are compiled for where neither device is: their architecture. */
static const tn_device target = {
    .size = TN_SIZE(tn_device),
    .type = TN_DEVICE_TYPE_DISCRETE,
    .capabilities = CAPABILITIES & ~TN_DEVICE_HAS_UUID,
    .id = TN_STRING_INIT(TEMPLATE_ARCHITECTURE),
    .name = TN_STRING_INIT("Tenon template device that is absent"),
    .memory_bytes = UINT64_C(1) << 30,
};
static const tn_device *const target_pointers[] = {&target};
static const tn_device_list targets = {TN_SIZE(tn_device_list), 1, 1, target_pointers};

static const tn_operator_set onnx = {TN_SIZE(tn_operator_set), TN_ONNX_OPERATOR_SET, {"", 0}};
static const tn_operator_set tenon = {TN_SIZE(tn_operator_set), 1, TN_STRING_INIT("tenon")};
static const tn_operator_set *const operator_sets[] = {&onnx, &tenon};

/* UNLOADABLE: all threads are the host's, and nothing is kept per thread. */
static const tn_plugin_info info = {
    .size = TN_SIZE(tn_plugin_info),
    .flags = TN_PLUGIN_UNLOADABLE,
    .name = TN_STRING_INIT("TEMPLATE"),
    .version = TN_STRING_INIT("1.0.0"),
    .vendor = TN_STRING_INIT("Tenon"),
    .operator_sets = operator_sets,
    .operator_set_count = sizeof operator_sets / sizeof *operator_sets,
};

/* --- the table */

static const tn_kit_plugin template_plugin = {
    .info = &info,
    .devices = &devices,
    .targets = &targets,
    .properties = &template_properties,
    .engine_size = sizeof(struct template_plugin),
    .compiled_size = sizeof(struct template_compiled),
    .request_size = sizeof(struct template_request),
    .open = open_engine,
    .close = close_engine,
    .check_node = template_check_node,
    .query = template_query,
    .compile = template_compile,
    .free_compiled = template_free_compiled,
    .export_model = template_export,
    .import_model = template_import,
    .runtime_model = template_runtime_model,
    .open_request = template_open_request,
    .close_request = template_close_request,
    .stages = template_stages,
    .stage_count = TEMPLATE_STAGES,
    .finish = template_finish,
    .remote = &template_remote,
    .plugin_extension = plugin_extension,
};

TN_KIT_DEFINE_ENTRY(template_plugin)
