/* An operator case in the worker: the model is compiled and run, what came is handed over. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "engine/case_run.h"
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

static bool set_inputs(test *t, const operator_spec *spec, const operator_data *data,
                       tn_infer_request *request) {
  uint32_t port = 0;
  for (uint32_t i = 0; i < spec->input_count; i++) {
    const tn_tensor *from = data->inputs[i];
    if (!from || spec->inputs[i].constant) continue;
    tn_tensor *tensor = test_tensor(t, from->type, from->rank, from->shape);
    if (!tensor || tni_tensor_copy(from, tensor, &t->error) != TN_OK) {
      record_text(t, RECORD_INFRA, "the suite cannot make an input");
      return false;
    }
    if (!test_record_status(t, tn_infer_request_set_tensor(request, port++, tensor, &t->error),
                            TN_OK, "set_tensor(request, input, tensor, &t->error)", __FILE__,
                            __LINE__))
      return false;
  }
  return true;
}

static void hand_over(test *t, const operator_spec *spec, tn_compiled_model *compiled,
                      tn_infer_request *request) {
  const tn_port_list *ports = tn_compiled_model_ports(compiled);
  for (uint32_t i = 0; i < spec->row->outputs; i++) {
    tn_tensor *tensor = NULL;
    const tn_status status =
        tn_infer_request_get_tensor(request, ports->input_count + i, &tensor, &t->error);
    if (test_record_status(t, status, TN_OK, "get_tensor(request, output, &tensor, &t->error)",
                           __FILE__, __LINE__))
      test_expect_output(t, tensor, spec->name, i, t->seed, 0);
  }
}

/* Whether numbers of the precision tell the steps of a quantized type from what lies half way. */
static bool holds_steps(const arithmetic *how, uint32_t type) {
  const real_type *precision = real_type_of(how->precision);
  return !precision || ldexp(precision->unit_roundoff, (int)tn_element_type_bits(type) + 2) <= 1;
}

static void run(test *t, const operator_spec *spec, const operator_data *data) {
  arithmetic how = {.precision = TN_ANY_TYPE};
  tn_compiled_model *compiled = compile(t, spec, data, &how);
  if (!compiled) return;
  read_arithmetic(t, compiled, &how);
  const bool special = spec->fill == 's' || spec->fill == 'f' || spec->fill == 'b';
  if (special && (arithmetic_controls(&how, spec->type) & ARITHMETIC_NO_SPECIALS)) {
    test_record_not_applicable(t, "the plugin declares that NaN and infinities are not preserved");
    return;
  }
  if (spec->fill == 'q' && !holds_steps(&how, spec->type)) {
    test_record_not_applicable(t, "the model computes in a precision that has not all steps");
    return;
  }
  record_append(case_log(t), &(record){.kind = RECORD_ARITHMETIC, .data_length = sizeof how}, NULL,
                NULL, &how);
  tn_infer_request *request = test_request(t, compiled);
  if (!request || !set_inputs(t, spec, data, request)) return;
  if (test_record_status(t, tn_infer_request_infer(request, &t->error), TN_OK,
                         "infer(request, &t->error)", __FILE__, __LINE__))
    hand_over(t, spec, compiled, request);
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
