#include "devices/hetero/sort.h"

#include "base/status.h"

/* While they are placed, begin[i + 1] is where the next edge of node i goes; in the end that is
 * where those of node i + 1 begin. */
tn_status tni_edges_sort(tni_arena *arena, const tni_edge *edges, size_t count, uint32_t node_count,
                         tni_sorted_edges *out) {
  uint32_t *begin = tni_arena_alloc_array(arena, (size_t)node_count + 2, sizeof *begin);
  uint32_t *to = tni_arena_alloc_array(arena, count, sizeof *to);
  if (!begin || !to) return TN_OUT_OF_MEMORY;
  for (size_t i = 0; i < count; i++)
    begin[edges[i].from + 2]++;
  for (uint32_t node = 0; node < node_count; node++)
    begin[node + 2] += begin[node + 1];
  for (size_t i = 0; i < count; i++)
    to[begin[edges[i].from + 1]++] = edges[i].to;
  *out = (tni_sorted_edges){begin, to};
  return TN_OK;
}
