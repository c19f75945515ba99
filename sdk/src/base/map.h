/** @file
 *  Hash maps from texts or from addresses to pointers.
 */
#ifndef TENON_BASE_MAP_H
#define TENON_BASE_MAP_H

#include "base/allocator.h"
#include "tenon/abi/status.h"
#include "tenon/abi/string.h"

struct tni_map_slot;

/** A map whose keys are texts (tni_string_map_...) or addresses (tni_pointer_map_...): one kind per
 * map. Keys are borrowed and must stay as they are while they are in the map. Values are never
 * NULL. */
typedef struct tni_map {
  const tni_allocator *allocator; /**< Borrowed. */
  struct tni_map_slot *slots;     /**< A power of two, or NULL while empty. */
  size_t count;                   /**< Keys in the map. */
  size_t capacity;                /**< Number of slots. */
} tni_map;

/** Makes an empty map, which holds no memory yet. */
void tni_map_init(tni_map *map, const tni_allocator *allocator);

/** Gives the memory back (not the keys and values); the map is then empty. */
void tni_map_destroy(tni_map *map);

/** Room for `count` keys in all, so that inserting up to them cannot fail. @return TN_OK or
 * TN_OUT_OF_MEMORY */
tn_status tni_map_reserve(tni_map *map, size_t count);

/** Walks over all values in no particular order: `*position` starts at 0; returns NULL at the end.
 * The map must not change meanwhile. */
void *tni_map_next(const tni_map *map, size_t *position);

/** The value of a text, or NULL. */
void *tni_string_map_find(const tni_map *map, tn_string key);

/** Sets or replaces the value of a text. @return TN_OK or TN_OUT_OF_MEMORY */
tn_status tni_string_map_set(tni_map *map, tn_string key, void *value);

/** Takes a text out and returns its value, or NULL when it was not there. */
void *tni_string_map_remove(tni_map *map, tn_string key);

/** The value of an address, or NULL. */
void *tni_pointer_map_find(const tni_map *map, const void *key);

/** Sets or replaces the value of an address. @return TN_OK or TN_OUT_OF_MEMORY */
tn_status tni_pointer_map_set(tni_map *map, const void *key, void *value);

/** Takes an address out and returns its value, or NULL when it was not there. */
void *tni_pointer_map_remove(tni_map *map, const void *key);

#endif
