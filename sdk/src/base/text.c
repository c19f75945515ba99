#include "base/text.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

void tni_text_init(tni_text *text, const tni_allocator *allocator) {
  memset(text, 0, sizeof *text);
  text->allocator = allocator;
}

void tni_text_destroy(tni_text *text) {
  tni_free(text->allocator, text->data);
  tni_text_init(text, text->allocator);
}

/* Room for `more` bytes and the zero byte. */
static int reserve(tni_text *text, size_t more) {
  if (text->failed) return 0;
  if (more < text->capacity - text->length) return 1;
  size_t capacity = text->capacity ? text->capacity : 64;
  while (capacity - text->length <= more && capacity <= SIZE_MAX / 2)
    capacity *= 2;
  char *data = capacity - text->length > more ? tni_alloc(text->allocator, capacity) : NULL;
  if (!data) {
    text->failed = 1;
    return 0;
  }
  if (text->length) memcpy(data, text->data, text->length);
  tni_free(text->allocator, text->data);
  text->data = data;
  text->capacity = capacity;
  return 1;
}

void tni_text_append(tni_text *text, tn_string string) {
  if (!reserve(text, (size_t)string.length)) return;
  if (string.length) memcpy(text->data + text->length, string.data, (size_t)string.length);
  text->length += (size_t)string.length;
  text->data[text->length] = '\0';
}

void tni_text_append_chars(tni_text *text, const char *chars) {
  tni_text_append(text, tn_string_from(chars));
}

void tni_text_append_format(tni_text *text, const char *format, ...) {
  va_list arguments, again;
  va_start(arguments, format);
  va_copy(again, arguments);
  const int length = vsnprintf(NULL, 0, format, arguments);
  va_end(arguments);
  if (length < 0) text->failed = 1;
  if (length >= 0 && reserve(text, (size_t)length)) {
    vsnprintf(text->data + text->length, (size_t)length + 1, format, again);
    text->length += (size_t)length;
  }
  va_end(again);
}

tn_status tni_text_status(const tni_text *text) {
  return text->failed ? TN_OUT_OF_MEMORY : TN_OK;
}

tn_string tni_text_string(const tni_text *text) {
  return tn_string_make(text->data ? text->data : "", text->length);
}

char *tni_text_take(tni_text *text) {
  if (!reserve(text, 0)) return NULL;
  char *data = text->data;
  tni_text_init(text, text->allocator);
  return data;
}

tn_status tni_string_copy(const tni_allocator *allocator, tn_string string, tn_string *out) {
  char *copy = tni_string_to_chars(allocator, string);
  if (!copy) return TN_OUT_OF_MEMORY;
  *out = tn_string_make(copy, string.length);
  return TN_OK;
}

char *tni_string_to_chars(const tni_allocator *allocator, tn_string string) {
  if (string.length >= SIZE_MAX) return NULL;
  char *copy = tni_alloc_aligned(allocator, (size_t)string.length + 1, 1);
  if (!copy) return NULL;
  if (string.length) memcpy(copy, string.data, (size_t)string.length);
  copy[string.length] = '\0';
  return copy;
}

size_t tni_utf8_character(const char *bytes, size_t length) {
  static const struct {
    unsigned char mask, lead;
    uint32_t smallest; /* code that needs so many bytes */
  } rows[] = {{0x80, 0x00, 0}, {0xe0, 0xc0, 0x80}, {0xf0, 0xe0, 0x800}, {0xf8, 0xf0, 0x10000}};
  const unsigned char first = length ? (unsigned char)bytes[0] : 0xff;
  size_t row = 0;
  while (row < 4 && (first & rows[row].mask) != rows[row].lead)
    row++;
  if (row == 4 || row + 1 > length) return 0;
  uint32_t code = first & (unsigned char)~rows[row].mask;
  for (size_t i = 1; i <= row; i++) {
    const unsigned char next = (unsigned char)bytes[i];
    if ((next & 0xc0) != 0x80) return 0;
    code = code << 6 | (next & 0x3f);
  }
  const int surrogate = code >= 0xd800 && code < 0xe000;
  return code < rows[row].smallest || code > 0x10ffff || surrogate ? 0 : row + 1;
}
