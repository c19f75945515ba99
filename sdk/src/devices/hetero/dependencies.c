#include "devices/hetero/dependencies.h"

#include <string.h>

#include "base/status.h"

static const tni_wire *wire_at(const tni_wiring *wiring, size_t index) {
  return tni_vector_at(&wiring->wires, index);
}

static const tni_end *end_at(const tni_wire *wire, size_t index) {
  return tni_vector_at(&wire->ends, index);
}

/* Calls `visit` for each value that leads from part to part. */
static void visit_edges(const tni_wiring *wiring, tni_dependencies *out,
                        void (*visit)(tni_dependencies *out, uint32_t from, uint32_t to)) {
  for (size_t i = 0; i < wiring->wires.count; i++) {
    const tni_wire *wire = wire_at(wiring, i);
    for (size_t k = 1; wire->is_computed && k < wire->ends.count; k++)
      visit(out, end_at(wire, 0)->part, end_at(wire, k)->part);
  }
}

static void count_edge(tni_dependencies *out, uint32_t from, uint32_t to) {
  out->begin[from + 1]++;
  out->wait_count[to]++;
}

/* begin[i + 1] is where the next edge of part i goes; in the end it is where those of i + 1 begin.
 */
static void place_edge(tni_dependencies *out, uint32_t from, uint32_t to) {
  out->next[out->begin[from + 1]++] = to;
}

static int leads_to(const tni_dependencies *self, uint32_t from, uint32_t to) {
  for (uint32_t i = self->begin[from]; i < self->begin[from + 1]; i++)
    if (self->next[i] == to) return 1;
  return 0;
}

tn_status tni_dependencies_make(tni_arena *arena, const tni_plan *plan, const tni_wiring *wiring,
                                tni_dependencies *out) {
  const size_t parts = plan->part_count;
  out->wait_count = tni_arena_alloc_array(arena, parts, sizeof *out->wait_count);
  out->begin = tni_arena_alloc_array(arena, parts + 2, sizeof *out->begin);
  if (!out->wait_count || !out->begin) return TN_OUT_OF_MEMORY;
  visit_edges(wiring, out, count_edge);
  uint32_t all = 0;
  for (size_t i = 0; i <= parts; i++) { /* counts become places */
    const uint32_t count = out->begin[i + 1];
    out->begin[i + 1] = all;
    all += count;
  }
  out->next = tni_arena_alloc_array(arena, all, sizeof *out->next);
  if (!out->next) return TN_OUT_OF_MEMORY;
  visit_edges(wiring, out, place_edge);
  out->is_chain = 1;
  for (uint32_t i = 1; i < parts; i++)
    out->is_chain &= (uint32_t)leads_to(out, i - 1, i);
  return TN_OK;
}
