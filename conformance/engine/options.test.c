#include "engine/options.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <criterion/redirect.h>

#include <string.h>

static bool parse(suite_options *out, char **arguments) {
  int count = 0;
  while (arguments[count])
    count++;
  return suite_options_parse(count, arguments, out);
}

#define PARSE(out, ...) parse(out, (char *[]){(char *)"tenon-conformance", __VA_ARGS__, NULL})
#define TEXT(literal)   ((char *)(literal))

Test(options, have_defaults) {
  suite_options options;
  cr_assert(PARSE(&options, TEXT("libx.so")));
  cr_assert(eq(str, (char *)options.library, TEXT("libx.so")));
  cr_assert(eq(u32, options.jobs, 1));
  cr_assert(eq(u64, options.seed, 1));
  cr_assert(eq(u32, options.level, 0));
  cr_assert(eq(dbl, options.timeout, 0));
  cr_assert(not(options.next || options.list || options.in_process));
}

Test(options, are_taken_in_any_order) {
  suite_options options;
  cr_assert(PARSE(&options, TEXT("--level"), TEXT("L3"), TEXT("--group"), TEXT("infer"),
                  TEXT("libx.so"), TEXT("--group"), TEXT("async"), TEXT("--jobs"), TEXT("4"),
                  TEXT("--seed"), TEXT("0x10"), TEXT("--timeout"), TEXT("2.5"), TEXT("-p"),
                  TEXT("KEY=a=b"), TEXT("--device"), TEXT("1"), TEXT("--next")));
  cr_assert(eq(u32, options.level, 3));
  cr_assert(eq(u32, options.group_count, 2));
  cr_assert(eq(str, (char *)options.groups[1], TEXT("async")));
  cr_assert(eq(u32, options.jobs, 4));
  cr_assert(eq(u64, options.seed, 16));
  cr_assert(eq(dbl, options.timeout, 2.5));
  cr_assert(tn_string_equal(options.properties[0].key, TN_STRING("KEY")));
  cr_assert(tn_string_equal(options.properties[0].value.as.string, TN_STRING("a=b")));
  cr_assert(options.next);
}

Test(options, that_make_no_sense_are_refused, .init = cr_redirect_stderr) {
  static const char *const rows[][4] = {{"libx.so", "--level", "L5"},
                                        {"libx.so", "--level", "3"},
                                        {"libx.so", "--level", "L1x"},
                                        {"libx.so", "--jobs", "0"},
                                        {"libx.so", "--jobs", "65"},
                                        {"libx.so", "--jobs", "-1"},
                                        {"libx.so", "--jobs", "4x"},
                                        {"libx.so", "--seed", ""},
                                        {"libx.so", "--seed", "9223372036854775808"},
                                        {"libx.so", "--timeout", "0"},
                                        {"libx.so", "--timeout", "-1"},
                                        {"libx.so", "--timeout", "1s"},
                                        {"libx.so", "-p", "KEY"},
                                        {"libx.so", "-p", "=value"},
                                        {"libx.so", "--nonsense"},
                                        {"libx.so", "liby.so"},
                                        {"libx.so", "--timeout", "inf"},
                                        {"libx.so", "--jsonl", ""},
                                        {"libx.so", "--with", "=A"},
                                        {"libx.so", "--with", "liby.so="},
                                        {"libx.so", "--with", "liby.so=B-C"},
                                        {"libx.so", "--group"},
                                        {"libx.so", "--in-process"},
                                        {"--next"}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    suite_options options;
    char *arguments[6] = {TEXT("tenon-conformance")};
    for (int k = 0; k < 4; k++)
      arguments[k + 1] = TEXT(rows[i][k]);
    cr_assert(not(parse(&options, arguments)), "row %zu", i);
  }
}

Test(options, lists_are_bounded, .init = cr_redirect_stderr) {
  suite_options options;
  char *arguments[2 * SUITE_MAX_SELECTIONS + 6] = {TEXT("tenon-conformance"), TEXT("libx.so")};
  for (int i = 0; i < SUITE_MAX_SELECTIONS; i++) {
    arguments[2 + 2 * i] = TEXT("--case");
    arguments[3 + 2 * i] = TEXT("infer.chain");
  }
  cr_assert(parse(&options, arguments));
  arguments[2 + 2 * SUITE_MAX_SELECTIONS] = TEXT("--case");
  arguments[3 + 2 * SUITE_MAX_SELECTIONS] = TEXT("infer.chain");
  cr_assert(not(parse(&options, arguments)));
}

Test(options, without_a_plugin_only_what_needs_none, .init = cr_redirect_stderr) {
  suite_options options;
  cr_assert(PARSE(&options, TEXT("--list")));
  cr_assert(PARSE(&options, TEXT("--explain"), TEXT("TN_INFER_001")));
  cr_assert(not(PARSE(&options, TEXT("--level"), TEXT("L1"))));
}

Test(options, a_further_plugin_may_have_a_name) {
  static const struct {
    const char *argument, *name;
  } rows[] = {
      {"liby.so", NULL}, {"liby.so=B_1", "B_1"}, {"a=b/liby.so", NULL}, {"a=b/liby.so=C", "C"}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    suite_options options;
    const char *name = suite_with_name(rows[i].argument);
    cr_assert(PARSE(&options, TEXT("libx.so"), TEXT("--with"), TEXT(rows[i].argument)), "row %zu",
              i);
    cr_assert(rows[i].name ? name && strcmp(name, rows[i].name) == 0 : !name, "row %zu", i);
  }
}
