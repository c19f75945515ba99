/* Nodes of older operator sets whose form or meaning has changed since: each in its old form, for
 * the plugin, and with the same meaning in the newest set, for the reference. */
#include <stdbool.h>
#include <string.h>

#include "engine/model_draft.h"
#include "ops/operator.h"

/* A model of one node while it is drafted. */
struct form {
  struct draft d;
  uint32_t set; /* 0: in the newest form */
};

/* The version of an operator in the set of the form. */
static tni_value *add_node(struct form *form, const char *name, const char *operation,
                           uint32_t count, tni_value *const *inputs, tni_node **node) {
  const uint32_t set = form->set ? form->set : TN_ONNX_OPERATOR_SET;
  return add_node_of(&form->d, "", name, operation,
                     tni_onnx_since_version(tn_string_from(operation), set), count, inputs, node);
}

static tni_value *input_of(struct form *form, uint32_t rank, const int64_t *shape) {
  tn_dimension dimensions[TN_MAX_RANK];
  for (uint32_t i = 0; i < rank; i++)
    dimensions[i] = fixed(shape[i]);
  return add_input(&form->d, "x", TN_F32, rank, dimensions);
}

/* What shape inference does not tell of an older version. */
static void set_shape(struct form *form, tni_value *value, uint32_t rank, const int64_t *shape) {
  tn_dimension dimensions[TN_MAX_RANK];
  for (uint32_t i = 0; i < rank; i++)
    dimensions[i] = fixed(shape[i]);
  if (form->d.status != TN_OK || !form->set) return;
  tni_value_set_type(value, TN_F32);
  form->d.status = tni_value_set_shape(value, rank, dimensions, form->d.error);
}

static tni_value *written(struct form *form, const char *name, uint32_t type, uint32_t rank,
                          int64_t count, const void *elements) {
  return add_written(&form->d, name, type, rank, count, elements);
}

static tni_value *whole(struct form *form, const char *name, int64_t count,
                        const int64_t *elements) {
  return written(form, name, TN_I64, 1, count, elements);
}

static void set_int(struct form *form, tni_node *node, const char *name, int64_t number) {
  struct draft *d = &form->d;
  if (d->status == TN_OK)
    d->status = tni_node_set_int(node, tn_string_from(name), number, d->error);
}

static void set_float(struct form *form, tni_node *node, const char *name, float number) {
  struct draft *d = &form->d;
  if (d->status == TN_OK)
    d->status = tni_node_set_float(node, tn_string_from(name), number, d->error);
}

/* A list of numbers: an attribute of the old form, an input of the newest one. */
static tni_value *with_list(struct form *form, const char *operation, tni_value *x,
                            const char *name, uint32_t count, const int64_t *numbers,
                            tni_node **node) {
  struct draft *d = &form->d;
  if (!form->set) {
    tni_value *inputs[] = {x, whole(form, name, count, numbers)};
    return add_node(form, "node", operation, 2, inputs, node);
  }
  tni_value *y = add_node(form, "node", operation, 1, &x, node);
  if (d->status == TN_OK)
    d->status = tni_node_set_ints(*node, tn_string_from(name), count, numbers, d->error);
  return y;
}

/* --- the models */

/* Until version 13 the axes from the first one on counted as one, and the first one was 1. */
static tni_value *coerced(struct form *form, const char *operation) {
  static const int64_t shape[] = {2, 3, 4}, rows[] = {2, 12};
  tni_value *x = input_of(form, 3, shape);
  if (form->set) return add_node(form, "node", operation, 1, &x, NULL);
  tni_value *flat =
      add_node(form, "rows", "Reshape", 2, (tni_value *[]){x, whole(form, "flat", 2, rows)}, NULL);
  tni_value *y = add_node(form, "node", operation, 1, &flat, NULL);
  return add_node(form, "back", "Reshape", 2, (tni_value *[]){y, whole(form, "shape", 3, shape)},
                  NULL);
}

static tni_value *softmax(struct form *form) {
  static const int64_t shape[] = {2, 3, 4};
  tni_value *y = coerced(form, "Softmax");
  set_shape(form, y, 3, shape);
  return y;
}

static tni_value *log_softmax(struct form *form) {
  static const int64_t shape[] = {2, 3, 4};
  tni_value *y = coerced(form, "LogSoftmax");
  set_shape(form, y, 3, shape);
  return y;
}

/* A reader of the newest form finds no axes, and reduces all. */
static tni_value *reduced(struct form *form, const char *operation) {
  static const int64_t shape[] = {2, 3, 4}, axes[] = {1}, left[] = {2, 1, 4};
  tni_node *node = NULL;
  tni_value *y = with_list(form, operation, input_of(form, 3, shape), "axes", 1, axes, &node);
  set_shape(form, y, 3, left);
  return y;
}

static tni_value *reduce_sum(struct form *form) {
  return reduced(form, "ReduceSum");
}

static tni_value *reduce_mean(struct form *form) {
  return reduced(form, "ReduceMean");
}

static tni_value *squeeze(struct form *form) {
  static const int64_t shape[] = {1, 3, 1, 2}, axes[] = {0}, left[] = {3, 1, 2};
  tni_node *node = NULL;
  tni_value *y = with_list(form, "Squeeze", input_of(form, 4, shape), "axes", 1, axes, &node);
  set_shape(form, y, 3, left);
  return y;
}

static tni_value *unsqueeze(struct form *form) {
  static const int64_t shape[] = {3, 2}, axes[] = {0, 3}, made[] = {1, 3, 2, 1};
  tni_node *node = NULL;
  tni_value *y = with_list(form, "Unsqueeze", input_of(form, 2, shape), "axes", 2, axes, &node);
  set_shape(form, y, 4, made);
  return y;
}

static tni_value *pad(struct form *form) {
  static const int64_t shape[] = {3, 4}, pads[] = {1, 0, 0, 2}, padded[] = {4, 6};
  tni_node *node = NULL;
  tni_value *y = with_list(form, "Pad", input_of(form, 2, shape), "pads", 4, pads, &node);
  set_shape(form, y, 2, padded);
  return y;
}

static tni_value *clip(struct form *form) {
  static const int64_t shape[] = {4, 8};
  static const float bounds[] = {-0.25F, 0.5F};
  static const char *const names[] = {"min", "max"};
  tni_value *inputs[3] = {input_of(form, 2, shape)};
  tni_node *node = NULL;
  for (int i = 0; i < 2 && !form->set; i++)
    inputs[1 + i] = written(form, names[i], TN_F32, 0, 1, &bounds[i]);
  tni_value *y = add_node(form, "node", "Clip", form->set ? 1 : 3, inputs, &node);
  for (int i = 0; i < 2 && form->set; i++)
    set_float(form, node, names[i], bounds[i]);
  set_shape(form, y, 2, shape);
  return y;
}

/* Until version 7 the second operand was laid along the axes that the node names. */
static tni_value *add(struct form *form) {
  static const int64_t shape[] = {4, 4}, column[] = {4, 1};
  tni_value *inputs[] = {input_of(form, 2, shape),
                         add_constant(&form->d, "b", TN_F32, 1, shape, 7)};
  tni_node *node = NULL;
  if (!form->set)
    inputs[1] = add_node(form, "column", "Reshape", 2,
                         (tni_value *[]){inputs[1], whole(form, "shape", 2, column)}, NULL);
  tni_value *y = add_node(form, "node", "Add", 2, inputs, &node);
  if (form->set) set_int(form, node, "broadcast", 1);
  if (form->set) set_int(form, node, "axis", 0);
  set_shape(form, y, 2, shape);
  return y;
}

static void set_text(struct form *form, tni_node *node, const char *name, const char *text) {
  struct draft *d = &form->d;
  if (d->status == TN_OK)
    d->status = tni_node_set_string(node, tn_string_from(name), tn_string_from(text), d->error);
}

/* Version 11 has a region before the scales, and other places of the elements by default. */
static tni_value *resize(struct form *form) {
  static const int64_t shape[] = {1, 1, 2, 3}, grown[] = {1, 1, 4, 6};
  static const float scales[] = {1, 1, 2, 2};
  tni_value *x = input_of(form, 4, shape), *by = written(form, "scales", TN_F32, 1, 4, scales);
  tni_value *inputs[] = {x, form->set ? by : NULL, by};
  tni_node *node = NULL;
  tni_value *y = add_node(form, "node", "Resize", form->set ? 2 : 3, inputs, &node);
  set_text(form, node, "mode", "linear");
  if (!form->set) set_text(form, node, "coordinate_transformation_mode", "asymmetric");
  set_shape(form, y, 4, grown);
  return y;
}

/* --- the list */

static const struct {
  const char *name;
  tni_value *(*fill)(struct form *form);
  uint32_t set;
} rows[] = {
#define VERSION_ROW(name, set) {#name "_" #set, name, set},
    SUITE_VERSION_MAP(VERSION_ROW)
#undef VERSION_ROW
};

static tn_status build(const tni_environment *environment, const char *name, bool old,
                       tn_model **out, tn_error *error) {
  size_t row = 0;
  while (row < sizeof rows / sizeof *rows && strcmp(rows[row].name, name) != 0)
    row++;
  if (row == sizeof rows / sizeof *rows)
    return tni_fail(error, TN_NOT_FOUND, "the suite has no old form %s", name);
  struct form form = {begin(environment, name, error), old ? rows[row].set : 0};
  if (form.d.status == TN_OK && old)
    form.d.status = tni_model_set_operator_set(form.d.model, TN_STRING(""), form.set, error);
  add_output(&form.d, rows[row].fill(&form));
  return finish(&form.d, out);
}

tn_status suite_build_old_form(const tni_environment *environment, const char *name, tn_model **out,
                               tn_error *error) {
  return build(environment, name, true, out, error);
}

#define BUILD_NEWEST(name, set)                                                            \
  tn_status suite_build_##name##_##set(const tni_environment *environment, tn_model **out, \
                                       tn_error *error) {                                  \
    return build(environment, #name "_" #set, false, out, error);                          \
  }
SUITE_VERSION_MAP(BUILD_NEWEST)
