#include "numbers/operator_spec.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/layout.h"
#include "numbers/tolerance.h"
#include "ops/types.h"

#define RECIPES_VERSION(number)
#define RECIPE(operation, variant, inputs, attributes, outputs, ranks, fills) \
  {operation, variant, inputs, attributes, outputs, ranks, fills},
#define NO_RECIPE(operation, reason)
const recipe suite_recipes[] = {
#include "numbers/recipes.def"
};
#undef RECIPE
#undef NO_RECIPE
#undef RECIPES_VERSION

const uint32_t suite_recipe_count = sizeof suite_recipes / sizeof *suite_recipes;

#define RECIPES_VERSION(number) file_version = number,
#define RECIPE(...)
#define NO_RECIPE(operation, reason)
enum {
#include "numbers/recipes.def"
};
#undef RECIPE
#undef NO_RECIPE
#undef RECIPES_VERSION

uint32_t recipes_version(void) {
  return file_version;
}

const char *recipes_digest(void) {
  return TENON_RECIPES_SHA256;
}

const char *recipe_missing(const char *operation) {
  static const struct {
    const char *operation, *reason;
  } rows[] = {
#define RECIPES_VERSION(number)
#define RECIPE(...)
#define NO_RECIPE(operation, reason) {operation, reason},
#include "numbers/recipes.def"
#undef RECIPE
#undef NO_RECIPE
#undef RECIPES_VERSION
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    if (strcmp(rows[i].operation, operation) == 0) return rows[i].reason;
  return NULL;
}

/* --- words -------------------------------------------------------------------------------------
 */

static const struct {
  char name[8];
  uint32_t type;
} type_names[] = {{"f32", TN_F32},   {"f16", TN_F16},       {"bf16", TN_BF16},
                  {"f64", TN_F64},   {"i8", TN_I8},         {"i16", TN_I16},
                  {"i32", TN_I32},   {"i64", TN_I64},       {"u8", TN_U8},
                  {"u16", TN_U16},   {"u32", TN_U32},       {"u64", TN_U64},
                  {"bool", TN_BOOL}, {"f8e5m2", TN_F8E5M2}, {"f8e4m3fn", TN_F8E4M3FN},
                  {"c64", TN_C64},   {"u4", TN_U4},         {"i4", TN_I4},
                  {"u2", TN_U2},     {"i2", TN_I2}};

enum { TYPE_NAMES = sizeof type_names / sizeof *type_names };

const char *spec_type_name(uint32_t type) {
  for (size_t i = 0; i < TYPE_NAMES; i++)
    if (type_names[i].type == type) return type_names[i].name;
  return "unknown";
}

static uint32_t type_named(const char *text, size_t length) {
  for (size_t i = 0; i < TYPE_NAMES; i++)
    if (strlen(type_names[i].name) == length && memcmp(type_names[i].name, text, length) == 0)
      return type_names[i].type;
  return TN_ANY_TYPE;
}

/* --- kinds -------------------------------------------------------------------------------------
 */

static const char any_layout[] =
    "inputs and outputs with strides give the results of dense ones or are refused with "
    "UNSUPPORTED";

const case_kind case_kinds[] = {
    {"", 'r', 0, "the outputs are those of the reference, within the tolerance of the type", NULL},
    {"edges", 'r', 5, "broadcasting and attributes at their edges are computed right", NULL},
    {"whole", 'i', 4, "sums of small whole numbers are exact", NULL},
    {"special", 's', 6, "NaN, infinities and signed zeros are treated as declared", NULL},
    {"saturating", 'q', 8,
     "numbers at the limits of the type, beyond them and half way between two steps are saturated "
     "and rounded to even",
     NULL},
    {"infinite", 'f', 6, "infinities and signed zeros are treated as declared", NULL},
    {"denormal", 'd', 7, "denormal numbers are kept or flushed as declared", NULL},
    {"strangers", 'b', 9, "an item of a batch does not depend on the others", NULL},
    {"fast", 'r', 12, "in PERFORMANCE mode the outputs keep the bound that is declared", NULL},
    {LAYOUT_TRANSPOSED, 'l', 15, any_layout, LAYOUT_TRANSPOSED},
    {LAYOUT_CHANNELS_LAST, 'l', 15, any_layout, LAYOUT_CHANNELS_LAST},
    {LAYOUT_PADDED_ROWS, 'l', 15, any_layout, LAYOUT_PADDED_ROWS}};

const uint32_t case_kind_count = sizeof case_kinds / sizeof *case_kinds;

bool recipe_has_kind(const recipe *row, const case_kind *kind) {
  if (!strchr(row->fills, kind->fill)) return false;
  if (kind->fill != 'r') return true;
  if (kind->clause == 12) return tolerance_of(row->operation)->terms == TOLERANCE_SIZE_TERMS;
  return (kind->clause == 5) == (*row->variant != 0);
}

static const case_kind *kind_named(const char *name, size_t length) {
  for (uint32_t i = 0; i < case_kind_count; i++)
    if (strlen(case_kinds[i].name) == length && memcmp(case_kinds[i].name, name, length) == 0)
      return &case_kinds[i];
  return NULL;
}

/* --- inputs ------------------------------------------------------------------------------------
 */

/* Small, and all different where it matters, so that mixed up dimensions show. */
static void rank_shape(uint32_t rank, int64_t *shape) {
  static const int64_t shapes[SPEC_RANKS][SPEC_RANKS] = {{0},       {7},          {3, 5},
                                                         {2, 3, 5}, {3, 2, 4, 3}, {2, 1, 3, 2, 5}};
  memcpy(shape, shapes[rank], rank * sizeof *shape);
}

/* `*`, `*b`, `*t` or `*s`; returns what follows. */
static const char *read_rank_shape(const char *text, uint32_t rank, spec_input *input) {
  const char form = *++text;
  rank_shape(rank, input->shape);
  input->rank = rank;
  if (form == 's') input->rank = 0;
  if (form == 't' && rank > 0) {
    input->rank = rank - 1;
    memmove(input->shape, input->shape + 1, (rank - 1) * sizeof *input->shape);
  }
  for (uint32_t i = 0; form == 'b' && i < rank; i += 2)
    input->shape[i] = 1;
  return form == 's' || form == 't' || form == 'b' ? text + 1 : text;
}

static const char *read_dimensions(const char *text, spec_input *input) {
  for (text++; *text && *text != ']'; text += *text == ',')
    input->shape[input->rank++] = strtoll(text, (char **)(uintptr_t)&text, 10);
  return *text ? text + 1 : text;
}

static const char *read_numbers(const char *text, char end, double *numbers, uint32_t *count) {
  for (text++; *text && *text != end && *count < SPEC_MAX_NUMBERS; text += *text == ',')
    numbers[(*count)++] = strtod(text, (char **)(uintptr_t)&text);
  return *text ? text + 1 : text;
}

/* `{...}` makes a constant: a vector, unless a shape stands before it or behind "/". */
static const char *read_elements(const char *text, bool shaped, spec_input *input) {
  text = read_numbers(text, '}', input->numbers, &input->count);
  input->constant = input->written = true;
  if (*text == '/') return read_dimensions(text + 1, input);
  if (!shaped) input->shape[input->rank++] = input->count;
  return text;
}

static const char *read_fill(const char *text, spec_input *input) {
  input->fill = *++text;
  if (isdigit((unsigned char)*++text)) input->limit = strtoll(text, (char **)(uintptr_t)&text, 10);
  return text;
}

/* What the types of the operator are narrowed to; 0: the letter is none of the case's type. */
static uint64_t types_by_letter(char letter) {
  if (letter == 'T') return UINT64_MAX;
  if (letter == 'F') return TNI_FLOAT_TYPES;
  return letter == 'I' ? TNI_INTEGER_TYPES : 0;
}

static const char *read_input(const char *text, uint32_t type, uint32_t rank, spec_input *input) {
  const size_t length = strcspn(text, "[{*:! ");
  input->fill = 'r';
  input->absent = *text == '-';
  if (input->absent) return text + 1;
  input->is_case = types_by_letter(*text) != 0;
  input->type = input->is_case ? type : type_named(text, length);
  text += length;
  const bool shaped = *text == '[' || *text == '*';
  if (*text == '[') text = read_dimensions(text, input);
  if (*text == '*') text = read_rank_shape(text, rank, input);
  if (*text == '{') text = read_elements(text, shaped, input);
  if (*text == '!') input->constant = true, text++;
  if (*text == ':') text = read_fill(text, input);
  if (*text == '!') input->constant = true, text++;
  return text;
}

/* --- attributes --------------------------------------------------------------------------------
 */

static bool holds_point(const char *text, size_t length) {
  return memchr(text, '.', length) != NULL;
}

static const char *read_attribute(const char *text, uint32_t type, spec_attribute *out) {
  const size_t name = strcspn(text, "=");
  snprintf(out->name, sizeof out->name, "%.*s", (int)name, text);
  text += name + 1;
  const size_t length = strcspn(text, " ");
  const char *brace = memchr(text, '{', length);
  if (brace) {
    out->kind = TN_ATTRIBUTE_TENSOR;
    out->type = *text == 'T' ? type : type_named(text, (size_t)(brace - text));
    read_numbers(brace, '}', out->numbers, &out->count);
  } else if (*text == '[') {
    out->kind = holds_point(text, length) ? TN_ATTRIBUTE_FLOATS : TN_ATTRIBUTE_INTS;
    read_numbers(text, ']', out->numbers, &out->count);
  } else if (isalpha((unsigned char)*text)) {
    out->kind = TN_ATTRIBUTE_STRING;
    snprintf(out->text, sizeof out->text, "%.*s", (int)length, text);
  } else {
    out->kind = holds_point(text, length) ? TN_ATTRIBUTE_FLOAT : TN_ATTRIBUTE_INT;
    out->numbers[out->count++] = strtod(text, NULL);
  }
  return text + length;
}

/* --- a case ------------------------------------------------------------------------------------
 */

/* Recipes are for operators of ONNX, of which the registry holds the newest version. */
static const tni_operator *operator_of(const recipe *row) {
  const tn_string name = tn_string_from(row->operation);
  return tni_operator_find(TN_STRING(""), name, tni_onnx_since_version(name, TN_ONNX_OPERATOR_SET));
}

/* The formal that input `index` stands for: the last one when it repeats. */
static const tni_formal *formal_of(const tni_operator *op, uint32_t index) {
  uint32_t count = 0;
  while (count < TNI_MAX_FORMALS && op->inputs[count].name)
    count++;
  if (count == 0) return NULL;
  return &op->inputs[index < count ? index : count - 1];
}

/* What a case can be filled with and compared. */
static uint64_t known_types(void) {
  uint64_t known = 0;
  for (size_t i = 0; i < TYPE_NAMES; i++)
    known |= TNI_TYPE(type_names[i].type);
  return known;
}

static uint64_t types_of(const tni_operator *op, const recipe *row) {
  uint64_t types = UINT64_MAX;
  bool any = false;
  uint32_t index = 0;
  for (const char *at = row->inputs; op && *at; at += strcspn(at, " "), at += *at == ' ', index++)
    if (types_by_letter(*at)) {
      types &= formal_of(op, index)->types & types_by_letter(*at);
      any = true;
    }
  return any ? types & known_types() : 0;
}

uint64_t spec_types(const recipe *row) {
  return types_of(operator_of(row), row);
}

/* "-N" or "@-N"; returns what follows. */
static const char *read_ports(const char *text, operator_spec *out) {
  uint32_t *number = *text == '@' ? &out->batch_from_end : &out->first_output;
  *number = (uint32_t)strtoul(text + (*text == '@' ? 2 : 1), (char **)(uintptr_t)&text, 10);
  return text;
}

static bool read_recipe(const recipe *row, uint32_t type, uint32_t rank, operator_spec *out) {
  for (const char *at = row->inputs; *at; at += *at == ' ') {
    if (out->input_count == SPEC_MAX_INPUTS) return false;
    at = read_input(at, type, rank, &out->inputs[out->input_count++]);
    if (*at && *at != ' ') return false;
  }
  for (const char *at = row->attributes; *at; at += *at == ' ') {
    if (*at == '-' || *at == '@') {
      at = read_ports(at, out);
      continue;
    }
    if (out->attribute_count == SPEC_MAX_ATTRIBUTES) return false;
    at = read_attribute(at, type, &out->attributes[out->attribute_count++]);
  }
  return true;
}

static void write_name(operator_spec *spec) {
  const char *variant = spec->row->variant, *kind = spec->kind->name;
  snprintf(spec->name, sizeof spec->name, "operator.%s%s%s/%s.rank%u%s%s", spec->row->operation,
           *kind ? "." : "", kind, spec_type_name(spec->type), spec->rank, *variant ? "." : "",
           variant);
}

bool spec_make(const recipe *row, uint32_t type, uint32_t rank, const case_kind *kind,
               operator_spec *out) {
  memset(out, 0, sizeof *out);
  out->row = row;
  out->op = operator_of(row);
  out->kind = kind;
  out->fill = kind->fill;
  if (!out->op || rank >= SPEC_RANKS || !read_recipe(row, type, rank, out)) return false;
  const uint64_t types = types_of(out->op, row);
  out->type = types ? type : out->input_count ? out->inputs[0].type : out->attributes[0].type;
  out->rank = out->input_count ? out->inputs[0].rank : 1;
  write_name(out);
  return !types || tni_type_in(type, types);
}

uint64_t spec_batch_item(const operator_spec *spec, uint32_t rank, const int64_t *shape,
                         uint64_t index) {
  const uint32_t axis =
      spec->batch_from_end && spec->batch_from_end <= rank ? rank - spec->batch_from_end : 0;
  uint64_t inner = 1;
  for (uint32_t i = axis + 1; i < rank; i++)
    inner *= (uint64_t)shape[i];
  return rank == 0 || inner == 0 ? 0 : index / inner % (uint64_t)shape[axis];
}

bool spec_lies_otherwise(const operator_spec *spec) {
  for (uint32_t i = 0; i < spec->input_count; i++) {
    const spec_input *input = &spec->inputs[i];
    if (!input->absent && !input->constant &&
        layout_applies(spec->kind->layout, input->type, input->rank))
      return true;
  }
  return false;
}

/* --- names -------------------------------------------------------------------------------------
 */

bool spec_resize(operator_spec *spec, int64_t from, int64_t to) {
  const size_t used = strlen(spec->name);
  bool any = false;
  for (uint32_t i = 0; i < spec->input_count; i++)
    for (uint32_t j = 0; !spec->inputs[i].written && j < spec->inputs[i].rank; j++)
      if (spec->inputs[i].shape[j] == from) spec->inputs[i].shape[j] = to, any = true;
  const int more = snprintf(spec->name + used, sizeof spec->name - used, ".%lld=%lld",
                            (long long)from, (long long)to);
  return any && more > 0 && used + (size_t)more < sizeof spec->name;
}

bool spec_drop(operator_spec *spec, const char *attribute) {
  const size_t used = strlen(spec->name);
  for (uint32_t i = 0; i < spec->attribute_count; i++) {
    if (strcmp(spec->attributes[i].name, attribute) != 0) continue;
    spec->attributes[i] = spec->attributes[--spec->attribute_count];
    const int more = snprintf(spec->name + used, sizeof spec->name - used, ".no-%s", attribute);
    return more > 0 && used + (size_t)more < sizeof spec->name;
  }
  return false;
}

/* Whether `name` is `base`, or `base` with parts behind it. */
static const char *rest_behind(const char *name, const char *base) {
  const size_t length = strlen(base);
  if (strncmp(name, base, length) != 0) return NULL;
  return name[length] == '.' || name[length] == 0 ? name + length : NULL;
}

/* Takes ".A=B" and ".no-NAME" until the end of the name. */
static bool read_changes(operator_spec *spec, const char *at) {
  while (*at == '.') {
    char part[48];
    const size_t length = strcspn(at + 1, ".");
    snprintf(part, sizeof part, "%.*s", (int)length, at + 1);
    const char *equals = strchr(part, '=');
    const bool fits =
        strncmp(part, "no-", 3) == 0
            ? spec_drop(spec, part + 3)
            : equals && spec_resize(spec, strtoll(part, NULL, 10), strtoll(equals + 1, NULL, 10));
    if (!fits) return false;
    at += length + 1;
  }
  return *at == 0;
}

static bool parse_for(const recipe *row, const char *name, uint32_t type, const case_kind *kind,
                      operator_spec *out) {
  for (uint32_t rank = 0; rank < SPEC_RANKS; rank++) {
    const char *rest;
    if (*row->ranks && !strchr(row->ranks, (int)('0' + rank))) continue;
    if (!spec_make(row, type, rank, kind, out)) continue;
    rest = rest_behind(name, out->name);
    if (rest && read_changes(out, rest)) return true;
    if (!*row->ranks) break;
  }
  return false;
}

/* "Conv" and "whole" of "operator.Conv.whole/...". */
static const case_kind *read_kind(const char *name, size_t *operation) {
  const char *slash = strchr(name, '/'), *dot = strchr(name, '.');
  if (!slash || !dot || dot > slash) {
    *operation = slash ? (size_t)(slash - name) : 0;
    return slash ? kind_named("", 0) : NULL;
  }
  *operation = (size_t)(dot - name);
  return kind_named(dot + 1, (size_t)(slash - dot) - 1);
}

tn_status spec_parse(const char *name, operator_spec *out, tn_error *error) {
  const bool named = strncmp(name, "operator.", 9) == 0;
  size_t length = 0;
  const case_kind *kind = named ? read_kind(name + 9, &length) : NULL;
  const char *slash = strchr(name, '/');
  const uint32_t type = kind ? type_named(slash + 1, strcspn(slash + 1, ".")) : TN_ANY_TYPE;
  for (uint32_t i = 0; kind && i < suite_recipe_count; i++) {
    const recipe *row = &suite_recipes[i];
    if (strlen(row->operation) == length && strncmp(row->operation, name + 9, length) == 0 &&
        recipe_has_kind(row, kind) && parse_for(row, name, type, kind, out))
      return TN_OK;
  }
  return tni_fail(error, TN_NOT_FOUND, "'%.90s' is no operator case", name);
}
