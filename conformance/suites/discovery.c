/* Checks of the manifest beside the library. */
#define TN_GROUP "discovery"
#include <jansson.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>

#include "engine/check.h"
#include "engine/manifest_fields.h"

/* Reads the manifest; records why it cannot be. */
static json_t *read_manifest(test *t) {
  json_error_t error;
  json_t *root = json_load_file(t->setup->manifest, JSON_REJECT_DUPLICATES, &error);
  EXPECT_THAT(json_is_object(root), "the manifest is one JSON object: %s (line %d)",
              root ? "it is something else" : error.text, root ? 1 : error.line);
  return root;
}

static const char *text_of(const json_t *root, const char *field) {
  const char *text = json_string_value(json_object_get(root, field));
  return text ? text : "";
}

TN_CHECK_WITH(discovery_manifest_fields, DISCOVERY, 2, TEST_NEEDS_MANIFEST | TEST_NO_ENGINE,
              "the manifest is well formed: every known field that is there is of its type",
              .revision = 3) {
  manifest_problem problem;
  json_t *root = read_manifest(t);
  const bool wrong = json_is_object(root) && manifest_find_problem(root, &problem);
  EXPECT_THAT(!wrong, "the manifest's field \"%s\" is %s", wrong ? problem.field : "",
              wrong ? problem.expected : "");
  json_decref(root);
}

/* What the manifest says of the library; it need not say it. */
static void expect_text(test *t, const json_t *root, const char *field, tn_string library) {
  if (!json_object_get(root, field)) return;
  const char *said = text_of(root, field);
  EXPECT_THAT(tn_string_equal(tn_string_from(said), library),
              "the manifest's %s \"%s\" is what the library states: \"%.*s\"", field, said,
              TNI_TEXT(library));
}

TN_CHECK_WITH(discovery_manifest_agrees, DISCOVERY, 1, TEST_NEEDS_MANIFEST,
              "the manifest's library, name and version agree with what the library states",
              .revision = 2) {
  char path[4096];
  json_t *root = read_manifest(t);
  const tn_plugin_info *info = t->plugin->api->info(t->plugin);
  expect_text(t, root, "name", info->name);
  expect_text(t, root, "version", info->version);
  snprintf(path, sizeof path, "%s", t->setup->library);
  char said[4096];
  snprintf(said, sizeof said, "%s", text_of(root, "library"));
  EXPECT_THAT(strcmp(basename(said), basename(path)) == 0,
              "the manifest's library \"%s\" is this file", text_of(root, "library"));
  json_decref(root);
}

static tn_status refuse_unknown(void *user, const tn_property *const *items, uint64_t count) {
  const char **missing = user;
  for (uint64_t i = 0; *missing && i < count; i++)
    if (items[i]->flags & (TN_PROPERTY_WRITABLE | TN_PROPERTY_INITIAL) &&
        !(items[i]->flags & TN_PROPERTY_HANDED_ON) &&
        tn_string_equal(items[i]->name, tn_string_from(*missing)))
      *missing = NULL;
  return TN_OK;
}

TN_CHECK(discovery_manifest_properties, DISCOVERY, 1, TEST_NEEDS_MANIFEST,
         "every property that the manifest sets is declared and can be given at creation") {
  json_t *root = read_manifest(t);
  json_t *properties = json_object_get(root, "properties");
  for (void *at = json_object_iter(properties); at; at = json_object_iter_next(properties, at)) {
    const char *missing = json_object_iter_key(at), *name = missing;
    EXPECT_OK(t->plugin->api->properties(t->plugin, refuse_unknown, &missing, &t->error));
    EXPECT_THAT(!missing, "the manifest's property \"%s\" is declared", name);
  }
  size_t count = json_object_size(properties);
  json_decref(root);
  if (!count) NOT_APPLICABLE("the manifest sets no property");
}
