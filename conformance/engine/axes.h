/** @file
 *  What many checks are run for: models, element types, ports of the carrier.
 */
#ifndef TENON_CONFORMANCE_AXES_H
#define TENON_CONFORMANCE_AXES_H

#include "engine/check.h"

/** Models of models.h, but for those that nobody supports (.name_at). */
const char *axis_model(uint32_t index);

/** Element types as the header names them, without TN_ (.name_at). */
const char *axis_element_type(uint32_t index);

/** The code of a type of axis_element_type. */
uint32_t axis_element_type_code(const char *name);

/** Name of the model "move_..." whose input is of that type, for the check. */
const char *axis_move_of(test *t, const char *type);

/** @name Ports of the carrier: "input0", "output0" (.found)
 *  @{ */
void axis_ports(test *t, test_parameters *found);
void axis_inputs(test *t, test_parameters *found);
void axis_outputs(test *t, test_parameters *found);
/** @} */

/** A port of the carrier. */
typedef struct axis_port {
  uint32_t number;            /**< As set_tensor takes it. */
  uint32_t index;             /**< Among the inputs, or among the outputs. */
  bool is_input;              /**< Or an output. */
  const tn_value_info *info;  /**< What the model says of it. */
  int64_t shape[TN_MAX_RANK]; /**< As the cases use it: unknown dimensions are 4, clipped. */
} axis_port;

/** The port that t->parameter names, or that its part before the first ':' names. False after a
 * note. */
bool axis_port_of(test *t, axis_port *out);

/** A tensor that fits the port, filled from the case's seed; see test_tensor. */
tn_tensor *axis_tensor(test *t, const axis_port *port);

/** Adds each name of a list, ended by NULL, for each port: "input0:NAME". */
void axis_add_for_ports(test *t, test_parameters *found, bool inputs, bool outputs,
                        const char *const *names);

/** What t->parameter says behind its ':'; empty when there is none. */
const char *axis_rest(const test *t);

#endif
