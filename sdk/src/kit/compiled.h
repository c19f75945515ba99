/** @file
 *  What the kit's files share of compiled models and requests.
 */
#ifndef TENON_KIT_COMPILED_H
#define TENON_KIT_COMPILED_H

#include "kit/engine.h"
#include "tenon/kit/request.h"

/** A variable of a model. */
typedef struct tni_kit_variable {
  tn_string name;             /**< Borrowed from the model. */
  const tn_value_info *value; /**< What it holds, borrowed from the model. */
  tn_tensor *initial; /**< Its initial value when that is a constant, borrowed; else NULL. */
} tni_kit_variable;

/** Finds the variables of a model. */
tn_status tni_kit_find_variables(tn_kit_compiled *compiled, tn_error *error);

/** tn_compiled_model_api::create_request. */
tn_status tni_kit_request_create(tn_compiled_model *model, const tn_create_request_options *options,
                                 tn_infer_request **out, tn_error *error);

/** Frees a compiled model, also one made by half. */
void tni_kit_compiled_destroy(tn_kit_compiled *compiled);

/** The table "tn.runtime_model/1". */
extern const tn_runtime_model_api tni_kit_runtime_model_api;

#endif
