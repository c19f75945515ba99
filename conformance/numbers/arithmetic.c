#include "numbers/arithmetic.h"

#include <stddef.h>
#include <string.h>

#include "tenon/abi/element_type.h"

static const struct {
  const char *name;
  uint32_t type;
} types[] = {{"f16", TN_F16}, {"bf16", TN_BF16}, {"f32", TN_F32}, {"f64", TN_F64}};

static const struct {
  const char *name;
  uint32_t bit;
} words[] = {{"flush", ARITHMETIC_FLUSHES},
             {"no_nan_inf", ARITHMETIC_NO_SPECIALS},
             {"no_signed_zero", ARITHMETIC_NO_ZERO_SIGN},
             {"round_to_zero", ARITHMETIC_TRUNCATES},
             {"normwise", ARITHMETIC_NORMWISE}};

enum { TYPES = sizeof types / sizeof *types, WORDS = sizeof words / sizeof *words };

uint32_t arithmetic_controls(const arithmetic *self, uint32_t type) {
  for (size_t i = 0; i < TYPES; i++)
    if (types[i].type == type) return self->controls[i];
  return 0;
}

uint32_t arithmetic_precision(const tn_value *value) {
  for (size_t i = 0; value->kind == TN_VALUE_STRING && i < TYPES; i++)
    if (tn_string_equal(value->as.string, tn_string_from(types[i].name))) return types[i].type;
  return TN_ANY_TYPE;
}

bool arithmetic_take(arithmetic *self, tn_string entry) {
  for (size_t i = 0; i < TYPES; i++) {
    const size_t length = strlen(types[i].name);
    if (entry.length <= length || memcmp(entry.data, types[i].name, length) != 0 ||
        entry.data[length] != ':')
      continue;
    const tn_string word = tn_string_make(entry.data + length + 1, entry.length - length - 1);
    for (size_t j = 0; j < WORDS; j++)
      if (tn_string_equal(word, tn_string_from(words[j].name))) {
        self->controls[i] |= words[j].bit;
        return true;
      }
  }
  return false;
}
