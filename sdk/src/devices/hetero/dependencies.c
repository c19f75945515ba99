#include "devices/hetero/dependencies.h"

#include "base/status.h"
#include "devices/hetero/sort.h"

static const tni_wire *wire_at(const tni_wiring *wiring, size_t index) {
  return tni_vector_at(&wiring->wires, index);
}

static const tni_end *end_at(const tni_wire *wire, size_t index) {
  return tni_vector_at(&wire->ends, index);
}

static size_t count_ends(const tni_wiring *wiring) {
  size_t count = 0;
  for (size_t i = 0; i < wiring->wires.count; i++)
    count += wire_at(wiring, i)->ends.count;
  return count;
}

/* An edge for each value that leads from part to part.
 *  @return how many there are */
static size_t list_edges(const tni_wiring *wiring, tni_edge *edges) {
  size_t count = 0;
  for (size_t i = 0; i < wiring->wires.count; i++) {
    const tni_wire *wire = wire_at(wiring, i);
    for (size_t k = 1; wire->is_computed && k < wire->ends.count; k++)
      edges[count++] = (tni_edge){end_at(wire, 0)->part, end_at(wire, k)->part};
  }
  return count;
}

static int leads_to(const tni_dependencies *self, uint32_t from, uint32_t to) {
  for (uint32_t i = self->begin[from]; i < self->begin[from + 1]; i++)
    if (self->next[i] == to) return 1;
  return 0;
}

tn_status tni_dependencies_make(tni_arena *arena, const tni_plan *plan, const tni_wiring *wiring,
                                tni_dependencies *out) {
  const uint32_t parts = plan->part_count;
  tni_edge *edges = tni_arena_alloc_array(arena, count_ends(wiring), sizeof *edges);
  tni_sorted_edges sorted;
  out->wait_count = tni_arena_alloc_array(arena, parts, sizeof *out->wait_count);
  if (!out->wait_count || !edges) return TN_OUT_OF_MEMORY;
  const size_t count = list_edges(wiring, edges);
  for (size_t i = 0; i < count; i++)
    out->wait_count[edges[i].to]++;
  TN_TRY(tni_edges_sort(arena, edges, count, parts, &sorted));
  out->begin = sorted.begin;
  out->next = sorted.to;
  out->is_chain = 1;
  for (uint32_t i = 1; i < parts; i++)
    out->is_chain &= (uint32_t)leads_to(out, i - 1, i);
  return TN_OK;
}
