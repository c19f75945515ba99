/* One process that runs models on devices again and again, as `tenon run` does once.
 *
 *   session PLUGIN.so...
 *
 * reads lines from standard input, each a JSON array of words:
 *
 *   ["load", MODEL, "-d", DEVICE, "-p", KEY=VALUE...]   compiles, in place of what was loaded
 * before
 *   ["reload", FILE]                                    exports to FILE, and imports that instead
 *   ["infer", "-i", NAME=FILE.npy..., "-o", FOLDER]     one inference, with the request of the last
 *
 * and answers each with one line, an object of JSON: {"error": TEXT}, or for load and reload
 * {"subgraphs": NUMBER or null, "warnings": [TEXT...]}. Other lines of the output mean nothing. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "tool.h"

enum { MOST_WORDS = 256 };

typedef struct session {
  tool tool;
  char *device; /* of the last "load" */
  tn_compiled *compiled;
  tn_request *request;
  pthread_mutex_t mutex; /* guards the warnings, which come from any thread */
  json_t *warnings;      /* since the last answer */
} session;

static void TN_CALL keep_warning(void *user, uint32_t level, tn_string source, tn_string message) {
  session *self = user;
  (void)level;
  pthread_mutex_lock(&self->mutex);
  json_array_append_new(self->warnings,
                        json_sprintf("%.*s: %.*s", TNI_TEXT(source), TNI_TEXT(message)));
  pthread_mutex_unlock(&self->mutex);
}

/* --- what a line asks for: each returns false after a failure, which tool.error tells */

static void unload(session *self) {
  if (self->request) tn_request_destroy(self->request);
  if (self->compiled) tn_compiled_destroy(self->compiled);
  self->request = NULL;
  self->compiled = NULL;
}

static bool begin(session *self) {
  return tn_compiled_create_request(self->compiled, &self->request, &self->tool.error) == TN_OK;
}

static bool load(session *self) {
  unload(self);
  free(self->device);
  self->device = self->tool.device ? strdup(self->tool.device) : NULL;
  return self->device && tool_load(&self->tool, NULL, 0, &self->compiled) && begin(self);
}

static bool reload(session *self) {
  tn_error *error = &self->tool.error;
  const char *path = self->tool.argument;
  tn_compiled *read = NULL;
  if (tn_compiled_export_file(self->compiled, NULL, path, error) != TN_OK ||
      tn_core_import_file(self->tool.core, self->device, path, NULL, &read, error) != TN_OK)
    return false;
  unload(self);
  self->compiled = read;
  return begin(self);
}

static bool infer(session *self) {
  tool *called = &self->tool;
  tool_outputs outputs = {.count = 0};
  const tn_port_list *ports = tn_compiled_ports(self->compiled);
  const bool done = tool_outputs_prepare(called, ports, &outputs) &&
                    tool_set_inputs(called, self->compiled, self->request) &&
                    tn_request_infer(self->request, &called->error) == TN_OK &&
                    tool_outputs_tell(called, &outputs, ports, self->request) == TOOL_DONE;
  tool_outputs_free(&outputs);
  return done;
}

static const struct {
  const char *name, *options;
  bool needs_model;
  bool (*run)(session *self);
} commands[] = {
    {"load", "-d -p", false, load}, {"reload", "", true, reload}, {"infer", "-i -o", true, infer}};

static bool run(session *self, int count, char **words) {
  tool *called = &self->tool;
  const tn_core *core = called->core;
  memset(called, 0, sizeof *called);
  called->core = (tn_core *)(uintptr_t)core;
  called->command = words[1];
  for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
    if (strcmp(commands[i].name, called->command) != 0) continue;
    if (commands[i].needs_model && !self->request) break;
    return tool_parse(called, commands[i].options, count, words) == TOOL_DONE &&
           commands[i].run(self);
  }
  tni_fail(&called->error, TN_WRONG_STATE, "'%s': no such command, or nothing is loaded",
           called->command);
  return false;
}

/* --- lines */

static bool take_words(const json_t *line, int *count, char **words) {
  size_t index;
  json_t *word;
  *count = 1;
  words[0] = (char *)(uintptr_t) "session";
  if (!json_is_array(line) || json_array_size(line) == 0 || json_array_size(line) >= MOST_WORDS)
    return false;
  json_array_foreach(line, index, word) {
    if (!json_is_string(word)) return false;
    words[(*count)++] = (char *)(uintptr_t)json_string_value(word);
  }
  return true;
}

static void answer(session *self, bool done) {
  json_t *subgraphs = NULL;
  if (!done) {
    const char *text = self->tool.error.message;
    tool_print_json(json_pack("{s:s}", "error", *text ? text : "no line that is understood"));
    return;
  }
  tn_compiled_get_property(self->compiled, "HETERO_NUMBER_OF_SUBGRAPHS", tool_keep_json, &subgraphs,
                           NULL);
  pthread_mutex_lock(&self->mutex);
  tool_print_json(json_pack("{s:o?, s:O}", "subgraphs", subgraphs, "warnings", self->warnings));
  json_array_clear(self->warnings);
  pthread_mutex_unlock(&self->mutex);
}

static void serve(session *self) {
  char *text = NULL, *words[MOST_WORDS + 1];
  size_t size = 0;
  while (getline(&text, &size, stdin) > 0) {
    int count;
    json_t *line = json_loads(text, 0, NULL);
    self->tool.error.message[0] = '\0';
    answer(self, take_words(line, &count, words) && run(self, count, words));
    fflush(stdout);
    json_decref(line);
  }
  free(text);
}

int main(int argc, char **argv) {
  session self = {.mutex = PTHREAD_MUTEX_INITIALIZER, .warnings = json_array()};
  tn_core_options options = tn_core_options_init();
  options.flags = TN_CORE_IGNORE_ENVIRONMENT | TN_CORE_NO_DEFAULT_FOLDER;
  options.log = keep_warning;
  options.log_user = &self;
  self.tool.command = "session";
  if (tn_core_create(&options, &self.tool.core, &self.tool.error) != TN_OK)
    return tool_fail(&self.tool, "the runtime");
  int status = TOOL_DONE;
  for (int i = 1; i < argc && status == TOOL_DONE; i++)
    if (tn_core_register_plugin(self.tool.core, argv[i], NULL, NULL, &self.tool.error) != TN_OK)
      status = tool_fail(&self.tool, argv[i]);
  if (status == TOOL_DONE) serve(&self);
  unload(&self);
  free(self.device);
  tn_core_destroy(self.tool.core);
  json_decref(self.warnings);
  return status;
}
