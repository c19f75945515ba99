/** @file
 *  Calls that every plugin has to refuse, as one table.
 */
#ifndef TENON_CONFORMANCE_FAILING_CALLS_H
#define TENON_CONFORMANCE_FAILING_CALLS_H

#include "engine/check.h"

/** What the calls work on. */
typedef struct failing_scene {
  tn_plugin *plugin;         /**< The engine. */
  tn_string device;          /**< The tested device. */
  tn_model *carrier;         /**< A model that compiles. */
  tn_model *refused;         /**< A model that does not. */
  tn_compiled_model *model;  /**< The carrier, compiled. */
  tn_infer_request *request; /**< With inputs set. */
  uint32_t port_count;       /**< Of the request. */
  tn_tensor *wrong;          /**< A tensor whose element type fits no port of the carrier. */
  void *out;                 /**< What the call was given as *out: must stay test_poison(). */
} failing_scene;

/** One of the calls. */
typedef struct failing_call {
  const char *id;                                          /**< "compile_unknown_device". */
  const char *name;                                        /**< "compile for an unknown device". */
  tn_status status;                                        /**< What it has to give. */
  bool has_out;                                            /**< It has an out-parameter. */
  tn_status (*run)(failing_scene *scene, tn_error *error); /**< Makes the call. */
} failing_call;

/** The table. */
extern const failing_call failing_calls[];

/** Its length. */
extern const uint32_t failing_call_count;

/** Their ids, as parameters of checks. */
const char *failing_call_at(uint32_t index);

/** The ids of those with an out-parameter. */
const char *failing_call_with_out_at(uint32_t index);

/** The call that a case is run for. */
const failing_call *failing_call_of(const test *t);

/** Makes what the calls work on; objects live until the check returns. */
bool failing_scene_create(test *t, failing_scene *scene);

#endif
