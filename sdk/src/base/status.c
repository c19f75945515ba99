#include "base/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

/* Shortens a text that was cut at `capacity` so that it does not end within a character. */
static void cut_at_character(char *text, size_t capacity) {
  size_t end = strlen(text);
  if (end + 1 < capacity) return;
  size_t lead = end;
  while (lead > 0 && ((unsigned char)text[lead - 1] & 0xC0u) == 0x80u)
    lead--;
  if (lead == 0) return;
  const unsigned char first = (unsigned char)text[lead - 1];
  const size_t want = first >= 0xF0u ? 4 : first >= 0xE0u ? 3 : first >= 0xC0u ? 2 : 1;
  if (end - (lead - 1) < want) text[lead - 1] = '\0';
}

/* Names that were cut, or that never were UTF-8, must not spoil the message. */
static void replace_malformed(char *text) {
  for (size_t length = strlen(text); length;) {
    size_t bytes = tni_utf8_character(text, length);
    if (!bytes) *text = '?';
    if (!bytes) bytes = 1;
    text += bytes;
    length -= bytes;
  }
}

static void fill(tn_error *error, tn_status status, uint32_t clause, const char *format,
                 va_list arguments) {
  error->status = status;
  error->clause_area = (uint16_t)(clause >> 16);
  error->clause_number = (uint16_t)(clause & 0xFFFFu);
  error->vendor_code = 0;
  if (vsnprintf(error->message, sizeof error->message, format, arguments) < 0)
    error->message[0] = '\0';
  cut_at_character(error->message, sizeof error->message);
  replace_malformed(error->message);
}

tn_status tni_fail(tn_error *error, tn_status status, const char *format, ...) {
  if (!error) return status;
  va_list arguments;
  va_start(arguments, format);
  fill(error, status, 0, format, arguments);
  va_end(arguments);
  return status;
}

tn_status tni_fail_clause(tn_error *error, tn_status status, uint32_t clause, const char *format,
                          ...) {
  if (!error) return status;
  va_list arguments;
  va_start(arguments, format);
  fill(error, status, clause, format, arguments);
  va_end(arguments);
  return status;
}

tn_status tni_fail_prefix(tn_error *error, tn_status status, const char *format, ...) {
  if (!error) return status;
  char message[sizeof error->message];
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(message, sizeof message, format, arguments);
  va_end(arguments);
  if (length < 0) return status;
  if ((size_t)length + 2 < sizeof message) {
    const size_t used = (size_t)length + 2, room = sizeof message - used - 1;
    const size_t old = strlen(error->message);
    memcpy(message + length, ": ", 2);
    memcpy(message + used, error->message, old < room ? old : room);
    message[used + (old < room ? old : room)] = '\0';
  }
  cut_at_character(message, sizeof message);
  replace_malformed(message);
  memcpy(error->message, message, sizeof message);
  return status;
}

tn_status tni_received(tn_status status, const char *what, tn_error *error) {
  return status == TN_OK ? TN_OK : tni_fail(error, status, "the receiver of %s failed", what);
}

const char *tni_status_name(tn_status status) {
  switch (status) {
#define STATUS_NAME(name, number, meaning) \
  case number:                             \
    return #name;
    TN_STATUS_MAP(STATUS_NAME)
#undef STATUS_NAME
    default:
      return "UNKNOWN";
  }
}

const char *tni_status_meaning(tn_status status) {
  switch (status) {
#define STATUS_MEANING(name, number, meaning) \
  case number:                                \
    return meaning;
    TN_STATUS_MAP(STATUS_MEANING)
#undef STATUS_MEANING
    default:
      return "a status that this version does not know";
  }
}

const char *tni_clause_area_name(uint32_t area) {
  switch (area) {
#define AREA_NAME(name, number) \
  case number:                  \
    return #name;
    TN_CLAUSE_AREA_MAP(AREA_NAME)
#undef AREA_NAME
    default:
      return NULL;
  }
}
