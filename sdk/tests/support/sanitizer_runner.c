/* Runs Criterion's tests in the sanitizer builds, where Criterion's own runner cannot: its sandbox
 * maps memory at addresses that ThreadSanitizer reserves, and it takes the red zones that
 * AddressSanitizer puts between its test pointers for the end of their list.
 *
 * Linked into a test program, this file stands before libcriterion: it brings main() and the
 * functions that the assertions call, and leaves everything else (messages, comparisons) to the
 * library. Each test runs in a forked child, which ends through exit(), so that leaks are reported
 * with their test.
 *
 *   test-x [FILTER]    FILTER is a part of SUITE/NAME
 */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <criterion/parameterized.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum outcome { PASSED, FAILED, CRASHED, SKIPPED };

enum { SKIPPED_STATUS = 77, DEFAULT_TIMEOUT_SECONDS = 300 };

/* The linker's bounds of the sections that the macros Test and TestSuite fill. */
extern struct criterion_test *__start_cr_tst[] __attribute__((weak));
extern struct criterion_test *__stop_cr_tst[] __attribute__((weak));
extern struct criterion_suite *__start_cr_sts[] __attribute__((weak));
extern struct criterion_suite *__stop_cr_sts[] __attribute__((weak));

/* State of the child that runs one test. */
static const struct criterion_test *current_test;
static const struct criterion_suite *current_suite;
static void *current_parameter;
static int failed_assertions;

/* --- what the assertions and the trampolines call --- */

void criterion_send_assert(struct criterion_assert_stats *stats) {
  if (stats->passed) return;
  fprintf(stderr, "%s:%u: assertion failed: %s\n", stats->file, stats->line, stats->message);
}

void cri_assert_node_send(const char *file, size_t line, struct cri_assert_node *tree) {
  fprintf(stderr, "%s:%zu: assertion failed: %s\n", file, line, tree->message ? tree->message : "");
  for (size_t i = 0; i < tree->nchild; ++i) {
    fprintf(stderr, "  %s\n", tree->children[i].repr);
  }
}

void cri_asserts_passed_incr(void) {}

void criterion_continue_test(void) {
  ++failed_assertions;
}

void criterion_abort_test(void) {
  exit(EXIT_FAILURE);
}

void criterion_test_die(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vfprintf(stderr, format, arguments);
  va_end(arguments);
  exit(EXIT_FAILURE);
}

void criterion_skip_test(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vfprintf(stderr, format, arguments);
  va_end(arguments);
  exit(SKIPPED_STATUS);
}

void criterion_internal_test_setup(void) {
  if (current_suite && current_suite->data->init) current_suite->data->init();
  if (current_test->data->init) current_test->data->init();
}

void criterion_internal_test_main(void (*function)(void)) {
  if (current_test->data->kind_ == CR_TEST_PARAMETERIZED) {
    ((void (*)(void *))function)(current_parameter);
  } else {
    function();
  }
}

void criterion_internal_test_teardown(void) {
  if (current_test->data->fini) current_test->data->fini();
  if (current_suite && current_suite->data->fini) current_suite->data->fini();
}

/* --- the runner --- */

static const struct criterion_suite *find_suite(const char *name) {
  for (struct criterion_suite **row = __start_cr_sts; row < __stop_cr_sts; ++row) {
    if (*row && strcmp((*row)->name, name) == 0) return *row;
  }
  return NULL;
}

static unsigned timeout_seconds(void) {
  double seconds = current_test->data->timeout;
  if (seconds <= 0 && current_suite) seconds = current_suite->data->timeout;
  /* Sanitizers slow a test down; its own limit is meant for a plain build. */
  return seconds > 0 ? (unsigned)(seconds * 10) + 1 : DEFAULT_TIMEOUT_SECONDS;
}

static void run_child(void *parameter) {
  alarm(timeout_seconds());
  current_parameter = parameter;
  current_test->test();
  exit(failed_assertions ? EXIT_FAILURE : EXIT_SUCCESS);
}

/* A test that expects a signal may get it turned into an exit status by the sanitizer. */
static enum outcome judge(int status) {
  int signal_expected = current_test->data->signal;
  if (!signal_expected && current_suite) signal_expected = current_suite->data->signal;
  if (WIFSIGNALED(status)) return WTERMSIG(status) == signal_expected ? PASSED : CRASHED;
  int code = WEXITSTATUS(status);
  if (signal_expected) return code != 0 ? PASSED : FAILED;
  if (code == SKIPPED_STATUS) return SKIPPED;
  return code == current_test->data->exit_code ? PASSED : FAILED;
}

static enum outcome run_one(void *parameter) {
  static const char *const words[] = {"passed", "FAILED", "CRASHED", "skipped"};
  fflush(NULL);
  pid_t child = fork();
  if (child == 0) run_child(parameter);
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) != child) return CRASHED;
  enum outcome outcome = judge(status);
  printf("%s/%s: %s (wait status %d)\n", current_test->category, current_test->name, words[outcome],
         status);
  return outcome;
}

static void run_test(unsigned counts[]) {
  bool disabled = current_test->data->disabled || (current_suite && current_suite->data->disabled);
  if (disabled) {
    ++counts[SKIPPED];
  } else if (current_test->data->kind_ == CR_TEST_PARAMETERIZED) {
    struct criterion_test_params parameters = current_test->data->param_();
    for (size_t i = 0; i < parameters.length; ++i) {
      ++counts[run_one((char *)parameters.params + i * parameters.size)];
    }
    if (parameters.cleanup) parameters.cleanup(&parameters);
  } else {
    ++counts[run_one(NULL)];
  }
}

int main(int argc, char **argv) {
  unsigned counts[4] = {0};
  for (struct criterion_test **row = __start_cr_tst; row < __stop_cr_tst; ++row) {
    if (!*row) continue;
    char name[512];
    snprintf(name, sizeof name, "%s/%s", (*row)->category, (*row)->name);
    if (argc > 1 && !strstr(name, argv[1])) continue;
    current_test = *row;
    current_suite = find_suite(current_test->category);
    run_test(counts);
  }
  printf("%u passed, %u failed, %u skipped\n", counts[PASSED], counts[FAILED] + counts[CRASHED],
         counts[SKIPPED]);
  return counts[PASSED] == 0 || counts[FAILED] + counts[CRASHED] != 0;
}
