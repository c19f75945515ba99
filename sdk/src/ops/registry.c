#include <assert.h>
#include <stdlib.h>
#include "ops/operator.h"

/* The generated list is sorted by identifier, that is by domain and name (see TNI_OPERATOR). */
#define TNI_OPERATOR_ROW(identifier) extern TNI_OPERATOR(identifier);
#include "ops/operators.inc"
#undef TNI_OPERATOR_ROW

static const tni_operator *const operators[] = {
#define TNI_OPERATOR_ROW(identifier) &tni_operator_##identifier,
#include "ops/operators.inc"
#undef TNI_OPERATOR_ROW
};

enum { OPERATOR_COUNT = sizeof operators / sizeof operators[0] };

/* The versions of one ONNX operator, ascending, ended by 0. */
typedef struct onnx_row {
  const char *name;
  int16_t versions[14];
} onnx_row;

static const onnx_row onnx_rows[] = {
#define TN_ONNX_OPERATOR(name, ...) {name, {__VA_ARGS__, 0}},
#include "ops/onnx_operators.def"
};

/* Order of a string and a zero-ended text, as strcmp tells it. */
static int compare(tn_string a, const char *b) {
  const size_t length = strlen(b);
  const int order = memcmp(a.data ? a.data : "", b, a.length < length ? (size_t)a.length : length);
  if (order != 0) return order;
  return (a.length > length) - (a.length < length);
}

/* What the tables are searched for. */
typedef struct operator_key {
  tn_string domain;
  tn_string name;
} operator_key;

static int compare_operator(const void *key, const void *element) {
  const operator_key *wanted = key;
  const tni_operator *const *op = element;
  const int order = compare(wanted->domain, (*op)->domain ? (*op)->domain : "");
  return order != 0 ? order : compare(wanted->name, (*op)->name);
}

static int compare_row(const void *key, const void *element) {
  return compare(*(const tn_string *)key, ((const onnx_row *)element)->name);
}

const tni_operator *tni_operator_find(tn_string domain, tn_string name, uint32_t since_version) {
  const operator_key key = {domain, name};
  const tni_operator *const *found =
      bsearch(&key, operators, OPERATOR_COUNT, sizeof operators[0], compare_operator);
  return found && (*found)->since == since_version ? *found : NULL;
}

uint32_t tni_operator_count(void) {
  return OPERATOR_COUNT;
}

const tni_operator *tni_operator_at(uint32_t index) {
  assert(index < OPERATOR_COUNT);
  return operators[index];
}

uint32_t tni_onnx_since_version(tn_string name, uint32_t version) {
  const onnx_row *row = bsearch(&name, onnx_rows, sizeof onnx_rows / sizeof onnx_rows[0],
                                sizeof onnx_rows[0], compare_row);
  if (!row) return 0;
  int since = 0;
  for (const int16_t *next = row->versions; *next != 0 && (uint32_t)abs(*next) <= version; next++)
    since = *next;
  /* A version that the specification withdrew counts as none. */
  return since > 0 ? (uint32_t)since : 0;
}
