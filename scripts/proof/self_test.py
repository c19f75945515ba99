"""Tests of the mutation operators on a source that has a site of each."""
from collections import Counter

from proof import sites

SOURCE = b"""
tn_status TN_CALL work(struct thing *self, int count, tn_error *error) {
  if (!self) return TN_INVALID_ARGUMENT;
  TN_TRY(prepare(self, error));
  for (int i = 0; i < count; i++)
    self->items[i] = self->next;
  if (count == 3 && self->ready)
    return tni_fail_clause(error, TN_BUSY, TNI_CLAUSE(ASYNC, 3), "busy");
  memcpy(self->name, self->other, 8);
  tni_free(self->allocator, self->items);
  switch (count) { case 7: break; }
  return TN_OK;
}
"""
STATUSES = {"TN_OK", "TN_BUSY", "TN_INVALID_ARGUMENT", "TN_INTERNAL"}
# operator: what some of its mutants hold that the source does not, and how many there are
EXPECTED = {
    "dropped_check": ([b"if ((!self) && 0) return", b"(void)(prepare(self, error));", b"if (self->ready)", b"if (count == 3)"], 5),
    "swapped_comparison": ([b"i > count", b"count != 3"], 2),
    "off_by_one": ([b"i <= count", b"int i = 0 + 1", b"count == 3 + 1", b"self->other, 8 + 1"], 4),
    "missing_release": ([b"8);\n  ;\n  switch"], 1),
    "wrong_status": ([b"return TN_INTERNAL;", b"error, TN_INTERNAL, TNI", b', "busy"), TN_OK);'], 4),
    "skipped_copy": ([b"i++)\n    ;", b"  ;\n  tni_free"], 2),
    "swapped_arguments": ([b"prepare(error, self)", b"memcpy(self->other, self->name, 8)", b"tni_free(self->items, self->allocator)"], 7),
}


def problems():
    mutants = list(sites.mutants_of("x.c", SOURCE, STATUSES))
    counts = Counter(mutant.operator for mutant in mutants)
    for operator, (held, count) in EXPECTED.items():
        sources = [mutant.source for mutant in mutants if mutant.operator == operator]
        for text in held:
            if not any(text in source for source in sources):
                yield f"{operator}: no mutant holds {text.decode()!r}"
        if counts[operator] != count:
            yield f"{operator}: {counts[operator]} mutants instead of {count}"
    for mutant in mutants:
        if mutant.source.count(b"\n") != SOURCE.count(b"\n") or mutant.source == SOURCE:
            yield f"{mutant.id} changes nothing, or the lines"
    if len({mutant.id for mutant in mutants}) != len(mutants):
        yield "two mutants have one id"
    if [mutant.id for mutant in sites.in_drawn_order(mutants, "a")] == [mutant.id for mutant in sites.in_drawn_order(mutants, "b")]:
        yield "two seeds draw the same order"


def run():
    found = list(problems())
    for line in found:
        print(f"FAIL {line}")
    return 1 if found else 0
