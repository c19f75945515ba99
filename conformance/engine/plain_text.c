#include "engine/plain_text.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

void plain_text_clean(char *text) {
  size_t left = strlen(text);
  while (left) {
    size_t length = tni_utf8_character(text, left);
    const unsigned char byte = (unsigned char)*text;
    if (length == 0 || (byte < 0x20 && byte != '\n' && byte != '\t') || byte == 0x7f) *text = '?';
    if (length == 0) length = 1;
    text += length;
    left -= length;
  }
}

/* Characters of more than one byte that end lines, command terminals or turn the direction in which
 * text is shown. */
static bool is_unseen(const char *text, size_t length) {
  const unsigned char *bytes = (const unsigned char *)text;
  if (length == 2) return bytes[0] == 0xc2 && bytes[1] < 0xa0; /* U+0080 to U+009F */
  if (length != 3 || bytes[0] != 0xe2) return false;
  if (bytes[1] == 0x80) /* U+200E, U+200F, U+2028 to U+202E */
    return bytes[2] == 0x8e || bytes[2] == 0x8f || (bytes[2] >= 0xa8 && bytes[2] <= 0xae);
  return bytes[1] == 0x81 && bytes[2] >= 0xa6 && bytes[2] <= 0xa9; /* U+2066 to U+2069 */
}

/* Bytes of the character if it may stand in a line, or 0. */
static size_t line_character(const char *text, size_t left) {
  const size_t length = tni_utf8_character(text, left);
  const unsigned char byte = (unsigned char)*text;
  return byte < 0x20 || byte == 0x7f || is_unseen(text, length) ? 0 : length;
}

bool plain_text_is_line(const char *text) {
  size_t left = strlen(text), length = 1;
  for (; left && length; text += length, left -= length)
    length = line_character(text, left);
  return left == 0;
}

void plain_text_print_line(FILE *stream, const char *format, ...) {
  char *text = NULL;
  size_t size = 0;
  va_list arguments;
  FILE *whole = open_memstream(&text, &size);
  va_start(arguments, format);
  bool good = whole && vfprintf(whole, format, arguments) >= 0;
  va_end(arguments);
  good = whole && fclose(whole) == 0 && good;
  for (size_t i = 0; good && i < size;) {
    const size_t length = line_character(text + i, size - i);
    if (length == 0)
      fputc('?', stream);
    else
      fwrite(text + i, 1, length, stream);
    i += length ? length : 1;
  }
  fputs(good ? "\n" : "there is no memory for a message\n", stream);
  free(text);
}
