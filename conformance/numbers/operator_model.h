/** @file
 *  The data and the model of an operator case. Everything comes from the case's name and seed.
 */
#ifndef TENON_CONFORMANCE_OPERATOR_MODEL_H
#define TENON_CONFORMANCE_OPERATOR_MODEL_H

#include "base/environment.h"
#include "numbers/operator_spec.h"

/** The tensors of a case, one for each input; NULL where one is left out. */
typedef struct operator_data {
  tn_tensor *inputs[SPEC_MAX_INPUTS];
} operator_data;

enum {
  OPERATOR_MAX_OUTPUTS = 4 /**< Most outputs of a case. */
};

/** Fills the inputs of a case.
 *  @param out zeroed; to be given back with operator_data_clear, also after a failure */
tn_status operator_data_fill(const operator_spec *spec, uint64_t seed, operator_data *out,
                             tn_error *error);

/** Releases the tensors. */
void operator_data_clear(operator_data *data);

/** The same data with all real elements as f64, changed by `change` (NULL: as they are). */
tn_status operator_data_promote(const operator_spec *spec, const operator_data *data,
                                double (*change)(double value, double parameter), double parameter,
                                operator_data *out, tn_error *error);

/** Builds the model for data of these types and shapes; constants are taken from it. */
tn_status operator_model_build(const operator_spec *spec, const operator_data *data, tn_model **out,
                               tn_error *error);

/** Runs the operator's reference kernel on the data. Each output receives a reference. */
tn_status operator_evaluate(const operator_spec *spec, const operator_data *data,
                            tn_tensor *outputs[OPERATOR_MAX_OUTPUTS], uint32_t *count,
                            tn_error *error);

#endif
