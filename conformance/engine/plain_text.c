#include "engine/plain_text.h"

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
