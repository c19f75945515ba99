#include "engine/together.h"

#include <pthread.h>
#include <stdlib.h>

struct lane {
  pthread_t id;
  pthread_barrier_t *start;
  void (*body)(void *item);
  void *item;
};

static void *run_lane(void *user) {
  const struct lane *self = user;
  pthread_barrier_wait(self->start);
  self->body(self->item);
  return NULL;
}

void together_run(void *items, size_t item_size, uint32_t count, void (*body)(void *item)) {
  struct lane lanes[TOGETHER_MOST];
  pthread_barrier_t start;
  if (count > TOGETHER_MOST || pthread_barrier_init(&start, NULL, count) != 0) abort();
  for (uint32_t i = 0; i < count; i++) {
    lanes[i] = (struct lane){.start = &start, .body = body, .item = (char *)items + i * item_size};
    if (pthread_create(&lanes[i].id, NULL, run_lane, &lanes[i]) != 0)
      abort(); /* the suite itself has no threads */
  }
  for (uint32_t i = 0; i < count; i++)
    pthread_join(lanes[i].id, NULL);
  pthread_barrier_destroy(&start);
}
