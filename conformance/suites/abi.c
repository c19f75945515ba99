/* Checks of the interface itself: the entry, tables and sizes, extensions, options. */
#define TN_GROUP "abi"
#include "engine/check.h"

#include <string.h>

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

/* --- tables --------------------------------------------------------------------------------------
 */

static bool sound_size(uint32_t size, uint32_t first) {
  return size >= first && size % 8 == 0;
}

TN_CHECK(abi_plugin_table, ABI, 9, 0,
         "the plugin's table, maker and info have at least the size of their first version") {
  const tn_plugin_info *info = t->plugin->api->info(t->plugin);
  EXPECT(sound_size(t->plugin->api->size, TN_PLUGIN_API_FIRST_SIZE));
  EXPECT(sound_size(t->plugin->maker->size, TN_MAKER_FIRST_SIZE));
  REQUIRE(info != NULL);
  EXPECT(sound_size(info->size, TN_PLUGIN_INFO_FIRST_SIZE));
}

TN_CHECK(abi_plugin_slots, ABI, 11, 0, "every mandatory slot of the plugin's table is there") {
  const tn_plugin_api *api = t->plugin->api;
  EXPECT(api->get_extension && api->destroy && api->info && api->devices && api->properties);
  EXPECT(api->get_property && api->set_properties && api->query && api->compile);
}

TN_CHECK(abi_major_was_offered, ABI, 5, 0,
         "the major that the plugin picked is one that was offered") {
  EXPECT(t->plugin->api->major == TN_MAJOR);
}

TN_CHECK(abi_model_table, ABI, 11, 0, "every mandatory slot of a compiled model's table is there") {
  tn_compiled_model *model = test_compile(t, "carrier");
  REQUIRE(model != NULL);
  const tn_compiled_model_api *api = model->api;
  EXPECT(sound_size(api->size, TN_COMPILED_MODEL_API_FIRST_SIZE));
  EXPECT(api->get_extension && api->destroy && api->ports && api->create_request);
  EXPECT(api->get_property && api->set_properties);
}

TN_CHECK(abi_request_table, ABI, 11, 0, "every mandatory slot of a request's table is there") {
  tn_infer_request *request = test_request(t, test_compile(t, "carrier"));
  REQUIRE(request != NULL);
  const tn_infer_request_api *api = request->api;
  EXPECT(sound_size(api->size, TN_INFER_REQUEST_API_FIRST_SIZE));
  EXPECT(api->get_extension && api->destroy && api->set_tensor && api->get_tensor && api->infer);
  EXPECT(api->start && api->wait && api->cancel && api->set_callback);
}

/* --- extensions
 * ------------------------------------------------------------------------------------ */

TN_CHECK(abi_unknown_extension, ABI, 16, 0,
         "get_extension answers NULL to an id that nobody knows") {
  EXPECT(tn_plugin_get_extension(t->plugin, TN_STRING("x-nobody.knows/1")) == NULL);
  EXPECT(tn_plugin_get_extension(t->plugin, TN_STRING("")) == NULL);
}

TN_CHECK(abi_whole_extension_id, ABI, 17, 0, "get_extension compares the whole id") {
  static const char *const ids[] = {TN_EXTENSION_IMPORT, TN_EXTENSION_REMOTE};
  for (size_t i = 0; i < 2; i++) {
    char longer[64];
    size_t length = strlen(ids[i]);
    memcpy(longer, ids[i], length);
    longer[length] = '0';
    EXPECT(tn_plugin_get_extension(t->plugin, tn_string_make(longer, length + 1)) == NULL);
    EXPECT(tn_plugin_get_extension(t->plugin, tn_string_make(longer, length - 1)) == NULL);
  }
}

/* --- options
 * ----------------------------------------------------------------------------------------- */

static tn_status compile_with(test *t, const tn_compile_options *options) {
  tn_model *model = test_model(t, "carrier");
  tn_compiled_model *compiled = NULL;
  if (!model) return TN_INTERNAL;
  tn_status status = tn_plugin_compile(t->plugin, t->device, model, options, &compiled, &t->error);
  if (status == TN_OK) test_adopt_compiled_model(t, compiled);
  return status;
}

TN_CHECK(abi_refuses_small_options, ABI, 14, 0,
         "options below the size of their first version are refused") {
  tn_compile_options options = tn_compile_options_init();
  options.size = TN_COMPILE_OPTIONS_FIRST_SIZE - 8;
  EXPECT_STATUS(compile_with(t, &options), TN_INVALID_ARGUMENT);
}

TN_CHECK(abi_accepts_larger_options, ABI, 12, 0,
         "options larger than the plugin knows are accepted") {
  struct {
    tn_compile_options base;
    uint64_t tail[8];
  } grown;
  memset(&grown, 0xff, sizeof grown);
  grown.base = tn_compile_options_init();
  grown.base.size = TN_SIZE(grown);
  EXPECT_STATUS(compile_with(t, &grown.base), TN_OK);
}
