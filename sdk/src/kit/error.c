#include "tenon/kit/error.h"

#include "base/status.h"

#include <stdarg.h>
#include <stdio.h>

/* The internal functions take a format too; passing the finished text on keeps one way of cutting.
 */
static tn_status fail(tn_error *error, tn_status status, uint32_t clause, const char *format,
                      va_list arguments) {
  if (!error) return status;
  char message[sizeof error->message];
  if (vsnprintf(message, sizeof message, format, arguments) < 0) message[0] = '\0';
  return tni_fail_clause(error, status, clause, "%s", message);
}

tn_status tn_kit_fail(tn_error *error, tn_status status, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fail(error, status, 0, format, arguments);
  va_end(arguments);
  return status;
}

tn_status tn_kit_fail_clause(tn_error *error, tn_status status, uint32_t clause, const char *format,
                             ...) {
  va_list arguments;
  va_start(arguments, format);
  fail(error, status, clause, format, arguments);
  va_end(arguments);
  return status;
}
