#include "numbers/profile.h"

#include <stdio.h>
#include <string.h>

static const struct row {
  const char *profile;
  const char *operators, *types;
  uint32_t lowest, highest;
  const char *variants;
  const char *products, *forms;
} rows[] = {
#define PROFILE_VERSION(number)
#define PROFILE(profile, operators, types, lowest, highest, variants) \
  {#profile, operators, types, lowest, highest, variants, "", ""},
#define PROFILE_PRODUCTS(profile, products, forms) {#profile, "", "", 0, 0, "", products, forms},
#include "numbers/profile.def"
#undef PROFILE_VERSION
#undef PROFILE
#undef PROFILE_PRODUCTS
};

enum {
#define PROFILE_VERSION(number) file_version = number,
#define PROFILE(...)
#define PROFILE_PRODUCTS(...)
#include "numbers/profile.def"
#undef PROFILE_VERSION
#undef PROFILE
#undef PROFILE_PRODUCTS
  ROWS = sizeof rows / sizeof *rows
};

uint32_t profile_version(void) {
  return file_version;
}

const char *profile_digest(void) {
  return TENON_PROFILE_SHA256;
}

bool profile_exists(const char *profile) {
  for (size_t i = 0; i < ROWS; i++)
    if (strcmp(rows[i].profile, profile) == 0) return true;
  return false;
}

void profile_names(char *out, uint32_t size) {
  uint32_t used = 0;
  out[0] = 0;
  for (size_t i = 0; i < ROWS && used < size; i++)
    if (i == 0 || strcmp(rows[i].profile, rows[i - 1].profile) != 0)
      used += (uint32_t)snprintf(out + used, size - used, "%s%s", i ? ", " : "", rows[i].profile);
}

/* Whether a list names a word; "*" names all. */
static bool names(const char *list, const char *word) {
  char spaced[64];
  if (strcmp(list, "*") == 0) return true;
  if (word[0] == 0) return false;
  snprintf(spaced, sizeof spaced, " %s ", word);
  return strstr(list, spaced) != NULL;
}

static bool is_inside(const struct row *row, const operator_spec *spec) {
  return names(row->operators, spec->op->name) && names(row->types, spec_type_name(spec->type)) &&
         spec->rank >= row->lowest && spec->rank <= row->highest &&
         (spec->row->variant[0] == 0 || names(row->variants, spec->row->variant));
}

bool profile_holds(const char *profile, const operator_spec *spec) {
  for (size_t i = 0; i < ROWS; i++)
    if (strcmp(rows[i].profile, profile) == 0 && is_inside(&rows[i], spec)) return true;
  return false;
}

/* Whether a case "quantized.PRODUCT/FORM" is inside a profile. */
static bool holds_product(const char *profile, const char *case_name) {
  static const char group[] = "quantized.";
  char product[32];
  const char *name = case_name + sizeof group - 1, *slash = strchr(case_name, '/');
  if (strncmp(case_name, group, sizeof group - 1) != 0 || !slash) return false;
  snprintf(product, sizeof product, "%.*s", (int)(slash - name), name);
  for (size_t i = 0; i < ROWS; i++)
    if (strcmp(rows[i].profile, profile) == 0 && names(rows[i].products, product) &&
        names(rows[i].forms, slash + 1))
      return true;
  return false;
}

bool profile_requires(const char *profile, const char *case_name) {
  operator_spec spec;
  tn_error error;
  return holds_product(profile, case_name) ||
         (spec_parse(case_name, &spec, &error) == TN_OK && profile_holds(profile, &spec));
}
