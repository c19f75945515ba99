#include "certification/moment.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static bool write_moment(time_t at, char out[MOMENT_SIZE]) {
  struct tm parts;
  return gmtime_r(&at, &parts) && parts.tm_year >= -900 && parts.tm_year <= 8099 &&
         strftime(out, MOMENT_SIZE, "%Y-%m-%dT%H:%M:%SZ", &parts) == MOMENT_SIZE - 1;
}

static bool read_moment(const char *text, time_t *out) {
  struct tm parts;
  memset(&parts, 0, sizeof parts);
  const char *end = strptime(text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  if (!end || *end) return false;
  *out = timegm(&parts);
  return true;
}

bool moment_is_valid(const char *text) {
  char again[MOMENT_SIZE];
  time_t at;
  return strlen(text) == MOMENT_SIZE - 1 && read_moment(text, &at) && write_moment(at, again) &&
         strcmp(text, again) == 0;
}

void moment_now(char out[MOMENT_SIZE]) {
  if (!write_moment(time(NULL), out)) snprintf(out, MOMENT_SIZE, "9999-12-31T23:59:59Z");
}

bool moment_add_days(const char *text, long days, char out[MOMENT_SIZE]) {
  time_t at;
  return read_moment(text, &at) && write_moment(at + (time_t)days * 86400, out);
}

bool moment_is_within(const char *at, const char *from, const char *until) {
  return strcmp(from, at) <= 0 && strcmp(at, until) <= 0;
}
