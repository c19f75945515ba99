#include "engine/name_set.h"

#include <stdlib.h>
#include <string.h>

/* Where a name stands, or belongs. */
static uint32_t place_of(const name_set *self, const char *name) {
  uint32_t low = 0, high = self->count;
  while (low < high) {
    const uint32_t middle = low + (high - low) / 2;
    if (strcmp(self->items[middle], name) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static bool make_room(name_set *self) {
  if (self->count < self->capacity) return true;
  const uint32_t capacity = self->capacity ? 2 * self->capacity : 64;
  char **items = realloc(self->items, capacity * sizeof *items);
  if (!items) return false;
  self->items = items;
  self->capacity = capacity;
  return true;
}

bool name_set_add(name_set *self, const char *name) {
  const uint32_t place = place_of(self, name);
  if (place < self->count && strcmp(self->items[place], name) == 0) return true;
  char *copy = make_room(self) ? strdup(name) : NULL;
  if (!copy) return false;
  memmove(self->items + place + 1, self->items + place,
          (self->count - place) * sizeof *self->items);
  self->items[place] = copy;
  self->count++;
  return true;
}

void name_set_clear(name_set *self) {
  for (uint32_t i = 0; i < self->count; i++)
    free(self->items[i]);
  free(self->items);
  *self = (name_set){NULL, 0, 0};
}
