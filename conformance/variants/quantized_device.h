/* TEMPLATE that asks for and compiles groups as quantized_groups.h has them; included behind what
 * that header leaves to the variant. */
#ifndef TENON_VARIANTS_QUANTIZED_DEVICE_H
#define TENON_VARIANTS_QUANTIZED_DEVICE_H

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

#endif
