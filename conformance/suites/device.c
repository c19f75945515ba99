/* Checks of enumeration and of ids of devices. */
#define TN_GROUP "device"
#include <stdio.h>
#include <string.h>

#include "engine/check.h"
#include "engine/child.h"
#include "engine/declared.h"
#include "engine/ignore.h"
#include "engine/manifest_switch.h"
#include "engine/together.h"
#include "engine/virtual_device.h"

TN_CHECK(device_enumeration, DEVICE, 3, 0,
         "enumeration gives every device once, with an id that is not empty and unique") {
  seen_devices devices;
  REQUIRE_OK(see_devices(t, t->plugin, &devices, &t->error));
  EXPECT(devices.calls == 1);
  for (uint32_t i = 0; i < devices.count; i++) {
    EXPECT(devices.items[i]->id.length > 0);
    EXPECT(devices.items[i]->name.length > 0);
    for (uint32_t j = 0; j < i; j++)
      EXPECT_THAT(!tn_string_equal(devices.items[i]->id, devices.items[j]->id),
                  "the id %.*s stands for one device", TNI_TEXT(devices.items[i]->id));
  }
}

static bool is_same_device(const tn_device *a, const tn_device *b) {
  return tn_string_equal(a->id, b->id) && tn_string_equal(a->name, b->name) && a->type == b->type &&
         a->capabilities == b->capabilities && a->memory_bytes == b->memory_bytes &&
         memcmp(a->uuid, b->uuid, sizeof a->uuid) == 0;
}

static void expect_same_devices(test *t, const seen_devices *a, const seen_devices *b) {
  EXPECT(a->count == b->count);
  for (uint32_t i = 0; i < a->count && i < b->count; i++)
    EXPECT_THAT(is_same_device(a->items[i], b->items[i]),
                "device %.*s is described the same way every time", TNI_TEXT(a->items[i]->id));
}

TN_CHECK(device_ids_are_stable, DEVICE, 2, 0,
         "devices are the same at every enumeration and in every engine") {
  seen_devices first, second, other_engine;
  test *other = test_another_engine(t);
  REQUIRE(other != NULL);
  REQUIRE_OK(see_devices(t, t->plugin, &first, &t->error));
  REQUIRE_OK(see_devices(t, t->plugin, &second, &t->error));
  REQUIRE_OK(see_devices(t, other->plugin, &other_engine, &t->error));
  expect_same_devices(t, &first, &second);
  expect_same_devices(t, &first, &other_engine);
  EXPECT(second.generation == first.generation);
}

/* One line that holds what must not change from process to process. */
static void describe(const seen_devices *devices, char *out, size_t size) {
  size_t used = 0;
  out[0] = 0;
  for (uint32_t i = 0; i < devices->count && used < size; i++) {
    const tn_device *device = devices->items[i];
    used += (size_t)snprintf(out + used, size - used, "[%.*s", TNI_TEXT(device->id));
    bool has = device->capabilities & TN_DEVICE_HAS_UUID;
    for (size_t j = 0; has && j < sizeof device->uuid && used < size; j++)
      used += (size_t)snprintf(out + used, size - used, "%s%02x", j ? "" : " ", device->uuid[j]);
    if (used < size) used += (size_t)snprintf(out + used, size - used, "]");
  }
}

static int tell_devices(test *t, int say) {
  test *engine = test_another_engine(t);
  seen_devices devices;
  char line[400];
  if (!engine || see_devices(t, engine->plugin, &devices, NULL) != TN_OK) return 1;
  describe(&devices, line, sizeof line);
  child_say(say, "%s", line);
  tn_plugin_destroy(engine->plugin, TN_DESTROY_NORMAL);
  return 0;
}

TN_CHECK(device_ids_in_another_process, DEVICE, 2, TEST_NO_ENGINE | TEST_NEW_PROCESS,
         "ids and UUIDs are the same in another process") {
  child_end end;
  seen_devices devices;
  char line[400];
  REQUIRE(child_run(t, 8, tell_devices, &end) && end.exited && end.code == 0);
  test *engine = test_another_engine(t);
  REQUIRE(engine != NULL);
  REQUIRE_OK(see_devices(t, engine->plugin, &devices, &t->error));
  describe(&devices, line, sizeof line);
  end.text[strcspn(end.text, "\n")] = 0;
  EXPECT_THAT(strcmp(line, end.text) == 0, "this process has %s; another had %s", line, end.text);
}

TN_CHECK(device_uuids, DEVICE, 8, 0, "UUIDs of devices differ and are not all zero") {
  static const uint8_t zero[16];
  seen_devices devices;
  uint32_t seen = 0;
  REQUIRE_OK(see_devices(t, t->plugin, &devices, &t->error));
  for (uint32_t i = 0; i < devices.count; i++) {
    const tn_device *device = devices.items[i];
    if (!(device->capabilities & TN_DEVICE_HAS_UUID)) continue;
    seen++;
    EXPECT_THAT(memcmp(device->uuid, zero, sizeof zero) != 0, "the UUID of device %.*s is not zero",
                TNI_TEXT(device->id));
    for (uint32_t j = 0; j < i; j++)
      EXPECT_THAT(!(devices.items[j]->capabilities & TN_DEVICE_HAS_UUID) ||
                      memcmp(devices.items[j]->uuid, device->uuid, sizeof zero) != 0,
                  "devices %.*s and %.*s have different UUIDs", TNI_TEXT(devices.items[j]->id),
                  TNI_TEXT(device->id));
  }
  if (!seen) NOT_APPLICABLE("no device declares a UUID");
}

/* --- no device -----------------------------------------------------------------------------------
 */

TN_CHECK(
    device_none_is_legal, DEVICE, 1, 0,
    "a virtual device without one below enumerates none, and calls that need one are refused") {
  seen_devices devices;
  REQUIRE_OK(see_devices(t, t->plugin, &devices, &t->error));
  if (!test_is_virtual(t)) NOT_APPLICABLE(NOT_VIRTUAL);
  suite_host host; /* without other plugins */
  tn_plugin *plugin = NULL;
  tn_compiled_model *model = test_poison();
  tn_model *carrier = test_model(t, "carrier");
  NEED(carrier);
  suite_host_init(&host, NULL, 0);
  EXPECT_OK(suite_host_create_engine(&host, t->setup->create, t->setup->properties,
                                     t->setup->property_count, &plugin, &t->error));
  if (plugin) {
    EXPECT_OK(see_devices(t, plugin, &devices, &t->error));
    EXPECT(devices.calls == 1 && devices.count == 0);
    EXPECT_FAILURE(tn_plugin_compile(plugin, t->device, carrier, NULL, &model, &t->error));
    EXPECT(model == test_poison());
    tn_plugin_destroy(plugin, TN_DESTROY_NORMAL);
  }
  suite_host_clear(&host);
}

#define DEVICE_ABSENT "device_absent"

/* A call that needs a device, where none is. */
static void expect_no_compile(test *t, tn_string device, tn_model *model) {
  tn_compiled_model *out = test_poison();
  EXPECT_FAILURE(tn_plugin_compile(t->plugin, device, model, NULL, &out, &t->error));
  EXPECT_THAT(out == test_poison(), "a failed compile leaves *out untouched");
}

static int look_without_device(test *t, int say) {
  seen_devices devices = {.count = 0};
  manifest_switch_set(t, DEVICE_ABSENT);
  test *engine = test_another_engine(t);
  tn_model *model = engine ? test_model(engine, "carrier") : NULL;
  if (!model) return 0; /* recorded why */
  const tn_status status = see_devices(engine, engine->plugin, &devices, &engine->error);
  child_say(say, "%d %d %u %.300s", status, devices.calls, devices.count,
            status == TN_OK ? "-" : engine->error.message);
  expect_no_compile(engine, engine->device, model);
  expect_no_compile(engine, TN_STRING(""), model);
  return 0;
}

TN_CHECK(device_none_where_absent, DEVICE, 1,
         TEST_NEEDS_MANIFEST | TEST_NO_ENGINE | TEST_NEW_PROCESS,
         "where the manifest says that no device is, an engine is made, enumeration succeeds with "
         "none, and calls that need one are refused") {
  child_end end;
  char how[80];
  int status = -1, calls = -1, count = -1;
  if (!manifest_switch_exists(t, DEVICE_ABSENT))
    NOT_APPLICABLE("the manifest has no \"" DEVICE_ABSENT "\": {\"environment\": {...}}");
  if (!child_run(t, 8, look_without_device, &end)) INCONCLUSIVE("no child could be made");
  EXPECT_THAT(end.exited && end.code == 0, "the process ended with %s",
              child_describe(&end, how, sizeof how));
  REQUIRE(sscanf(end.text, "%d %d %d", &status, &calls, &count) == 3);
  EXPECT_THAT(status == TN_OK, "enumeration without a device succeeds; it gave %s: %s",
              tni_status_name(status), end.text);
  EXPECT_THAT(calls == 1 && count == 0, "its sink is called once with none; %d calls told %d",
              calls, count);
}

/* --- ids that are none ---------------------------------------------------------------------------
 */

/* Every call that takes a device, with an id that names none. */
static void expect_not_found(test *t, tn_string id) {
  const tn_plugin_api *api = t->plugin->api;
  tn_model *carrier = test_model(t, "carrier");
  tn_compiled_model *model = test_poison();
  seen_answers answers;
  tn_string device = t->device;
  const tn_map_entry entry = {TN_STRING("PERF_COUNT"), tn_value_of_bool(0)};
  if (!carrier) return;
  t->device = id;
  struct {
    const char *call;
    tn_status status;
  } rows[] = {
      {"query", see_query(t, t->plugin, carrier, NULL, &answers, NULL)},
      {"compile", api->compile(t->plugin, id, carrier, NULL, &model, NULL)},
      {"get_property",
       api->get_property(t->plugin, id, TN_STRING("FULL_DEVICE_NAME"), ignore_value, NULL, NULL)},
      {"set_properties", api->set_properties(t->plugin, id, &entry, 1, NULL)},
  };
  t->device = device;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    EXPECT_THAT(rows[i].status == TN_NOT_FOUND,
                "%s for the device '%.*s' gives NOT_FOUND; it gave %s", rows[i].call, TNI_TEXT(id),
                tni_status_name(rows[i].status));
  EXPECT(model == test_poison());
}

/* The same with an id that may be one of another device: then nothing is asked of it. */
static bool refuses(test *t, const seen_devices *devices, tn_string id) {
  if (id.length == 0 || declared_is_device(devices, id)) return false;
  expect_not_found(t, id);
  return true;
}

TN_CHECK_WITH(device_unknown_id, DEVICE, 7, 0,
              "every call that takes a device refuses an unknown id with NOT_FOUND",
              .revision = 2) {
  static const char *const ids[] = {"nothing of that name", "4294967296", "-1"};
  seen_devices devices;
  uint32_t tried = 0;
  REQUIRE_OK(see_devices(t, t->plugin, &devices, &t->error));
  for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
    tried += refuses(t, &devices, tn_string_from(ids[i]));
  EXPECT(tried > 0);
}

TN_CHECK_WITH(device_almost_right_id, DEVICE, 7, 0,
              "an id that is almost right is refused: cut, lengthened, with spaces or a zero",
              .revision = 2) {
  static const struct {
    const char *before, *behind;
  } shapes[] = {{"", " "}, {" ", ""}, {"", "x"}, {"0", ""}, {"", ".0"}};
  enum { MOST_ADDED = 4 };
  seen_devices devices;
  REQUIRE(t->device.length > 0);
  REQUIRE_OK(see_devices(t, t->plugin, &devices, &t->error));
  const uint64_t length = t->device.length;
  char *id = test_alloc(t, length + MOST_ADDED);
  for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
    const int written = snprintf(id, length + MOST_ADDED, "%s%.*s%s", shapes[i].before,
                                 TNI_TEXT(t->device), shapes[i].behind);
    refuses(t, &devices, tn_string_make(id, (uint64_t)written));
  }
  snprintf(id, length + MOST_ADDED, "%.*s", TNI_TEXT(t->device));
  refuses(t, &devices, tn_string_make(id, length + 1)); /* with the zero */
  refuses(t, &devices, tn_string_make(t->device.data, length - 1));
}

TN_CHECK(device_unknown_id_of_extensions, DEVICE, 7, TEST_NEEDS_REMOTE,
         "making a remote context for an unknown device is refused with NOT_FOUND") {
  const tn_remote_api *remote = tn_plugin_get_extension(t->plugin, TN_STRING(TN_EXTENSION_REMOTE));
  tn_remote_context *context = test_poison();
  REQUIRE(remote != NULL);
  EXPECT_STATUS(remote->create_context(t->plugin, TN_STRING("nothing"), NULL, &context, &t->error),
                TN_NOT_FOUND);
  EXPECT_STATUS(remote->default_context(t->plugin, TN_STRING("nothing"), &context, &t->error),
                TN_NOT_FOUND);
  EXPECT(context == test_poison());
}

TN_CHECK_WITH(device_every_id_works, DEVICE, 3, TEST_SLOW,
              "query takes the id of every enumerated device, and so does compile where the device "
              "supports the model",
              .found = find_devices, .revision = 2) {
  seen_answers answers;
  tn_model *carrier = test_model(t, "carrier");
  bool all = true;
  t->device = declared_device_find(t);
  NEED(carrier);
  REQUIRE(t->device.length);
  EXPECT_OK(see_query(t, t->plugin, carrier, NULL, &answers, &t->error));
  for (uint32_t j = 0; j < answers.count; j++)
    all = all && answers.items[j]->supported;
  if (!all) NOT_APPLICABLE("this device does not support the carrier");
  test_compile(t, "carrier");
}

TN_CHECK_WITH(device_properties_of_each, PROPERTY, 2, 0,
              "every property of devices reads on each device", .found = find_devices) {
  seen_properties declared;
  t->device = declared_device_find(t);
  REQUIRE(t->device.length > 0);
  REQUIRE_OK(see_properties(t, t->plugin, &declared, &t->error));
  const property_place place = {"device", TN_LEVEL_DEVICE, t->plugin, t->device, NULL};
  for (uint32_t i = 0; i < declared.count; i++) {
    seen_value value;
    const tn_property *p = declared.items[i];
    if (!(p->levels & TN_LEVEL_DEVICE)) continue;
    EXPECT_THAT(see_property(t, &place, p->name, &value, NULL) == TN_OK && value.calls == 1,
                "property %.*s of device %s is read", TNI_TEXT(p->name), t->parameter);
  }
}

TN_CHECK(device_chosen_by_the_plugin, DEVICE, 12, 0,
         "with an empty device id query and compile work on one of the devices") {
  seen_answers answers;
  tn_compiled_model *model = NULL;
  tn_model *carrier = test_model(t, "carrier");
  bool all = true;
  NEED(carrier);
  t->device = TN_STRING("");
  REQUIRE_OK(see_query(t, t->plugin, carrier, NULL, &answers, &t->error));
  for (uint32_t i = 0; i < answers.count; i++)
    all = all && answers.items[i]->supported;
  if (!all) NOT_APPLICABLE("the device that the plugin chooses does not support the carrier");
  REQUIRE_OK(tn_plugin_compile(t->plugin, t->device, carrier, NULL, &model, &t->error));
  test_adopt_compiled_model(t, model);
  tn_infer_request *request = test_request(t, model);
  REQUIRE(request && test_set_inputs(t, request, "carrier", t->seed, 4));
  EXPECT_OK(tn_infer_request_infer(request, &t->error));
  test_expect_outputs(t, request, "carrier", t->seed, 4);
}

/* --- capabilities */

TN_CHECK(device_capabilities, DEVICE, 5, 0, "an extension is there when a device declares it") {
  static const struct {
    uint64_t capability;
    const char *id;
    enum { ON_PLUGIN, ON_MODEL, ON_REQUEST } object;
  } rows[] = {{TN_DEVICE_HAS_IMPORT, TN_EXTENSION_IMPORT, ON_PLUGIN},
              {TN_DEVICE_HAS_REMOTE, TN_EXTENSION_REMOTE, ON_PLUGIN},
              {TN_DEVICE_HAS_IMPORT, TN_EXTENSION_EXPORT, ON_MODEL},
              {TN_DEVICE_HAS_STATES, TN_EXTENSION_STATES, ON_REQUEST},
              {TN_DEVICE_HAS_PROFILING, TN_EXTENSION_PROFILING, ON_REQUEST},
              {TN_DEVICE_HAS_BATCHES, TN_EXTENSION_BATCH, ON_REQUEST}};
  tn_compiled_model *model = test_compile(t, "carrier");
  tn_infer_request *request = test_request(t, model);
  NEED(request);
  void *const objects[] = {t->plugin, model, request};
  uint32_t declared = 0;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    if (!(t->capabilities & rows[i].capability)) continue;
    tn_object *object = objects[rows[i].object];
    EXPECT_THAT(object->api->get_extension(object, tn_string_from(rows[i].id)) != NULL ||
                    test_is_handed_on(t, object->maker),
                "the device declares it, so %s is there", rows[i].id);
    declared++;
  }
  if (!declared) NOT_APPLICABLE("the device declares no capability with an extension");
}

/* --- threads and sinks */

enum { THREADS = 8, ROUNDS = 50 };

struct enumerator {
  tn_plugin *plugin;
  const seen_devices *alone; /* what enumeration gives without others beside it */
  uint32_t calls, wrong;
};

static tn_status compare_devices(void *user, const tn_device_list *list) {
  struct enumerator *self = user;
  const seen_devices *alone = self->alone;
  bool same = list->count == alone->count && list->generation == alone->generation;
  for (uint32_t i = 0; same && i < list->count; i++)
    same = is_same_device(list->devices[i], alone->items[i]);
  self->wrong += !same;
  self->calls++;
  return TN_OK;
}

static void enumerate(void *user) {
  struct enumerator *self = user;
  for (int i = 0; i < ROUNDS; i++)
    if (self->plugin->api->devices(self->plugin, compare_devices, self, NULL) != TN_OK)
      self->wrong++;
}

TN_CHECK_WITH(device_concurrent_enumeration, DEVICE, 9, 0,
              "enumeration in several threads at once gives equal answers", .revision = 2) {
  struct enumerator all[THREADS];
  seen_devices devices;
  REQUIRE_OK(see_devices(t, t->plugin, &devices, &t->error));
  for (uint32_t i = 0; i < THREADS; i++)
    all[i] = (struct enumerator){.plugin = t->plugin, .alone = &devices};
  together_run(all, sizeof *all, THREADS, enumerate);
  for (uint32_t i = 0; i < THREADS; i++) {
    EXPECT_THAT(all[i].calls == ROUNDS, "thread %u was given the devices %d times, not %u", i,
                ROUNDS, all[i].calls);
    EXPECT_THAT(all[i].wrong == 0, "thread %u saw the same devices every time", i);
  }
}

static tn_status fail_devices(void *user, const tn_device_list *list) {
  (void)list;
  ++*(uint32_t *)user;
  return TN_IO;
}

static tn_status fail_properties(void *user, const tn_property *const *items, uint64_t count) {
  (void)items, (void)count;
  ++*(uint32_t *)user;
  return TN_IO;
}

static tn_status fail_answers(void *user, const tn_node_support *const *nodes, uint64_t count) {
  (void)nodes, (void)count;
  ++*(uint32_t *)user;
  return TN_IO;
}

static tn_status fail_value(void *user, const tn_value *value) {
  (void)value;
  ++*(uint32_t *)user;
  return TN_IO;
}

TN_CHECK(device_failing_sinks, QUERY, 11, 0,
         "a sink that fails is called once, and the call fails with its status") {
  const tn_plugin_api *api = t->plugin->api;
  tn_model *carrier = test_model(t, "carrier");
  seen_properties properties;
  uint32_t calls[4] = {0};
  NEED(carrier);
  REQUIRE_OK(see_properties(t, t->plugin, &properties, &t->error));
  EXPECT(properties.calls == 1);
  EXPECT_STATUS(api->devices(t->plugin, fail_devices, &calls[0], NULL), TN_IO);
  EXPECT_STATUS(api->properties(t->plugin, fail_properties, &calls[1], NULL), TN_IO);
  EXPECT_STATUS(api->query(t->plugin, t->device, carrier, NULL, fail_answers, &calls[2], NULL),
                TN_IO);
  EXPECT(calls[0] == 1 && calls[1] == 1 && calls[2] == 1);
  for (uint32_t i = 0; i < properties.count; i++) {
    const tn_property *property = properties.items[i];
    if (!(property->levels & (TN_LEVEL_PLUGIN | TN_LEVEL_DEVICE))) continue;
    tn_string device = property->levels & TN_LEVEL_PLUGIN ? TN_STRING("") : t->device;
    EXPECT_STATUS(api->get_property(t->plugin, device, property->name, fail_value, &calls[3], NULL),
                  TN_IO);
    EXPECT(calls[3] == 1);
    break;
  }
}
