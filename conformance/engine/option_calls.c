#include "engine/option_calls.h"

#include <string.h>

#include "engine/blob.h"
#include "engine/ignore.h"
#include "tenon/abi/ext/remote.h"

const option_call_row option_calls[CALL_COUNT] = {
    [CALL_CREATE] = {"create", sizeof(tn_create_options), TN_CREATE_OPTIONS_FIRST_SIZE, 0},
    [CALL_QUERY] = {"query", sizeof(tn_query_options), TN_COMPILE_OPTIONS_FIRST_SIZE, 0},
    [CALL_COMPILE] = {"compile", sizeof(tn_compile_options), TN_COMPILE_OPTIONS_FIRST_SIZE, 0},
    [CALL_CREATE_REQUEST] = {"create_request", sizeof(tn_create_request_options),
                             TN_CREATE_REQUEST_OPTIONS_FIRST_SIZE, 0},
    [CALL_START] = {"start", sizeof(tn_start_options), TN_START_OPTIONS_FIRST_SIZE, 0},
    [CALL_EXPORT] = {"export", sizeof(tn_export_options), TN_EXPORT_OPTIONS_FIRST_SIZE,
                     TN_DEVICE_HAS_IMPORT},
    [CALL_IMPORT] = {"import", sizeof(tn_import_options), TN_COMPILE_OPTIONS_FIRST_SIZE,
                     TN_DEVICE_HAS_IMPORT},
    [CALL_CREATE_CONTEXT] = {"create_context", sizeof(tn_create_context_options),
                             TN_CREATE_CONTEXT_OPTIONS_FIRST_SIZE, TN_DEVICE_HAS_REMOTE},
};

/* Options of creation may be too short to lead to a host of their own. */
static suite_host *creation_host;

static const void *host_for(const tn_create_options *options, uint32_t major) {
  (void)options;
  return major == TN_MAJOR ? &creation_host->table : NULL;
}

void option_call_defaults(enum option_call call, void *options) {
  memset(options, 0, option_calls[call].size);
  *(uint32_t *)options = option_calls[call].size;
  if (call != CALL_CREATE) return;
  tn_create_options *create = options;
  create->oldest_major = create->newest_major = TN_MAJOR;
  create->host_for = host_for;
}

void option_call_set_entries(enum option_call call, void *options, const tn_option *const *entries,
                             uint32_t count) {
  if (call == CALL_CREATE) {
    ((tn_create_options *)options)->entries = entries;
    ((tn_create_options *)options)->entry_count = count;
  } else {
    ((tn_options *)options)->entries = entries;
    ((tn_options *)options)->entry_count = count;
  }
}

uint32_t *option_call_reserved(enum option_call call, void *options) {
  return call == CALL_CREATE ? &((tn_create_options *)options)->reserved
                             : &((tn_options *)options)->reserved;
}

static tn_status create(test *t, const void *options, tn_error *error) {
  suite_host host;
  tn_plugin *plugin = test_poison();
  suite_host_init(&host, t->setup->others, t->setup->other_count);
  creation_host = &host;
  tn_status status = t->setup->create(options, &plugin, error);
  host.core_open = status == TN_OK;
  if (status == TN_OK)
    tn_plugin_destroy(plugin, TN_DESTROY_NORMAL);
  else
    EXPECT_THAT(plugin == test_poison(), "a failed creation leaves *out untouched");
  EXPECT_THAT(atomic_load(&host.blocks) == 0 && atomic_load(&host.executors) == 0 &&
                  atomic_load(&host.tensors) == 0,
              "creation and destruction give back what they took from the host");
  suite_host_clear(&host);
  return status;
}

static tn_status create_request(test *t, const void *options, tn_error *error) {
  tn_compiled_model *model = test_compile(t, "carrier");
  tn_infer_request *request = test_poison();
  if (!model) return TN_INTERNAL;
  tn_status status = tn_compiled_model_create_request(model, options, &request, error);
  if (status == TN_OK)
    tn_infer_request_destroy(request);
  else
    EXPECT_THAT(request == test_poison(), "a failed create_request leaves *out untouched");
  return status;
}

static tn_status start(test *t, const void *options, tn_error *error) {
  tn_infer_request *request = test_carrier_request(t);
  if (!request) return TN_INTERNAL;
  tn_status status = tn_infer_request_start(request, options, error);
  if (status == TN_OK) status = tn_infer_request_wait(request, -1, error);
  return status;
}

static tn_status compile(test *t, const void *options, tn_error *error) {
  tn_model *model = test_model(t, "carrier");
  tn_compiled_model *compiled = test_poison();
  if (!model) return TN_INTERNAL;
  tn_status status = tn_plugin_compile(t->plugin, t->device, model, options, &compiled, error);
  if (status == TN_OK)
    tn_compiled_model_destroy(compiled);
  else
    EXPECT_THAT(compiled == test_poison(), "a failed compile leaves *out untouched");
  return status;
}

static tn_status export_model(test *t, const void *options, tn_error *error) {
  tn_compiled_model *model = test_compile(t, "carrier");
  const tn_export_api *api = model ? blob_export_api(t, model) : NULL;
  tn_target target = tn_target_init();
  target.write = ignore_bytes;
  return api ? api->export_model(model, options, &target, error) : TN_INTERNAL;
}

static tn_status import_model(test *t, const void *options, tn_error *error) {
  blob whole = {.size = 0};
  const tn_import_api *api = blob_import_api(t);
  tn_compiled_model *model = test_poison();
  if (!api || !blob_make(t, "carrier", &whole)) return TN_INTERNAL;
  const blob_source source = blob_source_make(whole.bytes, whole.size, true);
  tn_status status = api->import_model(t->plugin, t->device, &source.base, options, &model, error);
  if (status == TN_OK)
    tn_compiled_model_destroy(model);
  else
    EXPECT_THAT(model == test_poison(), "a failed import leaves *out untouched");
  blob_clear(&whole);
  return status;
}

static tn_status create_context(test *t, const void *options, tn_error *error) {
  const tn_remote_api *api = tn_plugin_get_extension(t->plugin, TN_STRING(TN_EXTENSION_REMOTE));
  tn_remote_context *context = test_poison();
  if (!api) return TN_INTERNAL;
  tn_status status = api->create_context(t->plugin, t->device, options, &context, error);
  if (status == TN_OK)
    tn_remote_context_release(context);
  else
    EXPECT_THAT(context == test_poison(), "a failed create_context leaves *out untouched");
  return status;
}

tn_status option_call_run(test *t, enum option_call call, const void *options, tn_error *error) {
  switch (call) {
    case CALL_CREATE:
      return create(t, options, error);
    case CALL_QUERY: {
      tn_model *model = test_model(t, "carrier");
      return model ? tn_plugin_query(t->plugin, t->device, model, options, ignore_answers, NULL,
                                     error)
                   : TN_INTERNAL;
    }
    case CALL_COMPILE:
      return compile(t, options, error);
    case CALL_CREATE_REQUEST:
      return create_request(t, options, error);
    case CALL_EXPORT:
      return export_model(t, options, error);
    case CALL_IMPORT:
      return import_model(t, options, error);
    case CALL_CREATE_CONTEXT:
      return create_context(t, options, error);
    default:
      return start(t, options, error);
  }
}
