/* Values from text, as a command line or a file of settings gives them. */
#include "base/value.h"
#include "runtime/property.h"

#include <ctype.h>
#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <strings.h>

static tn_status fail_spelling(tn_error *error, tn_string name, tn_string text,
                               const char *expected) {
  return tni_fail_clause(error, TN_WRONG_TYPE, TNI_CLAUSE(PROPERTY, 9),
                         "property %.*s: \"%.*s\" is not %s", TNI_TEXT(name), TNI_TEXT(text),
                         expected);
}

static int is_one_of(const char *text, const char *const *words) {
  for (; *words; words++)
    if (strcasecmp(text, *words) == 0) return 1;
  return 0;
}

static tn_status parse_bool(tn_string name, const char *chars, tn_value *out, tn_error *error) {
  static const char *const yes[] = {"YES", "TRUE", "ON", "1", NULL};
  static const char *const no[] = {"NO", "FALSE", "OFF", "0", NULL};
  const int is_yes = is_one_of(chars, yes);
  if (!is_yes && !is_one_of(chars, no))
    return fail_spelling(error, name, tn_string_from(chars), "YES or NO");
  *out = tn_value_of_bool(is_yes);
  return TN_OK;
}

static tn_status parse_int64(tn_string name, const char *chars, tn_value *out, tn_error *error) {
  char *end = NULL;
  const char *digits = *chars == '-' || *chars == '+' ? chars + 1 : chars;
  const int base = digits[0] == '0' && (digits[1] == 'x' || digits[1] == 'X') ? 16 : 10;
  errno = 0;
  const long long number = strtoll(chars, &end, base);
  if (errno == ERANGE)
    return tni_fail_clause(error, TN_OUT_OF_RANGE, TNI_CLAUSE(PROPERTY, 11),
                           "property %.*s: %s does not fit into 64 bits", TNI_TEXT(name), chars);
  if (!isdigit((unsigned char)*digits) || *end)
    return fail_spelling(error, name, tn_string_from(chars), "a whole number");
  *out = tn_value_of_int64(number);
  return TN_OK;
}

static tn_status parse_float64(tn_string name, const char *chars, tn_value *out, tn_error *error) {
  char *end = NULL;
  /* The application's locale may write numbers with a comma. */
  const locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
  if (!plain) return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for a locale");
  const double number = strtod_l(chars, &end, plain);
  freelocale(plain);
  if (end == chars || *end || isspace((unsigned char)*chars))
    return fail_spelling(error, name, tn_string_from(chars), "a number");
  *out = tn_value_of_float64(number);
  return TN_OK;
}

static int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

static tn_status parse_bytes(tni_arena *arena, tn_string name, tn_string text, tn_value *out,
                             tn_error *error) {
  if (text.length % 2) return fail_spelling(error, name, text, "pairs of hexadecimal digits");
  unsigned char *bytes = tni_arena_alloc(arena, (size_t)(text.length / 2));
  if (!bytes) return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for a property's bytes");
  for (uint64_t i = 0; i < text.length / 2; i++) {
    const int high = digit_of(text.data[2 * i]), low = digit_of(text.data[2 * i + 1]);
    if (high < 0 || low < 0) return fail_spelling(error, name, text, "pairs of hexadecimal digits");
    bytes[i] = (unsigned char)(high * 16 + low);
  }
  out->kind = TN_VALUE_BYTES;
  out->as.bytes.data = bytes;
  out->as.bytes.size = text.length / 2;
  return TN_OK;
}

static tn_status parse_list(tni_arena *arena, tn_string text, tn_value *out, tn_error *error) {
  uint64_t count = text.length ? 1 : 0;
  for (uint64_t i = 0; i < text.length; i++)
    count += text.data[i] == ',';
  tn_value *items = tni_arena_alloc_array(arena, count, sizeof *items);
  if (!items) return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for a property's list");
  uint64_t begin = 0, item = 0;
  for (uint64_t i = 0; count && i <= text.length; i++) {
    if (i < text.length && text.data[i] != ',') continue;
    items[item++] = tn_value_of_string(tn_string_make(text.data + begin, i - begin));
    begin = i + 1;
  }
  *out = tn_value_of_list(items, count);
  return TN_OK;
}

static tn_status parse_into(tni_arena *arena, tn_string name, uint32_t kind, tn_string text,
                            tn_value *out, tn_error *error) {
  switch (kind) {
    case TN_VALUE_BOOL:
      return parse_bool(name, text.data, out, error);
    case TN_VALUE_INT64:
      return parse_int64(name, text.data, out, error);
    case TN_VALUE_FLOAT64:
      return parse_float64(name, text.data, out, error);
    case TN_VALUE_STRING:
      *out = tn_value_of_string(text);
      return TN_OK;
    case TN_VALUE_BYTES:
      return parse_bytes(arena, name, text, out, error);
    case TN_VALUE_LIST:
      return parse_list(arena, text, out, error);
    default:
      return tni_fail(error, TN_UNSUPPORTED, "property %.*s: a value of kind %s has no spelling",
                      TNI_TEXT(name), tni_value_kind_name(kind));
  }
}

tn_status tni_value_parse(const tni_allocator *allocator, tn_string name, uint32_t kind,
                          tn_string text, tn_value_sink sink, void *user, tn_error *error) {
  tni_arena arena;
  tni_arena_init(&arena, allocator);
  tn_string copy; /* ended by a zero byte, as the C library's parsers want it */
  tn_value value = {TN_VALUE_NONE, 0, {0}};
  tn_status status = TN_OK;
  if (!tni_arena_copy_string(&arena, text, &copy))
    status = tni_fail(error, TN_OUT_OF_MEMORY, "no memory for a property's text");
  if (status == TN_OK) status = parse_into(&arena, name, kind, copy, &value, error);
  if (status == TN_OK) status = sink(user, &value);
  tni_arena_destroy(&arena);
  return status;
}
