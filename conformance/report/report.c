#include "report/report.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/citations.h"
#include "engine/exit_status.h"
#include "engine/registry.h"
#include "engine/regular_file.h"
#include "report/early_end.h"
#include "report/journal.h"
#include "report/lines.h"
#include "report/outputs.h"
#include "report/progress.h"
#include "report/run_file.h"
#include "report/run_lines.h"
#include "report/summary.h"
#include "report/verdict.h"

struct report {
  suite_run *run;
  journal *journal;
  json_t *run_line; /* as it stands in the journal */
  verdict verdict;
  outputs outputs;
  progress progress;
  char *text;       /* room for a line */
  size_t text_size; /* bytes of it */
  bool is_finished; /* the journal has a verdict already: nothing more is written to it */
  bool broken;      /* something could not be written; its name stands on standard error */
};

/* The text of an object, whole or NULL: into room that is kept, since a line that was put together
 * piece by piece may lose one of them where memory ends. */
static const char *text_of(report *self, const json_t *object) {
  size_t length = json_dumpb(object, self->text, self->text_size, JSON_COMPACT);
  if (length >= self->text_size) {
    const size_t wanted = length + length / 2 + 1;
    char *larger = realloc(self->text, wanted);
    if (!larger) return NULL;
    self->text = larger;
    self->text_size = wanted;
    if (json_dumpb(object, self->text, self->text_size, JSON_COMPACT) != length) return NULL;
  }
  if (length) self->text[length] = 0;
  return length ? self->text : NULL;
}

/* Writes one object and frees it. */
static bool write_line(report *self, json_t *object) {
  const char *text = object ? text_of(self, object) : NULL;
  const bool written = text && (self->is_finished || journal_write(self->journal, text));
  if (!text) fprintf(stderr, "tenon-conformance: there is no memory for a line of the report\n");
  self->broken = self->broken || !written;
  json_decref(object);
  return written;
}

/* --- opening */

static bool destroy(report *self) {
  const bool made = outputs_close(&self->outputs);
  const bool closed = journal_close(self->journal) && made && !self->broken;
  verdict_end(&self->verdict);
  json_decref(self->run_line);
  free(self->text);
  free(self);
  return closed;
}

static bool complain_of_resume(const report *self, const char *what, const char *id) {
  fprintf(stderr, "tenon-conformance: --resume: %s: %s%s%s; without --resume the run begins anew\n",
          self->run->options->jsonl, what, id[0] ? ": " : "", id);
  return false;
}

static int compare_places(const void *a, const void *b) {
  return strcmp((*(suite_case *const *)a)->id, (*(suite_case *const *)b)->id);
}

static suite_case *find_case(suite_case **sorted, uint32_t count, const char *id) {
  uint32_t low = 0, high = count;
  while (low < high) {
    const uint32_t middle = low + (high - low) / 2;
    const int order = strcmp(sorted[middle]->id, id);
    if (order == 0) return sorted[middle];
    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return NULL;
}

/* Takes over what an earlier run has told. */
static bool restore_cases(report *self, const run_file *file) {
  const suite_cases *cases = self->run->cases;
  suite_case **sorted = malloc((cases->count + 1) * sizeof *sorted);
  bool good = sorted != NULL;
  size_t index;
  json_t *line;
  for (uint32_t i = 0; i < cases->count && good; i++)
    sorted[i] = &cases->items[i];
  if (good) qsort(sorted, cases->count, sizeof *sorted, compare_places);
  json_array_foreach(file->cases, index, line) {
    const char *id = lines_text(line, "id");
    if (strcmp(lines_text(line, "type"), "expectation") == 0) continue; /* told again at the end */
    suite_case *item = good ? find_case(sorted, cases->count, id) : NULL;
    if (good && (!item || !case_line_restore(line, item)))
      good = complain_of_resume(self, "a case that this run has not, or of another revision", id);
    if (!good) break;
    excuses_restore_use(&self->run->excuses, line);
    verdict_add(&self->verdict, line);
  }
  free(sorted);
  return good;
}

/* Goes on with an earlier run. */
static bool resume(report *self, const run_file *file) {
  json_t *now = run_line_make(self->run);
  const char *differs = now ? run_line_differs(file->run, now) : "the memory";
  json_decref(now);
  if (differs) return complain_of_resume(self, differs, "is not that of the earlier run");
  self->run_line = json_incref(file->run);
  verdict_begin(&self->verdict, self->run_line);
  self->is_finished = file->verdict != NULL;
  if (self->is_finished && !run_file_verdict_follows(file))
    return complain_of_resume(self, "the verdict is not the one that follows from the cases", "");
  if (!restore_cases(self, file)) return false;
  self->journal = journal_open(self->run->options->jsonl, file->whole_bytes);
  return self->journal && write_line(self, run_line_resumed(self->run));
}

static bool begin(report *self) {
  self->run_line = run_line_make(self->run);
  if (!self->run_line) return false;
  verdict_begin(&self->verdict, self->run_line);
  self->journal = journal_open(self->run->options->jsonl, 0);
  return self->journal && write_line(self, json_incref(self->run_line)) &&
         journal_sync(self->journal);
}

/* Whether there is an earlier run to go on with: a file with at least one whole line. What is there
 * and cannot be read is taken for one, and is refused when it is loaded. */
static bool has_earlier_run(const suite_options *options) {
  uint64_t size;
  const char *why;
  const int descriptor = options->resume ? regular_file_open(options->jsonl, &size, &why) : -1;
  FILE *file = descriptor >= 0 ? fdopen(descriptor, "r") : NULL;
  if (!file) return options->resume && access(options->jsonl, F_OK) == 0;
  bool found = false;
  for (int byte = file ? getc(file) : EOF; byte != EOF && !found; byte = getc(file))
    found = byte == '\n';
  fclose(file);
  return found;
}

static int open_journal(report *self) {
  run_file file;
  if (!has_earlier_run(self->run->options)) return begin(self) ? EXIT_PASSED : EXIT_SUITE;
  if (!run_file_load(&file, self->run->options->jsonl)) return EXIT_USAGE;
  const bool resumed = resume(self, &file);
  run_file_close(&file);
  if (resumed) return EXIT_PASSED;
  return self->broken || self->journal ? EXIT_SUITE : EXIT_USAGE;
}

static uint32_t count_told(const suite_cases *cases) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < cases->count; i++)
    count += cases->items[i].is_told;
  return count;
}

int report_open(suite_run *run, report **out) {
  report *self = calloc(1, sizeof *self);
  if (!self) return EXIT_SUITE;
  self->run = run;
  self->outputs = (outputs){.paths = {[OUTPUT_JUNIT] = run->options->junit,
                                      [OUTPUT_TAP] = run->options->tap,
                                      [OUTPUT_HTML] = run->options->html}};
  const int status = outputs_open(&self->outputs) ? open_journal(self) : EXIT_SUITE;
  progress_begin(&self->progress, run->cases->count, count_told(run->cases), self->verdict.failed);
  *out = self;
  if (status != EXIT_PASSED) {
    destroy(self);
    *out = NULL;
  } else if (run->options->in_process) {
    early_end_watch(run->cases->items[0].id);
  }
  return status;
}

/* --- cases */

/* --next: the first clause that does not hold, and all there is to know of it. */
static void explain_failure(const report *self, const suite_case *item) {
  const suite_clause *clause = suite_clause_find(item->result.clause);
  char name[SUITE_CLAUSE_NAME_SIZE];
  if (!clause) return;
  printf("\n%s (L%u): %s\nWhy: %s\n", suite_clause_name(clause->id, name), clause->level,
         clause->text, clause->reason);
  const suite_citation *citation = suite_citation_find(name);
  if (citation) printf("Header: %s\n", citation->place);
  const char *guide = suite_guide_section(clause->id);
  if (guide) printf("Guide: %s\n", guide);
  (void)self;
}

/* What operator_explain has found: the last notes. */
static void print_smallest(const suite_case *item) {
  const char *at = item->is_shrunk ? strstr(item->result.notes, "the smallest that fails: ") : NULL;
  for (; at && *at; at += strcspn(at, "\n"), at += *at == '\n')
    printf("    %.*s\n", (int)strcspn(at, "\n"), at);
}

/* What a process that ended in the case has said, such as a sanitizer's report: its first lines. */
static void print_last_words(const case_result *result) {
  enum { MOST_LINES = 12 };
  const char *at = result->notes;
  if (result->state != CASE_CRASH && result->state != CASE_EARLY_EXIT &&
      result->state != CASE_TIMEOUT)
    return;
  for (int i = 0; *at && i < MOST_LINES; i++) {
    const int length = (int)strcspn(at, "\n");
    printf("    said: %.*s\n", length, at);
    at += length + (at[length] == '\n');
  }
  if (*at) printf("    what else it said stands in the notes of the case (--jsonl, --html)\n");
}

/* What to do with a failure that the command of `repeat:` does not show. */
static const char *advice_for(enum case_state state) {
  if (state == CASE_ORDER_DEPENDENT)
    return "alone it passes: what an earlier case of the same process left behind has a part in "
           "it, or a race that shows rarely; run the cases before it too (--group), and it often "
           "(--repeat 100)";
  if (state == CASE_FLAKY)
    return "alone it fails only sometimes: run it often (--repeat 100), and with a thread "
           "sanitizer";
  return NULL;
}

static void print_case(const report *self, const suite_case *item) {
  char clause[SUITE_CLAUSE_NAME_SIZE], command[4096];
  const case_result *result = &item->result;
  if (!case_state_failed(result->state)) return;
  run_repeat_command(self->run, item, command, sizeof command);
  printf("%s %s %s: %s\n", case_state_name(result->state), item->id,
         suite_clause_name(result->clause, clause), item->text);
  printf("    %s\n", result->text);
  if (result->line && item->check)
    printf("    at line %u of the check %s\n", result->line, item->check->name);
  print_last_words(result);
  printf("    repeat: %s\n", command);
  if (advice_for(result->state)) printf("    note: %s\n", advice_for(result->state));
  print_smallest(item);
  if (item->program) printf("    the shortest such sequence, as a program:\n\n%s\n", item->program);
  if (self->run->options->next) explain_failure(self, item);
  fflush(stdout);
}

static bool tell(report *self, json_t *line) {
  if (line) verdict_add(&self->verdict, line);
  return write_line(self, line);
}

bool report_case(void *reports, const suite_case *item) {
  report *self = reports;
  const bool told = tell(self, case_line_make(self->run, "case", item));
  if (case_state_failed(item->result.state)) progress_hide(&self->progress);
  print_case(self, item);
  progress_tell(&self->progress, item->id, case_state_failed(item->result.state));
  return told;
}

void report_probe(report *self) {
  tell(self, case_line_make(self->run, "probe", &self->run->probe));
}

/* --- the verdict */

/* Expectations that have expired, or that nothing needed. */
static void tell_wrong_expectations(report *self) {
  const excuses *all = &self->run->excuses;
  const bool is_whole = verdict_is_whole(self->verdict.run);
  char why[512];
  for (uint32_t i = 0; i < all->count; i++) {
    if (!excuse_is_wrong(&all->items[i], is_whole, why, sizeof why)) continue;
    printf("FAIL expectation.%u: %s\n", i + 1, why);
    tell(self, expectation_line_make(&all->items[i], i + 1, why));
  }
}

/* --next: what would have followed the first failure. */
static void tell_not_run(report *self) {
  suite_cases *cases = self->run->cases;
  if (!self->run->options->next || !self->run->listener) return;
  for (uint32_t i = 0; i < cases->count && !self->broken; i++) {
    if (cases->items[i].is_told) continue;
    if (!cases->items[i]
             .fails) /* what failed after others alone has waited, and is told as it is */
      case_settle(&cases->items[i], CASE_NOT_RUN, "the run stopped at its first failure (--next)");
    tell(self, case_line_make(self->run, "case", &cases->items[i]));
  }
}

static void write_outputs(report *self) {
  FILE *lines = journal_lines(self->journal);
  self->broken = !lines || !outputs_write(&self->outputs, lines) || self->broken;
}

report_totals report_close(report *self, bool is_whole) {
  const verdict *came = &self->verdict;
  report_totals totals = {.refused = 0};
  early_end_forget();
  progress_hide(&self->progress);
  if (is_whole && !self->broken) {
    tell_not_run(self);
    tell_wrong_expectations(self);
    write_line(self, environment_line_make(self->run));
    json_t *line = verdict_line(came);
    summary_print(came, line);
    totals.refused = verdict_refuses(came->run, line);
    write_line(self, line);
    self->broken = !journal_sync(self->journal) || self->broken;
  }
  if (!self->broken) write_outputs(self);
  summary_print_counts(came);
  totals.passed = came->passed;
  totals.failed = came->failed;
  totals.skipped = came->skipped;
  totals.broken = !destroy(self);
  return totals;
}
