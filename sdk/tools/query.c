#include <stdio.h>
#include <string.h>

#include "tool.h"

/* Where the model was split: the device of each node, and what others say against it. Nodes without
 * one are in no part. */
static void add_parts(const tool_answers *answers, const json_t *parts) {
  size_t length;
  const char *key;
  json_t *node;
  json_object_keylen_foreach(answers->by_name, key, length, node) {
    const tn_string name = tn_string_make(key, length);
    json_t *device = tool_get_by_name(json_object_get(parts, "devices"), name),
           *refusal = tool_get_by_name(json_object_get(parts, "refusals"), name);
    if (device) json_object_set(node, "device", device);
    if (!device && json_object_get(parts, "subgraphs"))
      json_object_set_new(node, "runs_nowhere", json_true());
    if (refusal) json_object_set(node, "refused_by", refusal);
  }
}

/* Of a model that does not compile no node is supported, whatever was claimed. */
static void withdraw(const tool_answers *answers) {
  size_t index;
  json_t *node;
  json_array_foreach(answers->list, index, node) {
    json_object_set_new(node, "supported", json_false());
    json_object_set_new(node, "device", json_string(""));
    json_object_set_new(node, "reason", json_string("the model does not compile"));
  }
}

/* A text of an object, which may hold zeros. */
static void print_text(const json_t *object, const char *key) {
  const json_t *text = json_object_get(object, key);
  const char *at = json_string_value(text);
  const char *end = at ? at + json_string_length(text) : NULL;
  for (; at; at = at + strlen(at) < end ? at + strlen(at) + 1 : NULL) {
    tool_print(stdout, "%s", at);
    if (at + strlen(at) < end) tool_print(stdout, "\\x00");
  }
}

static void print_node(const json_t *node, bool supported) {
  print_text(node, "node");
  tool_print(stdout, ": ");
  print_text(node, supported ? "device" : "reason");
  tool_print(stdout, "\n");
  if (!supported || !json_object_get(node, "refused_by")) return;
  tool_print(stdout, "    not ");
  print_text(node, "refused_by");
  tool_print(stdout, "\n");
}

static void print_all(const json_t *list) {
  size_t index, refused = 0;
  json_t *node;
  json_array_foreach(list, index, node) {
    const bool supported = json_is_true(json_object_get(node, "supported"));
    refused += !supported;
    print_node(node, supported);
  }
  tool_print(stdout, "%zu nodes, %zu not supported\n", index, refused);
}

/* @param failure what compiling fails with, or NULL */
static int show(tool *self, const tn_model *model, const tool_answers *answers, const json_t *parts,
                const char *failure) {
  json_t *subgraphs = json_object_get(parts, "subgraphs");
  json_t *copied = json_object_get(parts, "copied_bytes");
  if (self->json) {
    json_t *all = json_pack("{s:s, s:s, s:O}", "model", self->argument, "device", self->device,
                            "nodes", answers->list);
    if (subgraphs) json_object_set(all, "subgraphs", subgraphs);
    if (copied) json_object_set(all, "copied_bytes", copied);
    if (failure) json_object_set_new(all, "error", tool_text(tn_string_from(failure)));
    return tool_print_json(all);
  }
  if (self->dot) {
    tool_print_dot(model, answers);
    return TOOL_DONE;
  }
  print_all(answers->list);
  if (subgraphs) tool_print(stdout, "split into %d parts\n", (int)json_integer_value(subgraphs));
  if (copied)
    tool_print(stdout, "known to be copied in an inference: %lld bytes\n",
               (long long)json_integer_value(copied));
  return TOOL_DONE;
}

/* Devices made of others are asked by compiling. Where that fails although every node was claimed,
 * the answers do not say why. */
static int tell(tool *self, tn_model *model, const tn_query_options *options,
                tool_answers *answers) {
  json_t *parts = NULL;
  const bool compiled = tool_parts(self, model, options, &parts);
  const bool claimed = tool_all_supported(answers);
  if (!compiled && claimed) withdraw(answers);
  add_parts(answers, parts);
  int done = show(self, model, answers, parts, compiled ? NULL : self->error.message);
  if (!compiled && claimed) done = tool_fail(self, self->argument);
  json_decref(parts);
  return done;
}

int tool_query(tool *self) {
  tn_model *model = NULL;
  tool_answers answers = {NULL, NULL};
  static tool_values values;
  tn_query_options options = tn_compile_options_init();
  tn_status status = tool_values_parse(self, &values);
  options.properties = values.entries;
  options.property_count = values.count;
  if (status == TN_OK) status = tool_read_model(self, &model);
  if (status == TN_OK) status = tool_ask(self, model, self->device, &options, &answers);
  const int done =
      status == TN_OK ? tell(self, model, &options, &answers) : tool_fail(self, self->argument);
  tool_answers_free(&answers);
  tool_values_free(&values);
  if (model) tn_model_release(model);
  return done;
}
