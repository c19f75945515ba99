/* A profile of parts: what each part's request tells, one behind the other, under the names of
 * their devices. */
#include "devices/hetero/hetero.h"

#include <string.h>

#include "base/status.h"
#include "base/text.h"
#include "kit/request.h"
#include "tenon/abi/ext/profiling.h"

enum {
  FIRST_LANE = 1, /* lane 0 is the kit's, for stages of the whole */
  LANES = 64      /* of a part: those that run at the same time have lanes of their own */
};

void tni_texts_init(tni_texts *self, const tni_allocator *allocator) {
  tni_arena_init(&self->arena, allocator);
  tni_map_init(&self->known, allocator);
}

void tni_texts_destroy(tni_texts *self) {
  tni_map_destroy(&self->known);
  tni_arena_destroy(&self->arena);
}

/* With the mutex held. */
static tn_status keep(tni_texts *self, tn_string text, tn_string *out) {
  tn_string *known = tni_string_map_find(&self->known, text);
  if (!known) {
    known = tni_arena_alloc(&self->arena, sizeof *known);
    if (!known || !tni_arena_copy_string(&self->arena, text, known)) return TN_OUT_OF_MEMORY;
    TN_TRY(tni_string_map_set(&self->known, *known, known));
  }
  *out = *known;
  return TN_OK;
}

struct taking {
  tni_hetero_request *request;
  tn_string device;
  uint32_t first_lane;
  uint64_t start_ns;
  tn_error *error;
};

/* A profile's texts live as long as the compiled model: each is kept once. */
static tn_status keep_text(const struct taking *self, int with_device, tn_string text,
                           tn_string *out) {
  tni_hetero_compiled *compiled = tni_hetero_compiled_of(self->request->base.compiled);
  tni_text joined;
  tni_text_init(&joined, compiled->plan->environment->allocator);
  if (with_device) tni_text_append_format(&joined, "%.*s: ", TNI_TEXT(self->device));
  tni_text_append(&joined, text);
  tn_status status = tni_text_status(&joined);
  tni_mutex_lock(&compiled->mutex);
  if (status == TN_OK) status = keep(&compiled->texts, tni_text_string(&joined), out);
  tni_mutex_unlock(&compiled->mutex);
  tni_text_destroy(&joined);
  return status == TN_OK
             ? TN_OK
             : tni_fail(self->error, status, "no memory for the profile of an inference");
}

static tn_status TN_CALL take(void *user, const tn_profile_entry *const *entries, uint64_t count) {
  const struct taking *self = user;
  for (uint64_t i = 0; i < count; i++) {
    tn_profile_entry entry = tn_profile_entry_init();
    const int is_stage = entries[i]->operation.length == 0;
    entry.status = entries[i]->status;
    entry.lane = entries[i]->lane % LANES + self->first_lane;
    entry.start_ns = entries[i]->start_ns + self->start_ns;
    entry.duration_ns = entries[i]->duration_ns;
    TN_TRY(keep_text(self, is_stage, entries[i]->name, &entry.name));
    TN_TRY(keep_text(self, 0, entries[i]->operation, &entry.operation));
    TN_TRY(keep_text(self, 1, entries[i]->kernel, &entry.kernel));
    TN_TRY(tn_kit_request_add_profile(&self->request->base, &entry, self->error));
  }
  return TN_OK;
}

tn_status tni_hetero_profile_part(tni_hetero_request *request, uint32_t part, uint64_t start_ns,
                                  tn_error *error) {
  const tn_profiling_api *api =
      tn_infer_request_get_extension(request->parts[part], TN_STRING(TN_EXTENSION_PROFILING));
  const tni_hetero_compiled *compiled = tni_hetero_compiled_of(request->base.compiled);
  struct taking taking = {request, tni_hetero_device_of(compiled, part), FIRST_LANE + part * LANES,
                          start_ns, error};
  return api ? api->get(request->parts[part], take, &taking, error) : TN_OK;
}

tn_status tni_hetero_profile_removed(tni_hetero_request *request, tn_error *error) {
  const tni_plan *plan = tni_hetero_compiled_of(request->base.compiled)->plan;
  for (uint32_t i = 0; i < plan->removed_count; i++) {
    tn_profile_entry entry = tn_profile_entry_init();
    entry.status = TN_PROFILE_OPTIMIZED_OUT;
    entry.lane = FIRST_LANE;
    entry.name = plan->removed[i].name;
    entry.operation = plan->removed[i].operation;
    TN_TRY(tn_kit_request_add_profile(&request->base, &entry, error));
  }
  return TN_OK;
}
