/* A device that multiplies bytes: it takes Conv and MatMul between QuantizeLinear and
 * DequantizeLinear, all nodes of such a group together, and nothing else. */
/* options: --profile QUANTIZED */
#include "variant.h"

#include "quantized_groups.h"

static const bool group_has_reals_at_ports = true;

static bool runs_apart(const tn_node *node) {
  (void)node;
  return false;
}

static int variant_supports(const tn_node *node) {
  return may_be_in_group(node);
}

/* TEMPLATE's own, under other names. */
tn_status query_each_by_itself(const tn_kit_call *call, tn_model *model, tn_kit_answers *answers,
                               tn_error *error);
tn_status compile_any(tn_kit_compiled *compiled, const tn_kit_call *call, tn_model *model,
                      tn_error *error);

#define template_query query_each_by_itself
#include "query.c"
#undef template_query
#define template_compile compile_any
#include "compile.c"
#undef template_compile

tn_status template_query(const tn_kit_call *call, tn_model *model, tn_kit_answers *answers,
                         tn_error *error) {
  return query_groups(call, model, answers, error);
}

tn_status template_compile(tn_kit_compiled *compiled, const tn_kit_call *call, tn_model *model,
                           tn_error *error) {
  TN_KIT_TRY(check_groups(call, model->graph, error));
  return compile_any(compiled, call, model, error);
}

#undef TEMPLATE_OPERATOR_PROFILE
#define TEMPLATE_OPERATOR_PROFILE "QUANTIZED"
#include "properties.c"
