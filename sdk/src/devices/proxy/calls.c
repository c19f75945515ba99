/* Who takes a model, a blob, a context: objects are those of the device that made them. */
#include "base/status.h"
#include "base/text.h"
#include "devices/proxy/proxy.h"

#include <stdio.h>
#include <string.h>

/* A call, and where it leads. */
struct way {
  tni_proxy *self;
  const tn_core_api *core;
  tni_places places;
  const tni_place *place;
  uint32_t skipped; /* how many of those that serve the place are out of order */
};

static tn_status begin(struct way *out, tn_plugin *plugin, tn_string device,
                       const tn_compile_options *options, tn_error *error) {
  TN_TRY(tni_proxy_check(plugin, error));
  out->self = tni_proxy_of(plugin);
  out->skipped = 0;
  TN_TRY(tni_proxy_core(out->self, &out->core, error));
  TN_TRY(tni_places_find(out->self, &out->places, error));
  const tn_status status =
      tni_proxy_choose(out->self, &out->places, device, options, &out->place, error);
  if (status != TN_OK) tni_places_destroy(&out->places);
  return status;
}

static tn_status end(struct way *self, tn_status status) {
  tni_places_destroy(&self->places);
  return status;
}

/* "HETERO:A.0,B.1,CPU": all that can serve the place, in the places' arena; or the one that is
 * left.
 */
static tn_status name_all(struct way *self, tn_string *out, tn_error *error) {
  tni_text text;
  *out = self->place->serving[self->place->count - 1];
  if (self->skipped + 1 == self->place->count) return TN_OK;
  tni_text_init(&text, &self->self->allocator);
  for (uint32_t i = self->skipped; i < self->place->count; i++)
    tni_text_append_format(&text, "%s%.*s",
                           i > self->skipped ? "," : "HETERO:", TNI_TEXT(self->place->serving[i]));
  tn_status status = tni_text_status(&text);
  if (status == TN_OK && !tni_arena_copy_string(&self->places.arena, tni_text_string(&text), out))
    status = TN_OUT_OF_MEMORY;
  tni_text_destroy(&text);
  return status == TN_OK ? TN_OK : tni_fail(error, status, "no memory for a list of devices");
}

/* Whether the call that name_all is for failed since HETERO itself is the caller: then the first
 * alone answers, and HETERO gives the rest to the devices behind the alias in its own list. */
static int leads_back(tn_status status, const tn_error *failure) {
  return status == TN_INVALID_ARGUMENT && failure->clause_area == TN_AREA_CORE &&
         failure->clause_number == 2;
}

/* --- query */

struct relay {
  const struct way *way;
  tn_query_sink sink; /* NULL: only whether all is supported is asked */
  void *user;
  int only_whole; /* pass answers on only when all nodes are supported */
  int whole;
  int no_memory;
};

static int all_supported(const tn_node_support *const *nodes, uint64_t count) {
  for (uint64_t i = 0; i < count; i++)
    if (!nodes[i]->supported) return 0;
  return 1;
}

/* The same answers under the number that users see. */
static tn_status pass_on(struct relay *self, const tn_node_support *const *nodes, uint64_t count) {
  const tni_allocator *allocator = &self->way->self->allocator;
  tn_node_support *records = tni_alloc_array(allocator, (size_t)count + 1, sizeof *records);
  const tn_node_support **pointers =
      tni_alloc_array(allocator, (size_t)count + 1, sizeof *pointers);
  tn_status status = records && pointers ? TN_OK : TN_OUT_OF_MEMORY;
  self->no_memory = status != TN_OK;
  for (uint64_t i = 0; status == TN_OK && i < count; i++) {
    memcpy(&records[i], nodes[i], TN_NODE_SUPPORT_FIRST_SIZE);
    records[i].size = TN_NODE_SUPPORT_FIRST_SIZE;
    if (records[i].supported) records[i].device = self->way->place->device.id;
    pointers[i] = &records[i];
  }
  if (status == TN_OK) status = self->sink(self->user, pointers, count);
  tni_free(allocator, pointers);
  tni_free(allocator, records);
  return status;
}

static tn_status TN_CALL take_answers(void *user, const tn_node_support *const *nodes,
                                      uint64_t count) {
  struct relay *self = user;
  self->whole = all_supported(nodes, count);
  return !self->sink || (self->only_whole && !self->whole) ? TN_OK : pass_on(self, nodes, count);
}

static tn_status ask(const struct way *self, tn_string device, tn_model *model,
                     const tn_compile_options *options, struct relay *relay, tn_error *error) {
  tni_handed handed;
  tn_status status = tni_handed_begin(&handed, self->self, self->place, device, options, error);
  if (status == TN_OK)
    status = self->core->query(self->self->host, device, model, handed.options, take_answers, relay,
                               error);
  tni_handed_end(&handed);
  return relay->no_memory ? tni_fail(error, status, "no memory for answers") : status;
}

static int has_context(const tn_compile_options *options) {
  return options && options->size >= TN_COMPILE_OPTIONS_FIRST_SIZE && tni_proxy_context_of(options);
}

static void warn(const struct way *self, const char *what, const tn_error *failure) {
  const tn_host *host = self->self->host;
  char text[sizeof failure->message + 160];
  if (host->log_level < TN_LOG_WARNING) return;
  snprintf(text, sizeof text, "%.*s %s device %s: %s", TNI_TEXT(self->place->serving[0]), what,
           self->place->id, failure->message);
  host->log(host, TN_LOG_WARNING, tn_string_from(text));
}

/* Asks the first that serves the place. Where others do as well, `out` receives 1 when they are
 * needed: it does not take the whole model, or is out of order. A context is of one device: for it
 * no other is. */
static tn_status ask_first(struct way *self, tn_model *model, const tn_compile_options *options,
                           struct relay *relay, int *others, tn_error *error) {
  tn_error problem = {0};
  *others = 0;
  TN_TRY(tni_proxy_check_affinity(self->self, &self->places, self->place, model, error));
  *others = tni_proxy_is_meant_for_others(self->place, model) && !has_context(options);
  if (*others) return TN_OK;
  const tn_status status = ask(self, self->place->serving[0], model, options, relay, &problem);
  *others = self->place->count > 1 && !has_context(options) &&
            (status == TN_OK ? !relay->whole : tni_device_is_out_of_order(status));
  if (*others && status != TN_OK) {
    self->skipped = 1;
    warn(self, "is left out, and others serve", &problem);
  }
  if (*others) return TN_OK;
  if (status != TN_OK && error) *error = problem;
  return status;
}

static tn_status ask_all(struct way *self, tn_model *model, const tn_compile_options *options,
                         struct relay *relay, tn_error *error) {
  tn_error failure = {0};
  tn_string all;
  TN_TRY(name_all(self, &all, error));
  relay->only_whole = 0;
  const tn_status status = ask(self, all, model, options, relay, &failure);
  if (leads_back(status, &failure))
    return ask(self, self->place->serving[self->skipped], model, options, relay, error);
  if (status != TN_OK && error) *error = failure;
  return status;
}

static tn_status query(struct way *self, tn_model *model, const tn_compile_options *options,
                       tn_query_sink sink, void *user, tn_error *error) {
  const int only_whole = self->place->count > 1 && !has_context(options);
  struct relay relay = {self, sink, user, only_whole, 0, 0};
  int others;
  const tn_status status = ask_first(self, model, options, &relay, &others, error);
  return others ? ask_all(self, model, options, &relay, error) : status;
}

tn_status TN_CALL tni_proxy_query(tn_plugin *plugin, tn_string device, tn_model *model,
                                  const tn_query_options *options, tn_query_sink sink, void *user,
                                  tn_error *error) {
  struct way way;
  if (!sink) return tni_fail(error, TN_INVALID_ARGUMENT, "the sink is NULL");
  TN_TRY(begin(&way, plugin, device, options, error));
  return end(&way, query(&way, model, options, sink, user, error));
}

/* --- compile */

static tn_status compile_on(const struct way *self, tn_string device, tn_model *model,
                            const tn_compile_options *options, tn_compiled_model **out,
                            tn_error *error) {
  tni_handed handed;
  tn_status status = tni_handed_begin(&handed, self->self, self->place, device, options, error);
  if (status == TN_OK)
    status = self->core->compile(self->self->host, device, model, handed.options, out, error);
  tni_handed_end(&handed);
  return status;
}

static tn_status compile_on_all(struct way *self, tn_model *model,
                                const tn_compile_options *options, tn_compiled_model **out,
                                tn_error *error) {
  tn_string all;
  TN_TRY(name_all(self, &all, error));
  return compile_on(self, all, model, options, out, error);
}

static tn_status compile_split(struct way *self, tn_model *model, const tn_compile_options *options,
                               tn_compiled_model **out, tn_error *error) {
  tn_error failure = {0};
  const tn_status status = compile_on_all(self, model, options, out, &failure);
  if (leads_back(status, &failure))
    return compile_on(self, self->place->serving[self->skipped], model, options, out, error);
  if (status != TN_OK && error) *error = failure;
  return status;
}

/* A failure for which another device is no remedy. */
static int is_final(tn_status status) {
  return status == TN_CANCELLED || status == TN_OUT_OF_MEMORY;
}

/* The first has claimed the whole model. Where it does not keep to that, the others are tried; if
 * they do no better, what it said itself is told. */
static tn_status compile_claimed(struct way *self, tn_model *model,
                                 const tn_compile_options *options, tn_compiled_model **out,
                                 tn_error *error) {
  tn_error failure = {0};
  const tn_status status = compile_on(self, self->place->serving[0], model, options, out, &failure);
  if (status != TN_OK && !is_final(status) && !has_context(options)) {
    warn(self, "does not compile what it has claimed, which goes to all that serve", &failure);
    self->skipped = (uint32_t)tni_device_is_out_of_order(status);
    if (self->skipped) return compile_split(self, model, options, out, error);
    const tn_status split = compile_on_all(self, model, options, out, error);
    if (split == TN_OK || is_final(split)) return split;
  }
  if (status != TN_OK && error) *error = failure;
  return status;
}

/* Nobody is asked. */
static tn_status compile_alone(const struct way *self, tn_model *model,
                               const tn_compile_options *options, tn_compiled_model **out,
                               tn_error *error) {
  TN_TRY(tni_proxy_check_affinity(self->self, &self->places, self->place, model, error));
  return compile_on(self, self->place->serving[0], model, options, out, error);
}

/* Where several do, the first has the model if it
 * takes all of it; else HETERO splits it. */
static tn_status compile(struct way *self, tn_model *model, const tn_compile_options *options,
                         tn_compiled_model **out, tn_error *error) {
  const tn_string first = self->place->serving[0];
  if (self->place->count == 1) return compile_alone(self, model, options, out, error);
  struct relay relay = {self, NULL, NULL, 0, 0, 0};
  int others;
  TN_TRY(ask_first(self, model, options, &relay, &others, error));
  if (!others && tni_proxy_is_meant_for_others(self->place, model))
    return tni_fail(error, TN_UNSUPPORTED,
                    "option " TN_OPTION_CONTEXT
                    ": nodes are meant for another device than %.*s, whose context it is",
                    TNI_TEXT(first));
  if (!others && !relay.whole)
    return tni_fail(error, TN_UNSUPPORTED,
                    "option " TN_OPTION_CONTEXT
                    ": %.*s does not take the whole model, and one that is split has no context",
                    TNI_TEXT(first));
  return others ? compile_split(self, model, options, out, error)
                : compile_claimed(self, model, options, out, error);
}

tn_status TN_CALL tni_proxy_compile(tn_plugin *plugin, tn_string device, tn_model *model,
                                    const tn_compile_options *options, tn_compiled_model **out,
                                    tn_error *error) {
  struct way way;
  if (!out) return tni_fail(error, TN_INVALID_ARGUMENT, "out is NULL");
  TN_TRY(begin(&way, plugin, device, options, error));
  return end(&way, compile(&way, model, options, out, error));
}

/* --- blobs */

static tn_status check_on(const struct way *self, tn_string device, const void *head,
                          uint64_t head_size, const tn_import_options *options, tn_error *error) {
  tni_handed handed;
  tn_status status = tni_handed_begin(&handed, self->self, self->place, device, options, error);
  if (status == TN_OK)
    status =
        self->core->check_blob(self->self->host, device, head, head_size, handed.options, error);
  tni_handed_end(&handed);
  return status;
}

/* What is said against a blob; who asks for another compilation knows it. */
struct refusal {
  tn_status status;
  tn_error error;
};

/* Whether one takes the blob; else what it says is kept where it says more than those before. One
 * that imports nothing keeps the device from declaring it: what no other takes is then unsupported.
 */
static int takes(const struct way *self, tn_string device, const void *head, uint64_t head_size,
                 const tn_import_options *options, struct refusal *said) {
  tn_error problem = {0};
  const tn_status status = check_on(self, device, head, head_size, options, &problem);
  if (status == TN_OK) return 1;
  if (said->status == TN_UNSUPPORTED) return 0;
  if (said->status != TN_OK && status != TN_UNSUPPORTED &&
      (said->status == TN_RECOMPILE || status != TN_RECOMPILE))
    return 0;
  said->status = status;
  said->error = problem;
  return 0;
}

/* Unless the call itself is wrong. */
static int may_be_of_another(tn_status status) {
  return status == TN_RECOMPILE || status == TN_MALFORMED || status == TN_UNSUPPORTED ||
         tni_device_is_out_of_order(status);
}

/* Who has written a blob: one of those that serve the place, or HETERO over all of them. */
static tn_status find_maker(struct way *self, const void *head, uint64_t head_size,
                            const tn_import_options *options, tn_string *out, tn_error *error) {
  struct refusal said = {TN_OK, {0}};
  for (uint32_t i = 0; i < self->place->count; i++) {
    *out = self->place->serving[i];
    if (takes(self, *out, head, head_size, options, &said)) return TN_OK;
    if (!may_be_of_another(said.status) || has_context(options)) break;
    if (i + 1 < self->place->count || i == 0) continue;
    TN_TRY(name_all(self, out, error));
    if (takes(self, *out, head, head_size, options, &said)) return TN_OK;
  }
  if (error) *error = said.error;
  return said.status;
}

static tn_status TN_CALL check(tn_plugin *plugin, tn_string device, const void *head,
                               uint64_t head_size, const tn_import_options *options,
                               tn_error *error) {
  struct way way;
  tn_string maker;
  TN_TRY(begin(&way, plugin, device, options, error));
  return end(&way, find_maker(&way, head, head_size, options, &maker, error));
}

static tn_status import_on(struct way *self, tn_string device, const tn_source *source,
                           const tn_import_options *options, tn_compiled_model **out,
                           tn_error *error) {
  tni_handed handed;
  tn_status status = tni_handed_begin(&handed, self->self, self->place, device, options, error);
  if (status == TN_OK)
    status = self->core->import_model(self->self->host, device, source, handed.options, out, error);
  tni_handed_end(&handed);
  return status;
}

/* Where one alone serves the place its own words are heard. */
static tn_status import_blob(struct way *self, const tn_source *source,
                             const tn_import_options *options, tn_compiled_model **out,
                             tn_error *error) {
  unsigned char head[TN_IMPORT_HEAD_SIZE];
  tn_string maker = self->place->serving[0];
  if (self->place->count == 1 || !source || source->size < TN_SOURCE_FIRST_SIZE)
    return import_on(self, maker, source, options, out, error);
  const uint64_t size =
      source->byte_count < TN_IMPORT_HEAD_SIZE ? source->byte_count : TN_IMPORT_HEAD_SIZE;
  if (source->data)
    memcpy(head, source->data, (size_t)size);
  else if (!source->read_at)
    return import_on(self, maker, source, options, out, error);
  else
    TN_TRY(source->read_at(source, 0, head, size, error));
  TN_TRY(find_maker(self, head, size, options, &maker, error));
  return import_on(self, maker, source, options, out, error);
}

static tn_status TN_CALL import_model(tn_plugin *plugin, tn_string device, const tn_source *source,
                                      const tn_import_options *options, tn_compiled_model **out,
                                      tn_error *error) {
  struct way way;
  if (!out) return tni_fail(error, TN_INVALID_ARGUMENT, "out is NULL");
  TN_TRY(begin(&way, plugin, device, options, error));
  return end(&way, import_blob(&way, source, options, out, error));
}

const tn_import_api tni_proxy_import = {
    .size = TN_SIZE(tn_import_api), .check = check, .import_model = import_model};

_Static_assert(sizeof(tn_compile_options) == sizeof(tn_create_context_options) &&
                   offsetof(tn_compile_options, properties) ==
                       offsetof(tn_create_context_options, properties) &&
                   offsetof(tn_compile_options, property_count) ==
                       offsetof(tn_create_context_options, property_count),
               "options with properties have them at one place");

/* --- contexts: of the first that serves the place */

static tn_status begin_context(struct way *out, tn_plugin *plugin, tn_string device,
                               const tn_create_context_options *options, tn_error *error) {
  TN_TRY(begin(out, plugin, device, (const tn_compile_options *)options, error));
  if (out->place->device.capabilities & TN_DEVICE_HAS_REMOTE) return TN_OK;
  return end(out, tni_fail(error, TN_UNSUPPORTED,
                           "device '%s' has no remote contexts: %.*s, which serves it, has none",
                           out->place->id, TNI_TEXT(out->place->serving[0])));
}

static tn_status create_on(const struct way *self, const tn_create_context_options *options,
                           tn_remote_context **out, tn_error *error) {
  tni_handed handed;
  const tn_string first = self->place->serving[0];
  tn_status status = tni_handed_begin(&handed, self->self, self->place, first,
                                      (const tn_compile_options *)options, error);
  if (status == TN_OK)
    status = self->core->create_context(
        self->self->host, first, (const tn_create_context_options *)handed.options, out, error);
  tni_handed_end(&handed);
  return status;
}

static tn_status TN_CALL create_context(tn_plugin *plugin, tn_string device,
                                        const tn_create_context_options *options,
                                        tn_remote_context **out, tn_error *error) {
  struct way way;
  if (!out) return tni_fail(error, TN_INVALID_ARGUMENT, "out is NULL");
  TN_TRY(begin_context(&way, plugin, device, options, error));
  return end(&way, create_on(&way, options, out, error));
}

static tn_status TN_CALL default_context(tn_plugin *plugin, tn_string device,
                                         tn_remote_context **out, tn_error *error) {
  struct way way;
  if (!out) return tni_fail(error, TN_INVALID_ARGUMENT, "out is NULL");
  TN_TRY(begin_context(&way, plugin, device, NULL, error));
  return end(&way, way.core->default_context(way.self->host, way.place->serving[0], out, error));
}

const tn_remote_api tni_proxy_remote = {.size = TN_SIZE(tn_remote_api),
                                        .create_context = create_context,
                                        .default_context = default_context};
