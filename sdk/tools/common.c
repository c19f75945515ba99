#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tool.h"

/* U+0080 to U+009F in UTF-8. */
static bool is_late_control(const unsigned char *at) {
  return at[0] == 0xc2 && at[1] >= 0x80 && at[1] < 0xa0;
}

/* Prints one character and returns its bytes. */
static size_t print_character(FILE *stream, const unsigned char *at) {
  static const char letters[] = "\n\r\t", names[] = "nrt";
  const char *letter = *at ? strchr(letters, *at) : NULL;
  if (letter)
    fprintf(stream, "\\%c", names[letter - letters]);
  else if (*at < 0x20 || *at == 0x7f)
    fprintf(stream, "\\x%02x", *at);
  else if (is_late_control(at))
    fprintf(stream, "\\x%02x", at[1]);
  else
    putc(*at, stream);
  return is_late_control(at) ? 2 : 1;
}

void tool_print(FILE *stream, const char *format, ...) {
  char *text = NULL;
  va_list arguments;
  va_start(arguments, format);
  const int length = vasprintf(&text, format, arguments);
  va_end(arguments);
  if (length < 0) {
    fputs("(no memory for this text)\n", stream);
    return;
  }
  const size_t last = strlen(format);
  const bool ends = last && format[last - 1] == '\n';
  for (size_t i = 0, count = (size_t)length - ends; i < count;)
    i += print_character(stream, (const unsigned char *)text + i);
  if (ends) putc('\n', stream);
  free(text);
}

int tool_fail(const tool *self, const char *what) {
  tool_print(stderr, "tenon %s: %s: %s (%s)\n", self->command, what, self->error.message,
             tni_status_name(self->error.status));
  return TOOL_FAILED;
}

bool tool_same_file(const char *one, const char *other) {
  struct stat first, second;
  return stat(one, &first) == 0 && stat(other, &second) == 0 && first.st_dev == second.st_dev &&
         first.st_ino == second.st_ino;
}

const char *tool_type_name(uint32_t type) {
  switch (type) {
#define TYPE_NAME(name, number, bits, onnx) \
  case number:                              \
    return onnx;
    TN_ELEMENT_TYPE_MAP(TYPE_NAME)
#undef TYPE_NAME
    default:
      return "unknown";
  }
}

json_t *tool_text(tn_string text) {
  json_t *string = json_stringn(text.data ? text.data : "", (size_t)text.length);
  return string ? string : json_string("(no UTF-8)");
}

int tool_print_json(json_t *object) {
  if (!object) {
    fprintf(stderr, "tenon: no memory for the output\n");
    return TOOL_FAILED;
  }
  /* main tells what could not be written. */
  const bool written = json_dumpf(object, stdout, JSON_COMPACT) == 0 && putchar('\n') == '\n';
  json_decref(object);
  return written ? TOOL_DONE : TOOL_FAILED;
}
