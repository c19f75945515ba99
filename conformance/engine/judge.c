#include "engine/judge.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "engine/carrier.h"
#include "engine/compare.h"
#include "engine/plain_text.h"
#include "engine/reference.h"
#include "engine/suite_host.h"
#include "graph/tensor.h"
#include "numbers/operator_reference.h"
#include "numbers/tolerance.h"
#include "numbers/whole_model.h"
#include "numbers/written_case.h"
#include "sequences/history.h"

static const struct {
  const char *name;
  int failed, skipped;
} states[] = {
#define CASE_STATE_ROW(name, failed, skipped) {#name, failed, skipped},
    CASE_STATE_MAP(CASE_STATE_ROW)
#undef CASE_STATE_ROW
};

const char *case_state_name(enum case_state state) {
  return states[state].name;
}
int case_state_failed(enum case_state state) {
  return states[state].failed;
}
int case_state_skipped(enum case_state state) {
  return states[state].skipped;
}

/* The first thing that did not hold stays. `clause`: what it is about, or 0: the case's own. */
static void fail_clause(case_result *out, enum case_state state, const record_view *view,
                        uint32_t clause, const char *text) {
  if (out->state != CASE_PASS && out->state != CASE_UNSUPPORTED &&
      out->state != CASE_NOT_APPLICABLE)
    return;
  out->state = state;
  if (clause) out->clause = clause;
  out->line = view->head->line;
  snprintf(out->text, sizeof out->text, "%s", text);
}

static void fail(case_result *out, enum case_state state, const record_view *view,
                 const char *text) {
  fail_clause(out, state, view, view->head->clause, text);
}

static void describe_status(int32_t status, char *out, size_t size) {
  snprintf(out, size, "%s (%d)", tni_status_name(status), status);
}

static void judge_status(case_result *out, const record_view *view) {
  const record *head = view->head;
  out->expectations++;
  int holds = head->kind == RECORD_STATUS ? head->observed == head->asked
              : head->kind == RECORD_FAILURE
                  ? head->observed != TN_OK
                  : head->observed == TN_OK || head->observed == head->asked;
  if (holds) return;
  char came[64], asked[64], text[CASE_TEXT_SIZE];
  describe_status(head->observed, came, sizeof came);
  describe_status(head->asked, asked, sizeof asked);
  const char *wanted = head->kind == RECORD_FAILURE ? "a failure" : asked;
  const char *also = head->kind == RECORD_EITHER ? "OK or " : "";
  snprintf(text, sizeof text, "%.*s gave %s instead of %s%s",
           (int)(head->text_length > 700 ? 700 : head->text_length), view->text, came, also,
           wanted);
  fail(out, CASE_FAIL, view, text);
}

static void judge_truth(case_result *out, const record_view *view) {
  out->expectations++;
  if (view->head->observed == view->head->asked) return;
  char text[CASE_TEXT_SIZE];
  snprintf(text, sizeof text, "not true: %.*s",
           (int)(view->head->text_length > 900 ? 900 : view->head->text_length), view->text);
  fail(out, CASE_FAIL, view, text);
}

/* --- tensors */

/* What passed counts when the comparison, tried on wrong outputs, took none of them for right. */
static void judge_gate(case_result *out, const record_view *view, tn_status status,
                       const gate_result *gate, const tn_error *error) {
  char text[CASE_TEXT_SIZE];
  if (status != TN_OK) {
    fail(out, CASE_INFRA, view, error->message);
  } else if (gate->accepted) {
    snprintf(text, sizeof text, "the comparison would accept a wrong output: %s", gate->first);
    fail(out, CASE_VACUOUS, view, text);
  }
}

static void fail_output(case_result *out, const record_view *view, const tn_tensor *right,
                        const tn_tensor *found, const char *why) {
  char text[CASE_TEXT_SIZE];
  const bool unwritten = compare_is_unwritten(right, found, SUITE_POISON_BYTE);
  snprintf(text, sizeof text, "output of %.*s: %s%s",
           (int)(view->head->text_length > 100 ? 100 : view->head->text_length), view->text, why,
           unwritten ? "; elements were left unwritten" : "");
  fail_clause(out, CASE_FAIL, view, unwritten ? TNI_CLAUSE(INFER, 2) : view->head->clause, text);
}

void case_note(case_result *out, const char *format, ...) {
  const size_t used = strlen(out->notes);
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(out->notes + used, sizeof out->notes - used, format, arguments);
  va_end(arguments);
}

static void judge_pair(case_result *out, const record_view *view, const tn_tensor *right,
                       const tn_tensor *found, compare_bound bound, uint64_t seed) {
  char why[400];
  gate_result gate;
  tn_error error;
  out->expectations++;
  if (!compare_tensors(right, found, bound, why, sizeof why))
    fail_output(out, view, right, found, why);
  else
    judge_gate(out, view, compare_try(right, bound, seed, &gate, &error), &gate, &error);
}

/* --- operator cases */

/* Which clause an output breaks that is wrong: one that differs in the signs of zeros, or in the
 * bits of what is no number, and in nothing else, breaks that of special values. */
static uint32_t clause_of_difference(const record_view *view, const expected *asked,
                                     const tn_tensor *found) {
  char why[400];
  expected unsigned_zeros = *asked; /* borrows all that it holds */
  unsigned_zeros.signs = false;
  return asked->signs && expected_accepts(&unsigned_zeros, found, why, sizeof why)
             ? TNI_CLAUSE(OPERATOR, 6)
             : view->head->clause;
}

static void judge_expected(case_result *out, const record_view *view, const expected *asked,
                           const tn_tensor *found, uint64_t seed) {
  char why[400];
  gate_result gate;
  tn_error error;
  out->expectations++;
  if (!expected_accepts(asked, found, why, sizeof why))
    fail_clause(out, CASE_FAIL, view, clause_of_difference(view, asked, found), why);
  else
    judge_gate(out, view, expected_try(asked, seed, &gate, &error), &gate, &error);
}

/* With the first output all of them are kept. */
static tn_status keep_case(const judge_terms *terms, const operator_spec *spec,
                           const record_reference *reference, const arithmetic *how,
                           tn_error *error) {
  if (!terms->keep || reference->output > 0) return TN_OK;
  return written_case_put(terms->keep, spec, reference->seed, how, error);
}

static void judge_operator(case_result *out, const record_view *view, const judge_terms *terms,
                           const record_reference *reference, const tn_tensor *found,
                           const arithmetic *how) {
  operator_spec spec;
  expected asked = {.tensor = NULL};
  tn_error error;
  tn_status status = spec_parse(reference->model, &spec, &error);
  if (status == TN_OK)
    status = operator_expect(&spec, reference->seed, reference->output, how, &asked, &error);
  if (status == TN_OK) status = keep_case(terms, &spec, reference, how, &error);
  if (status == TN_OK)
    judge_expected(out, view, &asked, found, reference->seed);
  else
    fail(out, CASE_INFRA, view, error.message);
  expected_clear(&asked);
}

/* The model of --carrier: what was computed is compared as a whole, and so are wrong outputs. */
static void judge_whole_model(case_result *out, const record_view *view, const tn_tensor *right,
                              const tn_tensor *found, const judge_terms *terms) {
  char why[400];
  gate_result gate;
  tn_error error;
  out->expectations++;
  if (!whole_model_agrees(right, found, terms->precision, why, sizeof why))
    fail(out, CASE_FAIL, view, why);
  else
    judge_gate(out, view, whole_model_try(right, terms->precision, terms->seed, &gate, &error),
               &gate, &error);
}

/* How the plugin says that it computed: bounds depend on it, so it is told. */
static void note_arithmetic(case_result *out, const record_view *view, judge_terms *terms,
                            arithmetic *how) {
  static const char *const modes[] = {"no", "ACCURACY", "PERFORMANCE"};
  if (view->head->data_length != sizeof *how) return;
  memcpy(how, view->data, sizeof *how);
  terms->precision = how->precision;
  const real_type *precision = real_type_of(how->precision);
  case_note(out, "precision %s, %s mode\n", precision ? precision->name : "of the type",
            modes[how->mode < 3 ? how->mode : 0]);
}

/* The bound of a node test: its own, but no sharper than the table has it for the type. */
static compare_bound node_bound(const node_test *node, uint32_t type) {
  const double least = node_test_tolerance(type);
  return (compare_bound){node->absolute, node->relative > least ? node->relative : least};
}

/* What a sequence of calls has to give; the history lies behind the reference. */
static tn_status expect_history(const record_view *view, const record_reference *reference,
                                uint64_t *offset, tn_tensor **out, tn_error *error) {
  sequence_history history;
  const uint64_t bytes = (uint64_t)reference->size;
  memset(&history, 0, sizeof history);
  if (bytes > sizeof history || bytes > view->head->data_length - *offset)
    return tni_fail(error, TN_MALFORMED, "the history that the worker handed over is cut");
  memcpy(&history, (const char *)view->data + *offset, (size_t)bytes);
  *offset += bytes;
  return sequence_replay(reference->model, &history, reference->output, out, error);
}

static tn_status expect_output(const record_view *view, const record_reference *reference,
                               const node_test *node, uint64_t *offset, tn_tensor **out,
                               tn_error *error) {
  if (view->head->kind == RECORD_HISTORY)
    return expect_history(view, reference, offset, out, error);
  return node ? node_test_expected(node, (uint32_t)reference->seed, reference->output, out, error)
              : reference_output(reference, out, error);
}

/* The wider of a node test's own bound, which fits its file's data, and the suite's. */
static compare_bound fresh_bound(const node_test *node, uint32_t type) {
  compare_bound bound = node_bound(node, type), own = compare_default_bound(type);
  if (bound.absolute < own.absolute) bound.absolute = own.absolute;
  if (bound.relative < own.relative) bound.relative = own.relative;
  return bound;
}

/* Whether the test is about what is infinite or no number: its own output has such elements. */
static bool is_about_special_values(const node_test *node, uint32_t output) {
  tn_tensor *own = NULL;
  tn_error error;
  if (node_test_expected(node, 0, output, &own, &error) != TN_OK) return false;
  const bool is_finite = compare_is_finite(own);
  tn_tensor_release(own);
  return !is_finite;
}

/* What the reference computes on data that nobody chose so that it is defined and finite; NULL,
 * which is noted, where it is not. */
static tn_tensor *fresh_answer(case_result *out, const judge_terms *terms, uint32_t output) {
  tn_tensor *right = NULL;
  tn_error error;
  if (node_test_fresh(terms->node, terms->seed, output, &right, &error) == TN_OK) {
    if (compare_is_finite(right) || is_about_special_values(terms->node, output)) return right;
    tn_tensor_release(right);
  }
  case_note(out, "other data than the test's own: the reference has no finite answer\n");
  return NULL;
}

static void judge_fresh_status(case_result *out, const record_view *view,
                               const judge_terms *terms) {
  const bool is_asked = terms->node && view->head->observed != TN_OK;
  tn_tensor *right = is_asked ? fresh_answer(out, terms, 0) : NULL;
  if (!right) return;
  tn_tensor_release(right);
  judge_status(out, view);
}

/* A node test on data that stands in no file. Nobody chose them so that they tell right from
 * wrong: where they do not, that is noted. */
static void judge_fresh(case_result *out, const record_view *view, const judge_terms *terms,
                        uint32_t output, const tn_tensor *found) {
  char why[400];
  gate_result gate = {.accepted = 0};
  tn_error error;
  tn_tensor *right = fresh_answer(out, terms, output);
  if (!right) return;
  const compare_bound bound = fresh_bound(terms->node, right->type);
  out->expectations++;
  if (!compare_tensors(right, found, bound, why, sizeof why))
    fail_output(out, view, right, found, why);
  else if (compare_try(right, bound, terms->seed, &gate, &error) == TN_OK && gate.accepted)
    case_note(out, "other data than the test's own would not tell from right: %s\n", gate.first);
  tn_tensor_release(right);
}

static void judge_output(case_result *out, const record_view *view, const judge_terms *terms,
                         const arithmetic *how) {
  const node_test *node = terms->node;
  record_reference reference;
  uint64_t offset = sizeof reference;
  if (view->head->data_length < sizeof reference) return;
  memcpy(&reference, view->data, sizeof reference);
  reference.model[sizeof reference.model - 1] = 0;
  tn_tensor *right = NULL;
  tn_error error;
  const bool of_operator = strncmp(reference.model, "operator.", 9) == 0;
  const bool fresh = node && (reference.seed & NODE_TEST_FRESH);
  tn_status status =
      of_operator || fresh ? TN_OK : expect_output(view, &reference, node, &offset, &right, &error);
  tn_tensor *found = record_tensor_load(view, &offset);
  if (!found) {
    fail(out, CASE_INFRA, view, "the tensor that the worker handed over cannot be read");
  } else if (of_operator) {
    judge_operator(out, view, terms, &reference, found, how);
  } else if (fresh) {
    judge_fresh(out, view, terms, reference.output, found);
  } else if (status != TN_OK) {
    fail(out, CASE_INFRA, view, error.message);
  } else if (!node && carrier_is_given(reference.model)) {
    judge_whole_model(out, view, right, found, terms);
  } else {
    compare_bound bound =
        node ? node_bound(node, right->type) : compare_bound_in(right->type, terms->precision);
    judge_pair(out, view, right, found, bound, terms->seed);
  }
  if (right) tn_tensor_release(right);
  if (found) tn_tensor_release(found);
}

/* Whether the device has promised the same bits. */
static bool asks_for_bits(const record_view *view, const judge_terms *terms) {
  return view->head->asked && (terms->capabilities & TN_DEVICE_DETERMINISTIC);
}

static void judge_equal(case_result *out, const record_view *view, const judge_terms *terms) {
  uint64_t offset = 0;
  char why[400];
  tn_tensor *first = record_tensor_load(view, &offset),
            *second = first ? record_tensor_load(view, &offset) : NULL;
  if (!second) {
    fail(out, CASE_INFRA, view, "the tensors that the worker handed over cannot be read");
  } else if (!asks_for_bits(view, terms)) {
    judge_pair(out, view, first, second, compare_bound_in(first->type, terms->precision),
               terms->seed);
  } else {
    out->expectations++;
    if (!compare_bits(first, second, why, sizeof why)) fail_output(out, view, first, second, why);
  }
  if (first) tn_tensor_release(first);
  if (second) tn_tensor_release(second);
}

/* --- all records */

static void skip(case_result *out, enum case_state state, const record_view *view) {
  char text[CASE_TEXT_SIZE];
  snprintf(text, sizeof text, "%.*s",
           (int)(view->head->text_length > 900 ? 900 : view->head->text_length), view->text);
  if (out->state == CASE_PASS || case_state_failed(state)) fail(out, state, view, text);
}

static void judge_record(case_result *out, const record_view *view, judge_terms *terms,
                         arithmetic *how) {
  char text[CASE_TEXT_SIZE];
  switch (view->head->kind) {
    case RECORD_TRUTH:
      judge_truth(out, view);
      break;
    case RECORD_STATUS:
    case RECORD_FAILURE:
    case RECORD_EITHER:
      judge_status(out, view);
      break;
    case RECORD_FRESH:
      judge_fresh_status(out, view, terms);
      break;
    case RECORD_OUTPUT:
    case RECORD_HISTORY:
      judge_output(out, view, terms, how);
      break;
    case RECORD_ARITHMETIC:
      note_arithmetic(out, view, terms, how);
      break;
    case RECORD_EQUAL:
      judge_equal(out, view, terms);
      break;
    case RECORD_NOTE:
      case_note(out, "%.*s\n", (int)view->head->text_length, view->text);
      break;
    case RECORD_NOT_APPLICABLE:
      skip(out, CASE_NOT_APPLICABLE, view);
      break;
    case RECORD_UNSUPPORTED:
      skip(out, CASE_UNSUPPORTED, view);
      break;
    case RECORD_INCONCLUSIVE:
      skip(out, CASE_INCONCLUSIVE, view);
      break;
    case RECORD_VACUOUS:
      skip(out, CASE_VACUOUS, view);
      break;
    case RECORD_INFRA:
      skip(out, CASE_INFRA, view);
      break;
    case RECORD_HYGIENE:
      snprintf(text, sizeof text, "%.*s",
               (int)(view->head->text_length > 900 ? 900 : view->head->text_length), view->text);
      fail(out, CASE_FAIL, view, text);
      break;
    default:
      break;
  }
}

void judge_records(const record_log *log, const judge_terms *terms, case_result *out) {
  uint64_t offset = 0;
  record_view view;
  judge_terms told = *terms; /* as far as the records have said */
  arithmetic how = {.precision = terms->precision};
  memset(out, 0, sizeof *out);
  out->state = CASE_PASS;
  out->clause = terms->clause;
  while (record_next(log, &offset, &view))
    judge_record(out, &view, &told, &how);
  if (log->overflowed) {
    out->state = CASE_INFRA;
    snprintf(out->text, sizeof out->text, "the records of the case did not fit");
  } else if (out->state == CASE_PASS && out->expectations == 0) {
    out->state = CASE_VACUOUS;
    snprintf(out->text, sizeof out->text, "the case compared nothing");
  }
  plain_text_clean(out->text);
  plain_text_clean(out->notes);
}

int judge_is_complete(const record_log *log) {
  uint64_t offset = 0;
  record_view view;
  while (record_next(log, &offset, &view))
    if (view.head->kind == RECORD_END) return 1;
  return 0;
}
