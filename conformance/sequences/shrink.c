#include "sequences/shrink.h"

#include <string.h>

uint32_t sequence_list_steps(const sequence_case *what, uint32_t steps[SEQUENCE_STEPS]) {
  sequence_state m;
  sequence_ask ask;
  uint32_t count = 0;
  sequence_state_init(&m, &what->what, what->facts);
  for (uint32_t i = 0; i < what->what.count; i++)
    if (sequence_follow(&m, &what->what, i, &what->dropped, &ask)) steps[count++] = i;
  return count;
}

/* Leaves out `length` of the steps from place `from` on, if it still fails without them. What is
 * not defined without them goes as well. */
static int try_without(sequence_case *what, const uint32_t *steps, uint32_t count, uint32_t from,
                       uint32_t length, sequence_trial trial, void *user) {
  const sequence_mask before = what->dropped;
  uint32_t made[SEQUENCE_STEPS];
  for (uint32_t i = from; i < from + length && i < count; i++)
    sequence_mask_set(&what->dropped, steps[i], true);
  const uint32_t left = sequence_list_steps(what, made);
  sequence_mask only_made;
  memset(&only_made, 0xff, sizeof only_made);
  for (uint32_t i = 0; i < left; i++)
    sequence_mask_set(&only_made, made[i], false);
  const int fails = trial(user, &only_made);
  what->dropped = fails == 1 ? only_made : before;
  return fails;
}

/* One pass with parts of one length, from the end: what comes after the failure goes first. Returns
 * whether something was left out, or -1. */
static int pass(sequence_case *what, uint32_t length, sequence_trial trial, void *user) {
  uint32_t steps[SEQUENCE_STEPS], count = sequence_list_steps(what, steps);
  int shorter = 0;
  for (uint32_t end = count; end > 0;) {
    const uint32_t from = end > length ? end - length : 0;
    const int fails = try_without(what, steps, count, from, end - from, trial, user);
    if (fails < 0) return -1;
    end = from;
    if (fails == 0) continue;
    shorter = 1;
    count = sequence_list_steps(what, steps);
    if (end > count) end = count;
  }
  return shorter;
}

uint32_t sequence_shrink(sequence_case *what, sequence_trial trial, void *user) {
  uint32_t steps[SEQUENCE_STEPS], length = sequence_list_steps(what, steps);
  int more = 1;
  while (more >= 0 && (length > 1 || more > 0)) {
    length = length > 1 ? (length + 1) / 2 : 1;
    more = pass(what, length, trial, user);
  }
  return sequence_list_steps(what, steps);
}
