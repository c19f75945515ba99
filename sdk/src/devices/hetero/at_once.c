/* Parts that do not wait for each other, run at the same time. */
#include "devices/hetero/at_once.h"

#include <string.h>

#include "base/status.h"
#include "devices/hetero/parts.h"
#include "kit/request.h"

/* What the callback of a part's request is told. */
typedef struct slot {
  tni_at_once *all;
  uint32_t part;
} slot;

struct tni_at_once {
  tni_hetero_request *request;
  const tni_dependencies *dependencies;
  slot *slots;       /* of each part */
  uint32_t *left;    /* of each part: values that it still waits for; the runner's alone */
  uint64_t *started; /* of each part: nanoseconds since the inference began */
  uint32_t running;  /* parts that were started and not taken off the list of those that ended */
  tni_mutex mutex;   /* guards what follows */
  tni_condition changed;
  uint32_t *ended;
  uint32_t ended_count;
};

static uint32_t part_count(const tni_at_once *self) {
  return tni_hetero_compiled_of(self->request->base.compiled)->plan->part_count;
}

static void TN_CALL note_end(void *user, tn_infer_request *request, tn_status status,
                             const tn_error *error) {
  const slot *ended = user;
  tni_at_once *self = ended->all;
  (void)request, (void)status, (void)error;
  tni_mutex_lock(&self->mutex);
  self->ended[self->ended_count++] = ended->part;
  tni_condition_signal(&self->changed);
  tni_mutex_unlock(&self->mutex);
}

static tn_status set_callbacks(tni_at_once *self, tn_error *error) {
  for (uint32_t i = 0; i < part_count(self); i++) {
    self->slots[i] = (slot){self, i};
    TN_TRY(tni_part_named(
        self->request, i,
        tn_infer_request_set_callback(self->request->parts[i], note_end, &self->slots[i], error),
        error));
  }
  return TN_OK;
}

static tn_status fill(tni_at_once *self, const tni_allocator *allocator, tn_error *error) {
  self->slots = TNI_ALLOC_ITEMS(allocator, self->slots, part_count(self));
  self->left = TNI_ALLOC_ITEMS(allocator, self->left, part_count(self));
  self->started = TNI_ALLOC_ITEMS(allocator, self->started, part_count(self));
  self->ended = TNI_ALLOC_ITEMS(allocator, self->ended, part_count(self));
  if (!self->slots || !self->left || !self->started || !self->ended)
    return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for parts that run at once");
  return set_callbacks(self, error);
}

static tn_status no_room(tn_error *error) {
  return tni_fail(error, TN_OUT_OF_MEMORY, "no room for the mutex of a request");
}

tn_status tni_at_once_create(tni_hetero_request *request, const tni_dependencies *dependencies,
                             tni_at_once **out, tn_error *error) {
  const tni_allocator *allocator = tni_hetero_allocator_of(request);
  tni_at_once *self = tni_alloc(allocator, sizeof *self);
  if (!self) return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for parts that run at once");
  self->request = request;
  self->dependencies = dependencies;
  if (tni_mutex_init(&self->mutex) != TN_OK) {
    tni_free(allocator, self);
    return no_room(error);
  }
  if (tni_condition_init(&self->changed) != TN_OK) {
    tni_mutex_destroy(&self->mutex);
    tni_free(allocator, self);
    return no_room(error);
  }
  const tn_status status = fill(self, allocator, error);
  if (status == TN_OK)
    *out = self;
  else
    tni_at_once_destroy(self);
  return status;
}

void tni_at_once_destroy(tni_at_once *self) {
  if (!self) return;
  const tni_allocator *allocator = tni_hetero_allocator_of(self->request);
  tni_free(allocator, self->ended);
  tni_free(allocator, self->started);
  tni_free(allocator, self->left);
  tni_free(allocator, self->slots);
  tni_condition_destroy(&self->changed);
  tni_mutex_destroy(&self->mutex);
  tni_free(allocator, self);
}

/* --- one inference */

static tn_status start(tni_at_once *self, uint32_t part, tn_error *error) {
  tni_hetero_request *request = self->request;
  TN_TRY(tn_kit_request_check_cancelled(&request->base, error));
  if (tn_kit_request_profiled(&request->base))
    self->started[part] = tn_kit_request_clock(&request->base);
  TN_TRY(tni_part_named(request, part, tn_infer_request_start(request->parts[part], NULL, error),
                        error));
  self->running++;
  if (tni_part_is_cancelled(request)) tn_infer_request_cancel(request->parts[part], NULL);
  return TN_OK;
}

static uint32_t take_ended(tni_at_once *self) {
  tni_mutex_lock(&self->mutex);
  while (self->ended_count == 0)
    tni_condition_wait(&self->changed, &self->mutex);
  const uint32_t part = self->ended[--self->ended_count];
  tni_mutex_unlock(&self->mutex);
  self->running--;
  return part;
}

static tn_status start_those_behind(tni_at_once *self, uint32_t part, tn_error *error) {
  const tni_dependencies *all = self->dependencies;
  for (uint32_t i = all->begin[part]; i < all->begin[part + 1]; i++)
    if (--self->left[all->next[i]] == 0) TN_TRY(start(self, all->next[i], error));
  return TN_OK;
}

/* Its request is idle once wait has returned: the callback may not have. */
static tn_status go_on_behind(tni_at_once *self, uint32_t part, tn_error *error) {
  tni_hetero_request *request = self->request;
  const tn_status status = tn_infer_request_wait(request->parts[part], -1, error);
  if (tni_part_runs_again(request, status)) return start(self, part, error);
  TN_TRY(tni_part_named(request, part, status, error));
  TN_TRY(tni_part_done(request, part, self->started[part], error));
  return start_those_behind(self, part, error);
}

tn_status tni_at_once_run(tni_at_once *self, tn_error *error) {
  const uint32_t count = part_count(self);
  tn_status status = TN_OK;
  memcpy(self->left, self->dependencies->wait_count, count * sizeof *self->left);
  for (uint32_t part = 0; status == TN_OK && part < count; part++)
    if (self->left[part] == 0) status = start(self, part, error);
  while (self->running > 0) {
    const uint32_t part = take_ended(self);
    if (status == TN_OK) {
      status = go_on_behind(self, part, error);
      if (status != TN_OK)
        tni_parts_cancel(self->request); /* nobody waits for the others' results */
    } else {
      tn_infer_request_wait(self->request->parts[part], -1, NULL);
    }
  }
  return status;
}
