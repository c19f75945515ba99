/* What a check is run for, as it finds it in a worker. */
#include <stdio.h>
#include <string.h>

#include "engine/case_run.h"

struct test_parameters {
  record_log *log;
};

static bool is_listed(const record_log *log, tn_string name) {
  uint64_t offset = 0;
  record_view view;
  while (record_next(log, &offset, &view))
    if (view.head->kind == RECORD_FACT &&
        tn_string_equal(tn_string_make(view.text, view.head->text_length), name))
      return true;
  return false;
}

bool test_add_parameter(test_parameters *found, tn_string name) {
  static const char plain[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.:,=+-";
  char text[TEST_PARAMETER_SIZE];
  if (name.length == 0 || name.length >= sizeof text) return false;
  memcpy(text, name.data, (size_t)name.length);
  text[name.length] = 0;
  if (strspn(text, plain) != name.length || is_listed(found->log, name)) return false;
  record_append(found->log, &(record){.kind = RECORD_FACT}, text, NULL, NULL);
  return true;
}

void test_miss_parameters(test_parameters *found, const char *call, tn_status status) {
  char text[200];
  snprintf(text, sizeof text, "%.120s gave %s", call, tni_status_name(status));
  record_append(found->log, &(record){.kind = RECORD_INFRA}, text, NULL, NULL);
}

void case_find_parameters(const test *what, record_log *log) {
  test t = *what;
  t.objects = objects_create(log);
  if (!t.objects) return;
  const bool needs_engine = !(t.check->needs & TEST_NO_ENGINE);
  t.device = tn_string_from(t.setup->device);
  t.capabilities = t.setup->capabilities;
  if (!needs_engine || engine_start(&t)) t.check->found(&t, &(test_parameters){log});
  objects_destroy(&t);
  record_append(log, &(record){.kind = RECORD_END}, NULL, NULL, NULL);
}
