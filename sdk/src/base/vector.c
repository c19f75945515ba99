#include "base/vector.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

void tni_vector_init(tni_vector *vector, const tni_allocator *allocator, size_t item_size) {
  memset(vector, 0, sizeof *vector);
  vector->allocator = allocator;
  vector->item_size = item_size;
}

void tni_vector_destroy(tni_vector *vector) {
  tni_free(vector->allocator, vector->items);
  tni_vector_init(vector, vector->allocator, vector->item_size);
}

tn_status tni_vector_reserve(tni_vector *vector, size_t count) {
  if (count <= vector->capacity) return TN_OK;
  void *items = tni_array_grow(vector->allocator, vector->items, vector->count, &vector->capacity,
                               count, vector->item_size);
  if (!items) return TN_OUT_OF_MEMORY;
  vector->items = items;
  return TN_OK;
}

tn_status tni_vector_append(tni_vector *vector, const void *item) {
  void *place = tni_vector_add(vector);
  if (!place) return TN_OUT_OF_MEMORY;
  memcpy(place, item, vector->item_size);
  return TN_OK;
}

void *tni_vector_add(tni_vector *vector) {
  if (tni_vector_reserve(vector, vector->count + 1) != TN_OK) return NULL;
  vector->count++;
  return memset(tni_vector_at(vector, vector->count - 1), 0, vector->item_size);
}

void *tni_vector_at(const tni_vector *vector, size_t index) {
  assert(index < vector->count);
  return (unsigned char *)vector->items + index * vector->item_size;
}

void tni_vector_remove(tni_vector *vector, size_t index) {
  unsigned char *place = tni_vector_at(vector, index);
  memmove(place, place + vector->item_size, (vector->count - index - 1) * vector->item_size);
  vector->count--;
}

void *tni_array_grow(const tni_allocator *allocator, void *items, size_t count, size_t *capacity,
                     size_t wanted, size_t item_size) {
  if (items && wanted <= *capacity) return items;
  size_t larger = *capacity < 4 ? 4 : *capacity;
  while (larger < wanted && larger <= SIZE_MAX / 2)
    larger *= 2;
  if (larger < wanted) return NULL;
  void *grown = tni_alloc_array(allocator, larger, item_size);
  if (!grown) return NULL;
  if (count) memcpy(grown, items, count * item_size);
  tni_free(allocator, items);
  *capacity = larger;
  return grown;
}
