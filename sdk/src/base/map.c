#include "base/map.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

/* A key of either kind: a text, or an address with no length behind it. */
struct key {
  const char *data;
  uint64_t length;
  uint64_t hash;
};

struct tni_map_slot {
  struct key key;
  void *value; /* NULL: the slot is free */
};

static uint64_t mix(uint64_t hash) {
  hash ^= hash >> 32;
  hash *= UINT64_C(0x9E3779B97F4A7C15);
  return hash ^ hash >> 29;
}

static struct key text_key(tn_string text) {
  uint64_t hash = UINT64_C(0xCBF29CE484222325);
  for (uint64_t i = 0; i < text.length; i++)
    hash = (hash ^ (unsigned char)text.data[i]) * UINT64_C(0x100000001B3);
  struct key key = {text.data, text.length, mix(hash)};
  return key;
}

static struct key address_key(const void *address) {
  struct key key = {address, 0, mix((uint64_t)(uintptr_t)address)};
  return key;
}

/* Addresses have no length; so have empty texts, which are equal wherever they lie. */
static int same_text(const struct key *a, const struct key *b) {
  return a->hash == b->hash && a->length == b->length &&
         (a->length == 0 || memcmp(a->data, b->data, (size_t)a->length) == 0);
}

static int same_address(const struct key *a, const struct key *b) {
  return a->data == b->data;
}

typedef int (*same_function)(const struct key *a, const struct key *b);

/* The slot that holds the key, or the free slot where it would go. */
static struct tni_map_slot *locate(const tni_map *map, const struct key *key, same_function same) {
  size_t index = (size_t)key->hash & (map->capacity - 1);
  while (map->slots[index].value && !same(&map->slots[index].key, key))
    index = (index + 1) & (map->capacity - 1);
  return &map->slots[index];
}

static int never_same(const struct key *a, const struct key *b) {
  (void)a;
  (void)b;
  return 0;
}

void tni_map_init(tni_map *map, const tni_allocator *allocator) {
  memset(map, 0, sizeof *map);
  map->allocator = allocator;
}

void tni_map_destroy(tni_map *map) {
  tni_free(map->allocator, map->slots);
  tni_map_init(map, map->allocator);
}

tn_status tni_map_reserve(tni_map *map, size_t count) {
  if (count > SIZE_MAX / 4) return TN_OUT_OF_MEMORY;
  size_t capacity = map->capacity ? map->capacity : 8;
  while (capacity < count + count / 2 + 1)
    capacity *= 2;
  if (capacity == map->capacity) return TN_OK;
  tni_map larger = {map->allocator, NULL, map->count, capacity};
  larger.slots = tni_alloc_array(map->allocator, capacity, sizeof *larger.slots);
  if (!larger.slots) return TN_OUT_OF_MEMORY;
  for (size_t i = 0; i < map->capacity; i++)
    if (map->slots[i].value) *locate(&larger, &map->slots[i].key, never_same) = map->slots[i];
  tni_free(map->allocator, map->slots);
  *map = larger;
  return TN_OK;
}

void *tni_map_next(const tni_map *map, size_t *position) {
  while (*position < map->capacity) {
    void *value = map->slots[(*position)++].value;
    if (value) return value;
  }
  return NULL;
}

static void *find(const tni_map *map, struct key key, same_function same) {
  return map->count ? locate(map, &key, same)->value : NULL;
}

static tn_status set(tni_map *map, struct key key, void *value, same_function same) {
  assert(value);
  if (tni_map_reserve(map, map->count + 1) != TN_OK) return TN_OUT_OF_MEMORY;
  struct tni_map_slot *slot = locate(map, &key, same);
  if (!slot->value) map->count++;
  slot->key = key;
  slot->value = value;
  return TN_OK;
}

/* Moves later slots of the same run into the gap, so that no search ends at it too early. */
static void close_gap(tni_map *map, size_t gap) {
  const size_t mask = map->capacity - 1;
  for (size_t next = (gap + 1) & mask; map->slots[next].value; next = (next + 1) & mask) {
    const size_t home = (size_t)map->slots[next].key.hash & mask;
    if (((next - home) & mask) < ((next - gap) & mask)) continue;
    map->slots[gap] = map->slots[next];
    gap = next;
  }
  memset(&map->slots[gap], 0, sizeof map->slots[gap]);
}

static void *remove_key(tni_map *map, struct key key, same_function same) {
  if (map->count == 0) return NULL;
  struct tni_map_slot *slot = locate(map, &key, same);
  void *value = slot->value;
  if (!value) return NULL;
  map->count--;
  close_gap(map, (size_t)(slot - map->slots));
  return value;
}

void *tni_string_map_find(const tni_map *map, tn_string key) {
  return find(map, text_key(key), same_text);
}

tn_status tni_string_map_set(tni_map *map, tn_string key, void *value) {
  return set(map, text_key(key), value, same_text);
}

void *tni_string_map_remove(tni_map *map, tn_string key) {
  return remove_key(map, text_key(key), same_text);
}

void *tni_pointer_map_find(const tni_map *map, const void *key) {
  return find(map, address_key(key), same_address);
}

tn_status tni_pointer_map_set(tni_map *map, const void *key, void *value) {
  return set(map, address_key(key), value, same_address);
}

void *tni_pointer_map_remove(tni_map *map, const void *key) {
  return remove_key(map, address_key(key), same_address);
}
