/* Checks of compiling where the device is absent, and of importing where the compiler is. The
 * manifest names the environments in which that is so: "device_absent" and "compiler_absent". */
#define TN_GROUP "absent"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "engine/blob.h"
#include "engine/child.h"
#include "engine/child_infer.h"
#include "engine/ignore.h"
#include "engine/manifest_switch.h"
#include "engine/observe.h"

enum { MOST_TARGETS = 8, ID_SIZE = 64, OFFERED = 1 /* place of a blob for the next child */ };

/* --- targets */

struct seen_targets {
  int calls;
  uint32_t count;
  bool well_formed;
  char ids[MOST_TARGETS][ID_SIZE];
  tn_status answer;
};

static tn_status see_targets(void *user, const tn_device_list *list) {
  struct seen_targets *seen = user;
  seen->calls++;
  seen->well_formed = list->size >= TN_DEVICE_LIST_FIRST_SIZE && list->count <= MOST_TARGETS;
  seen->count = seen->well_formed ? list->count : 0;
  for (uint32_t i = 0; i < seen->count; i++) {
    const tn_device *target = list->devices[i];
    const bool fits =
        target->size >= TN_DEVICE_FIRST_SIZE && target->id.length && target->id.length < ID_SIZE;
    seen->well_formed = seen->well_formed && fits;
    if (fits) snprintf(seen->ids[i], ID_SIZE, "%.*s", TNI_TEXT(target->id));
  }
  return seen->answer;
}

static const tn_targets_api *targets_api(const test *t) {
  return tn_plugin_get_extension(t->plugin, TN_STRING(TN_EXTENSION_TARGETS));
}

static bool find_targets(test *t, struct seen_targets *out) {
  const tn_targets_api *api = targets_api(t);
  *out = (struct seen_targets){0};
  if (!test_record_truth(t, api != NULL, "the plugin has " TN_EXTENSION_TARGETS, __FILE__,
                         __LINE__))
    return false;
  return test_record_status(t, api->targets(t->plugin, see_targets, out, &t->error), TN_OK,
                            "targets(plugin, sink, user, &t->error)", __FILE__, __LINE__);
}

TN_CHECK(
    absent_is_declared, COMPILE, 19, 0,
    "targets are there where a device declares that it can be compiled for while it is absent, "
    "and nowhere else") {
  struct seen_targets seen = {0};
  seen_devices devices;
  const tn_targets_api *api = targets_api(t);
  bool declared = false;
  REQUIRE_OK(see_devices(t, t->plugin, &devices, &t->error));
  for (uint32_t i = 0; i < devices.count; i++)
    declared = declared || (devices.items[i]->capabilities & TN_DEVICE_COMPILES_ABSENT);
  if (api) EXPECT_OK(api->targets(t->plugin, see_targets, &seen, &t->error));
  EXPECT_THAT((seen.count > 0) == declared, "%u targets are told, and a device %s", seen.count,
              declared ? "declares it" : "declares none");
}

TN_CHECK(absent_table, ABI, 9, TEST_NEEDS_ABSENT_DEVICE,
         "the table of targets has all slots of its first version") {
  const tn_targets_api *api = targets_api(t);
  REQUIRE(api != NULL);
  EXPECT(api->size >= TN_TARGETS_API_FIRST_SIZE && api->size % 8 == 0 && api->reserved == 0);
  EXPECT(api->targets != NULL);
}

TN_CHECK(absent_targets, COMPILE, 20, TEST_NEEDS_ABSENT_DEVICE,
         "targets have ids of their own, are told once and the same every time, and a failure of "
         "the sink is passed on") {
  struct seen_targets seen, again;
  seen_devices devices;
  if (!find_targets(t, &seen) || !find_targets(t, &again)) return;
  EXPECT(seen.calls == 1 && seen.well_formed && seen.count > 0);
  EXPECT(seen.count == again.count && memcmp(seen.ids, again.ids, sizeof seen.ids) == 0);
  REQUIRE_OK(see_devices(t, t->plugin, &devices, &t->error));
  for (uint32_t i = 0; i < seen.count; i++) {
    for (uint32_t k = 0; k < i; k++)
      EXPECT(strcmp(seen.ids[i], seen.ids[k]) != 0);
    for (uint32_t k = 0; k < devices.count; k++)
      EXPECT_THAT(!tn_string_equal(devices.items[k]->id, tn_string_from(seen.ids[i])),
                  "target %s is no device", seen.ids[i]);
  }
  again.answer = TN_CANCELLED;
  EXPECT_STATUS(targets_api(t)->targets(t->plugin, see_targets, &again, &t->error), TN_CANCELLED);
  EXPECT_STATUS(targets_api(t)->targets(t->plugin, NULL, NULL, &t->error), TN_INVALID_ARGUMENT);
}

/* --- while devices are there */

/* Compiles the carrier for a target; NULL after recording why not. */
static tn_compiled_model *compile_for(test *t, const char *target) {
  tn_model *model = test_model(t, "carrier");
  tn_compiled_model *compiled = NULL;
  if (!model ||
      !test_record_status(
          t,
          tn_plugin_compile(t->plugin, tn_string_from(target), model, NULL, &compiled, &t->error),
          TN_OK, "compile(plugin, target, model, NULL, &out, &t->error)", __FILE__, __LINE__))
    return NULL;
  test_adopt_compiled_model(t, compiled);
  return compiled;
}

TN_CHECK(absent_makes_no_request, COMPILE, 18, TEST_NEEDS_ABSENT_DEVICE,
         "a model that was compiled for an absent device tells its ports, and makes no request: "
         "NOT_FOUND") {
  struct seen_targets seen;
  tn_infer_request *out = test_poison();
  if (!find_targets(t, &seen)) return;
  for (uint32_t i = 0; i < seen.count; i++) {
    tn_compiled_model *compiled = compile_for(t, seen.ids[i]);
    const tn_model *model = test_model(t, "carrier");
    NEED(compiled && model);
    EXPECT(tn_compiled_model_ports(compiled)->input_count == model->graph->input_count);
    EXPECT_STATUS(tn_compiled_model_create_request(compiled, NULL, &out, &t->error), TN_NOT_FOUND);
  }
  EXPECT(out == test_poison());
}

TN_CHECK(absent_other_calls, COMPILE, 18, TEST_NEEDS_ABSENT_DEVICE | TEST_NEEDS_REMOTE,
         "contexts and imports for an absent device are refused with NOT_FOUND") {
  struct seen_targets seen;
  blob whole;
  const tn_remote_api *remote = tn_plugin_get_extension(t->plugin, TN_STRING(TN_EXTENSION_REMOTE));
  tn_remote_context *context = test_poison();
  tn_compiled_model *out = test_poison();
  if (!find_targets(t, &seen) || !remote || !blob_make(t, "carrier", &whole)) return;
  const blob_source source = blob_source_make(whole.bytes, whole.size, true);
  const tn_string device = t->device;
  for (uint32_t i = 0; i < seen.count; i++) {
    t->device = tn_string_from(seen.ids[i]);
    EXPECT_STATUS(remote->create_context(t->plugin, t->device, NULL, &context, &t->error),
                  TN_NOT_FOUND);
    EXPECT_STATUS(remote->default_context(t->plugin, t->device, &context, &t->error), TN_NOT_FOUND);
    EXPECT_STATUS(blob_import(t, &source, NULL, &out), TN_NOT_FOUND);
  }
  t->device = device;
  blob_clear(&whole);
  EXPECT(context == test_poison() && out == test_poison());
}

/* --- in another environment */

/* What a child hands back. */
struct handed {
  uint32_t devices, targets, exported; /* exported: blobs so far */
  tn_status status, enumerated, any;   /* any: of a context on whichever device there is */
  char message[400], ids[MOST_TARGETS][ID_SIZE];
  uint64_t sizes[MOST_TARGETS];
  _Alignas(64) unsigned char bytes[MOST_TARGETS][1 << 18];
};

static struct handed *handed; /* shared with the child */
static const char *chosen;    /* field of the manifest, or NULL: as this process */

static struct handed *share(void) {
  void *memory =
      mmap(NULL, sizeof *handed, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  return memory == MAP_FAILED ? NULL : memory;
}

/* An engine in the switched environment; its failure is handed back. */
static test *begin_switched(test *t) {
  if (chosen) manifest_switch_set(t, chosen);
  test *engine = test_another_engine(t);
  if (!engine) snprintf(handed->message, sizeof handed->message, "%s", t->error.message);
  handed->status = engine ? TN_OK : TN_INTERNAL;
  return engine;
}

static void keep_failure(const test *engine, tn_status status) {
  if (handed->status != TN_OK) return;
  handed->status = status;
  snprintf(handed->message, sizeof handed->message, "%.390s", engine->error.message);
}

static void export_for(test *engine, const char *target) {
  tn_compiled_model *compiled = NULL;
  blob whole = {0};
  tn_status status =
      tn_plugin_compile(engine->plugin, tn_string_from(target), test_model(engine, "carrier"), NULL,
                        &compiled, &engine->error);
  if (status == TN_OK) status = blob_export(engine, compiled, &whole);
  if (status == TN_OK && whole.size > sizeof handed->bytes[0]) status = TN_OUT_OF_RANGE;
  if (status == TN_OK) {
    memcpy(handed->bytes[handed->exported], whole.bytes, (size_t)whole.size);
    handed->sizes[handed->exported++] = whole.size;
  }
  keep_failure(engine, status);
  if (compiled) tn_compiled_model_destroy(compiled);
  blob_clear(&whole);
}

/* Nothing can be chosen where nothing is. */
static tn_status ask_for_any_device(const test *engine) {
  tn_remote_context *context = NULL;
  const tn_remote_api *api =
      tn_plugin_get_extension(engine->plugin, TN_STRING(TN_EXTENSION_REMOTE));
  if (!api) return TN_NOT_FOUND;
  const tn_status status = api->create_context(engine->plugin, TN_STRING(""), NULL, &context, NULL);
  if (status == TN_OK) tn_remote_context_release(context);
  return status;
}

static int compile_without_device(test *t, int say) {
  struct seen_targets seen;
  seen_devices devices;
  (void)say;
  test *engine = begin_switched(t);
  if (!engine) return 0;
  handed->enumerated = see_devices(engine, engine->plugin, &devices, NULL);
  handed->devices = devices.count;
  handed->any = ask_for_any_device(engine);
  if (!find_targets(engine, &seen)) return 0;
  handed->targets = seen.count;
  memcpy(handed->ids, seen.ids, sizeof seen.ids);
  for (uint32_t i = 0; i < seen.count; i++)
    export_for(engine, seen.ids[i]);
  return 0;
}

/* Runs `body` in a child in the environment that the manifest calls `field`; NULL: in our own. */
static bool run_switched(test *t, const char *field, int (*body)(test *t, int say)) {
  child_end end;
  char how[80];
  if (!handed) handed = share();
  chosen = field;
  if (!handed) return false;
  const bool ran = child_run(t, 8, body, &end);
  EXPECT_THAT(ran && end.exited && end.code == 0, "the process ended with %s",
              child_describe(&end, how, sizeof how));
  return ran;
}

static void end_switched(void) {
  munmap(handed, sizeof *handed);
  handed = NULL;
}

/* Imports those blobs that are for the tested device. */
static uint32_t import_fitting(test *t, test *engine) {
  uint32_t fitting = 0;
  const tn_import_api *api = blob_import_api(engine);
  for (uint32_t i = 0; api && i < handed->exported; i++) {
    const uint64_t size = handed->sizes[i];
    blob whole = {.bytes = handed->bytes[i], .size = size};
    if (api->check(engine->plugin, engine->device, whole.bytes,
                   size < TN_IMPORT_HEAD_SIZE ? size : TN_IMPORT_HEAD_SIZE, NULL,
                   &t->error) != TN_OK)
      continue;
    tn_compiled_model *model = blob_import_whole(engine, &whole, true);
    if (model) blob_expect_outputs(engine, model, "carrier", t->seed, 4);
    fitting += model != NULL;
  }
  return fitting;
}

TN_CHECK_WITH(
    absent_compile, COMPILE, 17,
    TEST_NEEDS_ABSENT_DEVICE | TEST_NEEDS_IMPORT | TEST_NEEDS_MANIFEST | TEST_NO_ENGINE |
        TEST_NEW_PROCESS,
    "where no device is, a model is compiled for every target and exported; the blob for the "
    "tested device is imported there and gives right results",
    .revision = 2) {
  if (!manifest_switch_exists(t, "device_absent"))
    NOT_APPLICABLE("the manifest has no \"device_absent\": {\"environment\": {...}}");
  if (!run_switched(t, "device_absent", compile_without_device))
    INCONCLUSIVE("no child could be made");
  EXPECT_THAT(handed->status == TN_OK, "compiling and exporting for absent devices gave %s: %s",
              tni_status_name(handed->status), handed->message);
  EXPECT_THAT(handed->enumerated == TN_OK && handed->devices == 0,
              "enumeration succeeds there with no device; it gave %s with %u",
              tni_status_name(handed->enumerated), handed->devices);
  EXPECT_THAT(handed->any == TN_NOT_FOUND,
              "a context on whichever device there is gives NOT_FOUND; it gave %s",
              tni_status_name(handed->any));
  EXPECT_THAT(handed->targets > 0 && handed->exported == handed->targets,
              "all of %u targets are compiled for; there are %u blobs", handed->targets,
              handed->exported);
  test *engine = test_another_engine(t);
  struct seen_targets seen;
  if (engine && find_targets(engine, &seen)) {
    EXPECT_THAT(
        seen.count == handed->targets && memcmp(seen.ids, handed->ids, sizeof seen.ids) == 0,
        "the targets are the same ones whichever devices are there");
    EXPECT_THAT(import_fitting(t, engine) > 0, "one of the blobs is for the tested device");
  }
  end_switched();
}

/* --- without the compiler */

/* Here everything is; the blob is for the next child. */
static int export_with_compiler(test *t, int say) {
  blob whole;
  (void)say;
  test *engine = begin_switched(t);
  if (!engine || !blob_make(engine, "carrier", &whole)) return 0;
  handed->sizes[OFFERED] = whole.size;
  if (whole.size <= sizeof handed->bytes[OFFERED])
    memcpy(handed->bytes[OFFERED], whole.bytes, (size_t)whole.size);
  blob_clear(&whole);
  return 0;
}

static int import_without_compiler(test *t, int say) {
  tn_compiled_model *model = NULL;
  (void)say;
  test *engine = begin_switched(t);
  if (!engine) return 0;
  const blob_source source = blob_source_make(handed->bytes[OFFERED], handed->sizes[OFFERED], true);
  tn_status status = blob_import(engine, &source, NULL, &model);
  keep_failure(engine, status);
  if (status != TN_OK) return 0;
  tn_infer_request *request = test_request(engine, model);
  tn_tensor *output = NULL;
  if (!request || !test_set_inputs(engine, request, "carrier", t->seed, 4)) return 1;
  status = tn_infer_request_infer(request, &engine->error);
  const uint32_t port = tn_compiled_model_ports(model)->input_count;
  if (status == TN_OK) status = tn_infer_request_get_tensor(request, port, &output, &engine->error);
  keep_failure(engine, status);
  if (status != TN_OK) return 0;
  const uint64_t bytes = tn_dense_bytes(output->type, tn_tensor_element_count(output));
  if (output->strides || bytes > sizeof handed->bytes[0]) return 1;
  memcpy(handed->bytes[0], output->data, (size_t)bytes);
  handed->sizes[0] = bytes;
  return 0;
}

TN_CHECK(absent_compiler_import, IMPORT, 10,
         TEST_NEEDS_LONE_IMPORT | TEST_NEEDS_IMPORT | TEST_NEEDS_MANIFEST | TEST_NO_ENGINE |
             TEST_NEW_PROCESS,
         "where the compiler is not installed a blob is imported and gives right results") {
  if (!manifest_switch_exists(t, "compiler_absent"))
    NOT_APPLICABLE("the manifest has no \"compiler_absent\": {\"environment\": {...}}");
  if (!run_switched(t, NULL, export_with_compiler)) INCONCLUSIVE("no child could be made");
  if (!handed->sizes[OFFERED]) return; /* recorded why */
  if (handed->sizes[OFFERED] > sizeof handed->bytes[OFFERED])
    INCONCLUSIVE("the blob of the carrier is too large to be handed from child to child");
  if (!run_switched(t, "compiler_absent", import_without_compiler))
    INCONCLUSIVE("no child could be made");
  EXPECT_THAT(handed->status == TN_OK, "importing without the compiler gave %s: %s",
              tni_status_name(handed->status), handed->message);
  test *again = handed->status == TN_OK ? test_another_engine(t) : NULL;
  if (again) child_expect_output(again, handed->bytes[0], handed->sizes[0]);
  end_switched();
}

static int compile_without_compiler(test *t, int say) {
  tn_compiled_model *out = test_poison();
  test *engine = begin_switched(t);
  if (!engine) return 0;
  tn_model *model = test_model(engine, "carrier");
  tn_status status =
      tn_plugin_query(engine->plugin, engine->device, model, NULL, ignore_answers, NULL, NULL);
  child_say(say, "%d", status);
  const long blocks = atomic_load(&engine->host->blocks);
  status = tn_plugin_compile(engine->plugin, engine->device, model, NULL, &out, &engine->error);
  child_say(say, "%d %d %d", status, out == test_poison(),
            atomic_load(&engine->host->blocks) == blocks);
  keep_failure(engine, status);
  return 0;
}

TN_CHECK(absent_compiler_compile, IMPORT, 11,
         TEST_NEEDS_LONE_IMPORT | TEST_NEEDS_MANIFEST | TEST_NO_ENGINE | TEST_NEW_PROCESS,
         "where the compiler is not installed compile and query answer BACKEND_MISSING, and say "
         "what is missing") {
  child_end end;
  int query = 0, compile = 0, untouched = 0, returned = 0;
  if (!manifest_switch_exists(t, "compiler_absent"))
    NOT_APPLICABLE("the manifest has no \"compiler_absent\": {\"environment\": {...}}");
  handed = share();
  chosen = "compiler_absent";
  if (!handed || !child_run(t, 8, compile_without_compiler, &end))
    INCONCLUSIVE("no child could be made");
  EXPECT_THAT(sscanf(end.text, "%d %d %d %d", &query, &compile, &untouched, &returned) == 4,
              "creation succeeds and both calls return; the process ended with %d: %s", end.code,
              handed->message);
  EXPECT_STATUS(query, TN_BACKEND_MISSING);
  EXPECT_STATUS(compile, TN_BACKEND_MISSING);
  EXPECT_THAT(untouched && returned, "a failed compile leaves *out and the host's memory alone");
  EXPECT_THAT(strlen(handed->message) > 10, "the message says what is missing: \"%s\"",
              handed->message);
  end_switched();
}
