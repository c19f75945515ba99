#include "engine/foreign_handles.h"

#include <stdio.h>
#include <string.h>

const tn_handles_api *foreign_api(test *t, tn_remote_context *context) {
  const tn_handles_api *api = context->api->get_extension(context, TN_STRING(TN_EXTENSION_HANDLES));
  EXPECT(api != NULL);
  return api;
}

/* --- providers of a context */

struct choice {
  const test_setup *setup;
  const tn_handle_provider *found[8];
  uint32_t count;
};

static tn_status choose(void *user, const tn_value *value) {
  struct choice *choice = user;
  if (value->kind != TN_VALUE_LIST) return TN_OK;
  for (uint64_t i = 0; i < value->as.list.count; i++)
    for (uint32_t k = 0; k < choice->setup->provider_count && choice->count < 8; k++)
      if (value->as.list.items[i].kind == TN_VALUE_STRING &&
          tn_string_equal(value->as.list.items[i].as.string, choice->setup->providers[k]->type))
        choice->found[choice->count++] = choice->setup->providers[k];
  return TN_OK;
}

void foreign_for_each(test *t, tn_remote_context *context,
                      void (*check)(test *t, tn_remote_context *context,
                                    const tn_handle_provider *provider)) {
  struct choice choice = {.setup = t->setup};
  const tn_handles_api *api = context ? foreign_api(t, context) : NULL;
  NEED(api);
  REQUIRE_OK(api->types(context, choose, &choice, &t->error));
  if (!choice.count)
    NOT_APPLICABLE("no --handle-provider makes handles of a type that the plugin wraps");
  for (uint32_t i = 0; i < choice.count; i++)
    check(t, context, choice.found[i]);
}

/* --- memory */

struct opening {
  const tn_handle_provider *provider;
  void *self;
  tn_error *error;
};

static tn_status open_with(void *user, const tn_value *value) {
  struct opening *opening = user;
  const tn_map map = value->kind == TN_VALUE_MAP ? value->as.map : (tn_map){NULL, 0};
  return opening->provider->open(map.entries, map.count, &opening->self, opening->error);
}

static void end_memory(void *memory) {
  const foreign_memory *self = memory;
  if (!self->taken) self->provider->destroy(self->self, &self->handle);
  self->provider->close(self->self);
}

/* What a provider cannot do says nothing of the plugin. */
static foreign_memory *cannot(test *t, const tn_handle_provider *provider, const char *what) {
  char reason[600];
  snprintf(reason, sizeof reason, "the provider %.*s cannot %s: %.400s", TNI_TEXT(provider->name),
           what, t->error.message);
  test_record_not_applicable(t, reason);
  return NULL;
}

foreign_memory *foreign_create(test *t, tn_remote_context *context,
                               const tn_handle_provider *provider, uint64_t byte_count) {
  foreign_memory *self = test_alloc(t, sizeof *self);
  struct opening opening = {provider, NULL, &t->error};
  if (context->api->properties(context, open_with, &opening, NULL) != TN_OK)
    return cannot(t, provider, "begin");
  self->provider = provider;
  self->self = opening.self;
  self->handle = tn_handle_init();
  if (provider->create(self->self, byte_count, &self->handle, &t->error) != TN_OK) {
    provider->close(self->self);
    return cannot(t, provider, "make memory");
  }
  test_adopt_other(t, self, end_memory);
  return self;
}

tn_tensor *foreign_wrap(test *t, tn_remote_context *context, const foreign_memory *memory,
                        uint32_t type, uint32_t rank, const int64_t *shape) {
  const tn_handles_api *api = foreign_api(t, context);
  tn_tensor *tensor = NULL;
  if (!api) return NULL;
  const tn_status status =
      api->wrap(context, &memory->handle, type, rank, shape, &tensor, &t->error);
  if (!test_record_status(t, status, TN_OK, "wrap(context, handle, type, rank, shape, &tensor, ..)",
                          __FILE__, __LINE__))
    return NULL;
  test_adopt_tensor(t, tensor);
  return tensor;
}

bool foreign_write(test *t, const foreign_memory *memory, const tn_tensor *host) {
  return test_record_status(t,
                            memory->provider->write(memory->self, &memory->handle, 0, host->data,
                                                    host->capacity_bytes, &t->error),
                            TN_OK, "writing through the handle", __FILE__, __LINE__);
}

bool foreign_read(test *t, const foreign_memory *memory, tn_tensor *host) {
  return test_record_status(t,
                            memory->provider->read(memory->self, &memory->handle, 0, host->data,
                                                   host->capacity_bytes, &t->error),
                            TN_OK, "reading through the handle", __FILE__, __LINE__);
}

bool foreign_is_alive(const foreign_memory *memory) {
  return memory->provider->is_alive(memory->self, &memory->handle) != 0;
}

void foreign_round_trip(test *t, const foreign_memory *memory, uint64_t seed) {
  const int64_t shape[] = {16};
  tn_tensor *sent = test_tensor(t, TN_U8, 1, shape), *came = test_tensor(t, TN_U8, 1, shape);
  NEED(sent && came);
  suite_fill(sent, seed, 0);
  if (!foreign_write(t, memory, sent) || !foreign_read(t, memory, came)) return;
  EXPECT(memcmp(sent->data, came->data, 16) == 0);
}
