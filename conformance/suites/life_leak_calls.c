/* Checks that repeating the calls around an inference, and those that fail, leaves nothing behind.
 */
#define TN_GROUP "life"
#include <string.h>

#include "engine/declared.h"
#include "engine/growth.h"
#include "engine/ignore.h"
#include "engine/virtual_device.h"
#include "tenon/abi/ext/batch.h"
#include "tenon/abi/ext/targets.h"

enum { MOST_ENTRIES = 32, MOST_ITEMS = 8, ID_SIZE = 64 };

/* What the rounds work on. */
struct scene {
  tn_model *carrier, *refused;
  tn_compiled_model *model;
  tn_infer_request *request;
  tn_tensor *input, *misshapen;
  uint32_t ports;
  tn_tensor *items[MOST_ITEMS];
  uint64_t item_count;
  tn_map_entry entries[MOST_ENTRIES]; /* properties with the values that they have */
  uint64_t entry_count;
  char target[ID_SIZE];
};

/* A request of a model whose inputs are set. */
static bool prepare(test *t, const char *model, struct scene *scene) {
  memset(scene, 0, sizeof *scene);
  scene->carrier = test_model(t, model);
  scene->refused = test_model(t, "unknown_operator");
  scene->model = test_compile(t, model);
  scene->request = test_request(t, scene->model);
  if (!scene->carrier || !scene->refused || !scene->request) return false;
  const tn_graph *graph = scene->carrier->graph;
  scene->ports = graph->input_count + graph->output_count;
  if (!test_set_inputs(t, scene->request, model, t->seed, 4)) return false;
  const tn_status status = tn_infer_request_get_tensor(scene->request, 0, &scene->input, &t->error);
  return test_record_status(t, status, TN_OK, "get_tensor(request, 0, &tensor, &t->error)",
                            __FILE__, __LINE__);
}

/* A round of calls that fail passes when each of them failed as asked. */
static tn_status asked(tn_status status, tn_status found, tn_status wanted) {
  if (status != TN_OK || found == wanted) return status;
  return found == TN_OK ? TN_INTERNAL : found;
}

/* --- what runs in the background ---------------------------------------------------------------
 */

static tn_status round_cancel(test *t, void *user) {
  tn_infer_request *request = ((struct scene *)user)->request;
  tn_status status = tn_infer_request_start(request, NULL, &t->error);
  if (status != TN_OK) return status;
  const tn_status cancelled = tn_infer_request_cancel(request, &t->error);
  status = tn_infer_request_wait(request, -1, &t->error);
  return status == TN_CANCELLED ? cancelled : status;
}

static void ignore_end(void *user, tn_infer_request *request, tn_status status,
                       const tn_error *error) {
  (void)user, (void)request, (void)status, (void)error;
}

static tn_status round_callback(test *t, void *user) {
  tn_infer_request *request = ((struct scene *)user)->request;
  tn_status status = tn_infer_request_set_callback(request, ignore_end, user, &t->error);
  if (status == TN_OK) status = tn_infer_request_start(request, NULL, &t->error);
  if (status == TN_OK) status = tn_infer_request_wait(request, -1, &t->error);
  if (status == TN_OK) status = tn_infer_request_set_callback(request, NULL, NULL, &t->error);
  return status;
}

/* A device whose work the host does not hold may have ended: then the tensor is taken. */
static tn_status round_busy(test *t, void *user) {
  const struct scene *scene = user;
  atomic_store(&t->host->hold, true);
  tn_status status = tn_infer_request_start(scene->request, NULL, &t->error), busy = TN_BUSY;
  if (status == TN_OK)
    busy = tn_infer_request_set_tensor(scene->request, 0, scene->input, &t->error);
  suite_host_let_go(t->host);
  if (status == TN_OK) status = tn_infer_request_wait(scene->request, -1, &t->error);
  return busy == TN_OK ? status : asked(status, busy, TN_BUSY);
}

TN_CHECK(life_leak_cancel, LIFE, 15, TEST_SLOW,
         "repeating start, cancel and wait leaves no thread, descriptor or memory") {
  struct scene scene;
  REQUIRE(prepare(t, "carrier", &scene));
  test_expect_no_growth(t, round_cancel, &scene);
}

TN_CHECK(life_leak_callback, LIFE, 15, TEST_SLOW,
         "setting callbacks and having them called leaves no thread, descriptor or memory") {
  struct scene scene;
  REQUIRE(prepare(t, "carrier", &scene));
  test_expect_no_growth(t, round_callback, &scene);
}

TN_CHECK(life_leak_busy, LIFE, 15, TEST_SLOW,
         "calls on a request in flight leave no thread, descriptor or memory") {
  struct scene scene;
  REQUIRE(prepare(t, "carrier", &scene));
  test_expect_no_growth(t, round_busy, &scene);
}

/* --- calls that fail ---------------------------------------------------------------------------
 */

static tn_status round_misshapen(test *t, void *user) {
  const struct scene *scene = user;
  tn_infer_request *request = scene->request;
  tn_tensor *tensor = NULL;
  tn_status status = TN_OK;
  status = asked(status, tn_infer_request_set_tensor(request, 0, scene->misshapen, &t->error),
                 TN_WRONG_SHAPE);
  status =
      asked(status, tn_infer_request_set_tensor(request, scene->ports, scene->input, &t->error),
            TN_OUT_OF_RANGE);
  return asked(status, tn_infer_request_get_tensor(request, scene->ports, &tensor, &t->error),
               TN_OUT_OF_RANGE);
}

static tn_status round_query_refused(test *t, void *user) {
  return tn_plugin_query(t->plugin, t->device, ((struct scene *)user)->refused, NULL,
                         ignore_answers, NULL, &t->error);
}

static tn_status round_unknown_property(test *t, void *user) {
  static const tn_map_entry unknown = {TN_STRING_INIT("NO_SUCH_PROPERTY"), {TN_VALUE_BOOL, 0, {1}}};
  const tn_string name = unknown.key;
  tn_compile_options options = tn_compile_options_init();
  tn_compiled_model *model = NULL;
  const struct scene *scene = user;
  options.properties = &unknown;
  options.property_count = 1;
  const property_place place = {"plugin", TN_LEVEL_PLUGIN, t->plugin, TN_STRING(""), NULL};
  tn_status status = asked(TN_OK, set_properties_at(&place, &unknown, 1, &t->error), TN_NOT_FOUND);
  status =
      asked(status,
            t->plugin->api->get_property(t->plugin, t->device, name, ignore_value, NULL, &t->error),
            TN_NOT_FOUND);
  status = asked(status,
                 tn_compiled_model_get_property(scene->model, name, ignore_value, NULL, &t->error),
                 TN_NOT_FOUND);
  return asked(status,
               tn_plugin_compile(t->plugin, t->device, scene->carrier, &options, &model, &t->error),
               TN_NOT_FOUND);
}

TN_CHECK(life_leak_refused_tensors, LIFE, 15, TEST_SLOW,
         "handing in tensors that are refused leaves no thread, descriptor or memory") {
  static const int64_t shape[] = {1, 2, 3, 1, 2, 3, 1};
  struct scene scene;
  REQUIRE(prepare(t, "carrier", &scene));
  scene.misshapen = test_tensor(t, scene.input->type, 7, shape);
  REQUIRE(scene.misshapen);
  test_expect_no_growth(t, round_misshapen, &scene);
}

TN_CHECK(life_leak_query_of_unknown, LIFE, 15, TEST_SLOW,
         "repeating query of what is not supported leaves no thread, descriptor or memory") {
  struct scene scene;
  REQUIRE(prepare(t, "carrier", &scene));
  test_expect_no_growth(t, round_query_refused, &scene);
}

TN_CHECK(life_leak_unknown_property, LIFE, 15, TEST_SLOW,
         "setting, reading and giving properties that nobody knows leaves no thread, descriptor or "
         "memory") {
  struct scene scene;
  REQUIRE(prepare(t, "carrier", &scene));
  test_expect_no_growth(t, round_unknown_property, &scene);
}

/* --- properties --------------------------------------------------------------------------------
 */

/* All that can be set on the plugin, as it is. */
static void take_settings(test *t, struct scene *scene) {
  seen_properties declared;
  const property_place place = {"plugin", TN_LEVEL_PLUGIN, t->plugin, TN_STRING(""), NULL};
  if (!test_record_status(t, see_properties(t, t->plugin, &declared, &t->error), TN_OK,
                          "properties(plugin, sink, user, &t->error)", __FILE__, __LINE__))
    return;
  for (uint32_t i = 0; i < declared.count && scene->entry_count < MOST_ENTRIES; i++) {
    const tn_property *property = declared.items[i];
    seen_value value;
    if (!(property->levels & TN_LEVEL_PLUGIN) || !declared_is_writable(property, &place) ||
        see_property(t, &place, property->name, &value, NULL) != TN_OK)
      continue;
    const tn_map_entry entry = {property->name, value.value};
    if (set_properties_at(&place, &entry, 1, NULL) == TN_OK)
      scene->entries[scene->entry_count++] = entry;
  }
}

static tn_status round_settings(test *t, void *user) {
  const struct scene *scene = user;
  const property_place place = {"plugin", TN_LEVEL_PLUGIN, t->plugin, TN_STRING(""), NULL};
  tn_status status = set_properties_at(&place, scene->entries, scene->entry_count, &t->error);
  for (uint64_t i = 0; status == TN_OK && i < scene->entry_count; i++)
    status = t->plugin->api->get_property(t->plugin, TN_STRING(""), scene->entries[i].key,
                                          ignore_value, NULL, &t->error);
  return status;
}

TN_CHECK(life_leak_settings, LIFE, 15, TEST_SLOW,
         "setting and reading the plugin's properties leaves no thread, descriptor or memory") {
  struct scene scene = {.entry_count = 0};
  take_settings(t, &scene);
  if (!scene.entry_count) NOT_APPLICABLE("the plugin has no property that can be set");
  test_expect_no_growth(t, round_settings, &scene);
}

/* --- extensions --------------------------------------------------------------------------------
 */

static const tn_batch_api *batch_api(const struct scene *scene) {
  return tn_infer_request_get_extension(scene->request, TN_STRING(TN_EXTENSION_BATCH));
}

static tn_status round_batch(test *t, void *user) {
  const struct scene *scene = user;
  const tn_batch_api *api = batch_api(scene);
  tn_tensor *tensor = NULL;
  tn_status status =
      api->set_tensors(scene->request, 0, scene->items, scene->item_count, &t->error);
  if (status == TN_OK) status = api->get_tensor(scene->request, 0, 0, &tensor, &t->error);
  if (status == TN_OK) status = tn_infer_request_infer(scene->request, &t->error);
  if (status == TN_OK && /* which failure it is, is not asked here */
      api->set_tensors(scene->request, 0, scene->items, 0, &t->error) == TN_OK)
    status = TN_INTERNAL;
  if (status == TN_OK)
    status = tn_infer_request_set_tensor(scene->request, 0, scene->input, &t->error);
  return status;
}

TN_CHECK(life_leak_batch, LIFE, 15, TEST_SLOW | TEST_NEEDS_BATCHES,
         "giving, reading and replacing batches leaves no thread, descriptor or memory") {
  struct scene scene;
  REQUIRE(prepare(t, "carrier", &scene));
  if (test_is_handed_on(t, scene.request->maker)) NOT_APPLICABLE(HANDED_ON);
  REQUIRE(batch_api(&scene) != NULL);
  int64_t shape[TN_MAX_RANK];
  const uint32_t rank = scene.input->rank;
  REQUIRE(rank > 0);
  memcpy(shape, scene.input->shape, rank * sizeof *shape);
  if (shape[0] > MOST_ITEMS) NOT_APPLICABLE("the carrier's first dimension is long");
  scene.item_count = (uint64_t)shape[0];
  shape[0] = 1;
  for (uint64_t i = 0; i < scene.item_count; i++) {
    scene.items[i] = test_tensor(t, scene.input->type, rank, shape);
    REQUIRE(scene.items[i] != NULL);
    suite_fill(scene.items[i], t->seed + i, 0);
  }
  test_expect_no_growth(t, round_batch, &scene);
}

static tn_status take_target(void *user, const tn_device_list *list) {
  struct scene *scene = user;
  const tn_string id = list->count ? list->devices[0]->id : TN_STRING("");
  if (id.length > 0 && id.length < ID_SIZE) memcpy(scene->target, id.data, (size_t)id.length);
  return TN_OK;
}

static tn_status round_absent(test *t, void *user) {
  const struct scene *scene = user;
  const tn_string target = tn_string_from(scene->target);
  tn_compiled_model *model = NULL;
  tn_infer_request *request = NULL;
  tn_status status = tn_plugin_compile(t->plugin, target, scene->carrier, NULL, &model, &t->error);
  if (status != TN_OK) return status;
  status = asked(status, tn_compiled_model_create_request(model, NULL, &request, &t->error),
                 TN_NOT_FOUND);
  if (request) tn_infer_request_destroy(request);
  tn_compiled_model_destroy(model);
  return status;
}

TN_CHECK(life_leak_absent, LIFE, 15, TEST_SLOW | TEST_NEEDS_ABSENT_DEVICE,
         "compiling for a device that is absent leaves no thread, descriptor or memory") {
  const tn_targets_api *api = tn_plugin_get_extension(t->plugin, TN_STRING(TN_EXTENSION_TARGETS));
  struct scene scene = {.carrier = test_model(t, "carrier")};
  REQUIRE(api && scene.carrier);
  REQUIRE_OK(api->targets(t->plugin, take_target, &scene, &t->error));
  REQUIRE(scene.target[0]);
  test_expect_no_growth(t, round_absent, &scene);
}
