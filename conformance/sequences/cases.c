#include "sequences/cases.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sequences/world.h"

/* Short ones fail in few steps; long ones meet what only many steps bring about. */
static const char *const parameters[] = {"16.1",  "16.2",  "32.1",  "32.2",  "64.1", "64.2",
                                         "128.1", "128.2", "220.1", "220.2", NULL};

const char *sequence_parameter_at(uint32_t index) {
  return index < sizeof parameters / sizeof *parameters ? parameters[index] : NULL;
}

/* Cases with the same seed are no beginnings of each other. */
static uint64_t mix(const char *kind, unsigned length, unsigned draw, uint64_t seed) {
  uint64_t hash = seed * UINT64_C(0x9e3779b97f4a7c15) + length * UINT64_C(1000003) + draw;
  for (; *kind; kind++)
    hash = (hash ^ (unsigned char)*kind) * UINT64_C(0x100000001b3);
  return hash;
}

static bool read_parameter(const char *text, unsigned *length, unsigned *draw,
                           sequence_mask *dropped) {
  enum { DIGITS = 16 };
  memset(dropped, 0, sizeof *dropped);
  if (sscanf(text, "%u.%u", length, draw) != 2) return false;
  const char *digits = strchr(text, ':');
  for (size_t i = 0; digits && i < sizeof dropped->words / sizeof *dropped->words; i++) {
    char word[DIGITS + 1];
    if (strlen(digits + 1) < (i + 1) * DIGITS) return false;
    memcpy(word, digits + 1 + i * DIGITS, DIGITS);
    word[DIGITS] = 0;
    dropped->words[i] = strtoull(word, NULL, 16);
  }
  return true;
}

void sequence_case_name(const char *parameter, const sequence_mask *dropped,
                        char out[TEST_PARAMETER_SIZE]) {
  size_t used = strcspn(parameter, ":");
  snprintf(out, TEST_PARAMETER_SIZE, "%.*s:", (int)used++, parameter);
  for (size_t i = 0; i < sizeof dropped->words / sizeof *dropped->words; i++)
    used +=
        (size_t)snprintf(out + used, TEST_PARAMETER_SIZE - used, "%016" PRIx64, dropped->words[i]);
}

bool sequence_case_draw(const char *kind_name, const char *parameter, const char *carrier,
                        uint32_t requests, uint64_t seed, sequence_case *out) {
  const sequence_kind *kind = sequence_kind_find(kind_name);
  unsigned length = 0, draw = 0;
  if (!kind || !read_parameter(parameter, &length, &draw, &out->dropped)) return false;
  if (!sequence_facts_of(kind, carrier, out->facts)) return false;
  for (uint32_t i = 0; i < SEQUENCE_MODELS; i++)
    out->facts[i].requests = requests;
  sequence_draw(kind, out->facts, length, mix(kind_name, length, draw, seed), &out->what);
  return true;
}

void sequence_case_run(test *t, const char *kind) {
  sequence_case *self = test_alloc(t, sizeof *self);
  if (!sequence_case_draw(kind, t->parameter, t->setup->carrier, t->setup->requests, t->seed, self))
    NOT_APPLICABLE("the carrier has more ports or dimensions than sequences know");
  sequence_run(t, &self->what, self->facts, &self->dropped);
}
