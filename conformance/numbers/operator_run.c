/* An operator case in the worker: the model is compiled and run, what came is handed over. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "engine/case_run.h"
#include "engine/layout.h"
#include "engine/observe.h"
#include "graph/tensor.h"
#include "numbers/arithmetic.h"
#include "numbers/operator_cases.h"
#include "numbers/operator_model.h"
#include "numbers/tolerance.h"

static void record_text(test *t, uint32_t kind, const char *what) {
  char text[600];
  snprintf(text, sizeof text, "%s%s%.480s", what, t->error.message[0] ? ": " : "",
           t->error.message);
  record_append(case_log(t), &(record){.kind = kind}, text, NULL, NULL);
}

/* --- how the plugin computes -------------------------------------------------------------------
 */

static tn_status take_precision(void *user, const tn_value *value) {
  ((arithmetic *)user)->precision = arithmetic_precision(value);
  return TN_OK;
}

static tn_status take_controls(void *user, const tn_value *value) {
  if (value->kind != TN_VALUE_LIST) return TN_OK;
  for (uint64_t i = 0; i < value->as.list.count; i++)
    if (value->as.list.items[i].kind == TN_VALUE_STRING)
      arithmetic_take(user, value->as.list.items[i].as.string);
  return TN_OK;
}

static void read_arithmetic(test *t, tn_compiled_model *compiled, arithmetic *how) {
  tn_compiled_model_get_property(compiled, TN_STRING("INFERENCE_PRECISION_HINT"), take_precision,
                                 how, NULL);
  t->plugin->api->get_property(t->plugin, t->device, TN_STRING("FLOAT_CONTROLS"), take_controls,
                               how, NULL);
}

/* The mode's value when the plugin declares it for a compile, else NULL. */
struct mode_wish {
  const char *wanted;
  bool declared;
};

static tn_status find_mode(void *user, const tn_property *const *properties, uint64_t count) {
  struct mode_wish *wish = user;
  for (uint64_t i = 0; i < count; i++) {
    const tn_property *property = properties[i];
    if (!tn_string_equal(property->name, TN_STRING("EXECUTION_MODE_HINT")) ||
        !(property->levels & TN_LEVEL_MODEL) || !(property->flags & TN_PROPERTY_WRITABLE))
      continue;
    for (uint64_t j = 0; j < property->choice_count; j++)
      if (property->choices[j].kind == TN_VALUE_STRING &&
          tn_string_equal(property->choices[j].as.string, tn_string_from(wish->wanted)))
        wish->declared = true;
  }
  return TN_OK;
}

/* --- the run -----------------------------------------------------------------------------------
 */

static tn_compiled_model *compile(test *t, const operator_spec *spec, const operator_data *data,
                                  arithmetic *how) {
  tn_model *model = NULL;
  tn_compiled_model *compiled = NULL;
  const bool fast = spec->kind->clause == 12;
  struct mode_wish wish = {fast ? "PERFORMANCE" : "ACCURACY", false};
  if (operator_model_build(spec, data, &model, &t->error) != TN_OK) {
    record_text(t, RECORD_INFRA, "the suite cannot build the model");
    return NULL;
  }
  t->plugin->api->properties(t->plugin, find_mode, &wish, NULL);
  tn_map_entry mode = {TN_STRING("EXECUTION_MODE_HINT"),
                       tn_value_of_string(tn_string_from(wish.wanted))};
  tn_compile_options options = tn_compile_options_init();
  options.properties = &mode;
  options.property_count = 1;
  const tn_status status = tn_plugin_compile(t->plugin, t->device, model,
                                             wish.declared ? &options : NULL, &compiled, &t->error);
  tn_model_release(model);
  if (status == TN_UNSUPPORTED) {
    record_text(t, RECORD_UNSUPPORTED, "compile");
    return NULL;
  }
  if (!test_record_status(t, status, TN_OK, "compile(plugin, device, model, &compiled, &t->error)",
                          __FILE__, __LINE__))
    return NULL;
  test_adopt_compiled_model(t, compiled);
  if (wish.declared) how->mode = fast ? ARITHMETIC_PERFORMANCE : ARITHMETIC_ACCURACY;
  return compiled;
}

/* A request while its tensors are handed in: in the layout of the case's kind where that differs
 * and is not refused, else dense. */
struct handing {
  test *t;
  const operator_spec *spec;
  tn_infer_request *request;
  uint32_t laid_out;                        /* tensors that were taken in another layout */
  tn_tensor *outputs[OPERATOR_MAX_OUTPUTS]; /* those among them that are outputs */
};

static tn_tensor *in_layout(struct handing *self, const tn_tensor *from) {
  const char *layout = self->spec->kind->layout;
  if (!layout || !layout_applies(layout, from->type, from->rank)) return NULL;
  return layout_tensor(self->t, layout, from->type, from->rank, from->shape);
}

/* Whether the request took it. To refuse strides is legal. */
static bool is_taken(struct handing *self, uint32_t port, tn_tensor *laid) {
  test *t = self->t;
  const tn_status status = tn_infer_request_set_tensor(self->request, port, laid, &t->error);
  if (!test_record_either(t, status, TN_UNSUPPORTED,
                          "set_tensor(request, port, tensor with strides, &t->error)", __FILE__,
                          __LINE__) ||
      status != TN_OK)
    return false;
  self->laid_out++;
  return true;
}

static bool set_input(struct handing *self, uint32_t port, const tn_tensor *from) {
  test *t = self->t;
  tn_tensor *tensor = in_layout(self, from);
  if (tensor && tni_tensor_copy(from, tensor, &t->error) == TN_OK && is_taken(self, port, tensor))
    return true;
  tensor = test_tensor(t, from->type, from->rank, from->shape);
  if (!tensor || tni_tensor_copy(from, tensor, &t->error) != TN_OK) {
    record_text(t, RECORD_INFRA, "the suite cannot make an input");
    return false;
  }
  return test_record_status(t, tn_infer_request_set_tensor(self->request, port, tensor, &t->error),
                            TN_OK, "set_tensor(request, input, tensor, &t->error)", __FILE__,
                            __LINE__);
}

static bool set_inputs(struct handing *self, const operator_data *data) {
  uint32_t port = 0;
  for (uint32_t i = 0; i < self->spec->input_count; i++) {
    const tn_tensor *from = data->inputs[i];
    if (from && !self->spec->inputs[i].constant && !set_input(self, port++, from)) return false;
  }
  return true;
}

/* Output tensors in the layout of the kind; those whose shape is not known are the request's own.
 */
static void set_outputs(struct handing *self, const tn_port_list *ports) {
  for (uint32_t i = 0; self->spec->kind->layout && i < self->spec->row->outputs; i++) {
    const tn_value_info *info = ports->outputs[i];
    int64_t shape[TN_MAX_RANK];
    bool known = info->flags & TN_VALUE_HAS_RANK && info->rank <= TN_MAX_RANK;
    for (uint32_t j = 0; known && j < info->rank; j++) {
      shape[j] = info->dimensions[j].min;
      known = shape[j] == info->dimensions[j].max;
    }
    if (!known) continue;
    const tn_tensor like = {.type = info->type, .rank = info->rank, .shape = shape};
    tn_tensor *laid = in_layout(self, &like);
    if (laid && is_taken(self, ports->input_count + i, laid)) self->outputs[i] = laid;
  }
}

static void hand_over(const struct handing *self, const tn_port_list *ports) {
  test *t = self->t;
  for (uint32_t i = 0; i < self->spec->row->outputs; i++) {
    tn_tensor *tensor = self->outputs[i];
    if (tensor) {
      const uint64_t changed = layout_changed_gaps(t, self->spec->kind->layout, tensor);
      EXPECT_THAT(changed == 0, "the bytes between the elements of output %u stay; %llu changed", i,
                  (unsigned long long)changed);
    }
    const tn_status status = tensor
                                 ? TN_OK
                                 : tn_infer_request_get_tensor(
                                       self->request, ports->input_count + i, &tensor, &t->error);
    if (test_record_status(t, status, TN_OK, "get_tensor(request, output, &tensor, &t->error)",
                           __FILE__, __LINE__))
      test_expect_output(t, tensor, self->spec->name, i, t->seed, 0);
  }
}

/* Whether numbers of the precision tell the steps of a quantized type from what lies half way. */
static bool holds_steps(const arithmetic *how, uint32_t type) {
  const real_type *precision = real_type_of(how->precision);
  return !precision || ldexp(precision->unit_roundoff, (int)tn_element_type_bits(type) + 2) <= 1;
}

/* Whether a departure is declared for the type of an input or output. */
static bool declares(const arithmetic *how, const tn_port_list *ports, uint32_t control) {
  for (uint32_t i = 0; i < ports->input_count; i++)
    if (arithmetic_controls(how, ports->inputs[i]->type) & control) return true;
  for (uint32_t i = 0; i < ports->output_count; i++)
    if (arithmetic_controls(how, ports->outputs[i]->type) & control) return true;
  return false;
}

static void run(test *t, const operator_spec *spec, const operator_data *data) {
  arithmetic how = {.precision = TN_ANY_TYPE};
  tn_compiled_model *compiled = compile(t, spec, data, &how);
  if (!compiled) return;
  read_arithmetic(t, compiled, &how);
  const bool special = spec->fill == 's' || spec->fill == 'f' || spec->fill == 'b';
  const tn_port_list *ports = tn_compiled_model_ports(compiled);
  if (special && ports && declares(&how, ports, ARITHMETIC_NO_SPECIALS)) {
    test_record_not_applicable(t, "the plugin declares that NaN and infinities are not preserved");
    return;
  }
  if (spec->fill == 'q' && !holds_steps(&how, spec->type)) {
    test_record_not_applicable(t, "the model computes in a precision that has not all steps");
    return;
  }
  record_append(case_log(t), &(record){.kind = RECORD_ARITHMETIC, .data_length = sizeof how}, NULL,
                NULL, &how);
  struct handing handing = {.t = t, .spec = spec, .request = test_request(t, compiled)};
  if (!handing.request || !set_inputs(&handing, data)) return;
  set_outputs(&handing, ports);
  if (spec->kind->layout && handing.laid_out == 0) {
    test_record_not_applicable(t, "the device refuses tensors with strides");
    return;
  }
  if (test_record_status(t, tn_infer_request_infer(handing.request, &t->error), TN_OK,
                         "infer(request, &t->error)", __FILE__, __LINE__))
    hand_over(&handing, ports);
}

void operator_case_run(test *t) {
  char name[SPEC_NAME_SIZE + TEST_PARAMETER_SIZE];
  operator_spec spec;
  operator_data data = {{NULL}};
  snprintf(name, sizeof name, "operator.%s/%s", t->check->name, t->parameter);
  tn_status status = spec_parse(name, &spec, &t->error);
  if (status == TN_OK) status = operator_data_fill(&spec, t->seed, &data, &t->error);
  if (status == TN_OK)
    run(t, &spec, &data);
  else
    record_text(t, RECORD_INFRA, "the suite cannot make the case");
  operator_data_clear(&data);
}
