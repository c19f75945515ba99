#include "runtime/device_name.h"

static int is_name_byte(char byte) {
  return (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') ||
         (byte >= '0' && byte <= '9') || byte == '_';
}

static uint64_t name_length(tn_string text) {
  uint64_t length = 0;
  while (length < text.length && is_name_byte(text.data[length]))
    length++;
  return length;
}

int tni_is_device_type(tn_string name) {
  return name.length > 0 && name_length(name) == name.length;
}

static tn_string from(tn_string text, uint64_t start) {
  return tn_string_make(text.data + start, text.length - start);
}

tn_status tni_device_name_parse(tn_string text, tni_device_name *out, tn_error *error) {
  static const char expected[] = "expected NAME, NAME.ID or NAME:LIST";
  const uint64_t length = name_length(text);
  if (length == 0)
    return tni_fail(error, TN_INVALID_ARGUMENT, "device \"%.*s\" does not begin with a name: %s",
                    TNI_TEXT(text), expected);
  tni_device_name name = {tn_string_make(text.data, length), {"", 0}, {"", 0}};
  if (length == text.length) {
    *out = name;
    return TN_OK;
  }
  const char mark = text.data[length];
  const tn_string rest = from(text, length + 1);
  if (mark != '.' && mark != ':')
    return tni_fail(error, TN_INVALID_ARGUMENT, "device \"%.*s\": '%c' after the name: %s",
                    TNI_TEXT(text), mark, expected);
  if (rest.length == 0)
    return tni_fail(error, TN_INVALID_ARGUMENT, "device \"%.*s\": nothing after '%c': %s",
                    TNI_TEXT(text), mark, expected);
  if (mark == '.' && memchr(rest.data, ':', (size_t)rest.length))
    return tni_fail(error, TN_INVALID_ARGUMENT, "device \"%.*s\": both an id and a list: %s",
                    TNI_TEXT(text), expected);
  if (mark == '.')
    name.id = rest;
  else
    name.list = rest;
  *out = name;
  return TN_OK;
}

tn_status tni_device_name_join(tni_arena *arena, tn_string plugin, tn_string id, tn_string *out) {
  const size_t length = (size_t)plugin.length + 1 + (size_t)id.length;
  char *chars = tni_arena_alloc(arena, length + 1);
  if (!chars) return TN_OUT_OF_MEMORY;
  if (plugin.length) memcpy(chars, plugin.data, (size_t)plugin.length);
  chars[plugin.length] = '.';
  if (id.length) memcpy(chars + plugin.length + 1, id.data, (size_t)id.length);
  chars[length] = '\0';
  *out = tn_string_make(chars, length);
  return TN_OK;
}
