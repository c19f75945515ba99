/** @file
 *  TEMPLATE that misbehaves in one case alone: whenever the model that was compiled last is the
 * suite's small network, `infer` does what its file defines; where that defines IN_DESTROY, the
 * compiled model's destroy does. All other cases have to be judged as on TEMPLATE, in the same
 * process or in the one that takes over.
 *
 *  The first line of a file says what the case has to end as: state and clause.
 */
#ifndef TENON_CONFORMANCE_BEHAVIOUR_H
#define TENON_CONFORMANCE_BEHAVIOUR_H

#include "saboteur.h"

/** What goes wrong; called after the inference, or without a request after the model's end. */
static void misbehave(tn_infer_request *request);

static atomic_int armed;
static tn_status (*compile_below)(tn_plugin *plugin, tn_string device, tn_model *model,
                                  const tn_compile_options *options, tn_compiled_model **out,
                                  tn_error *error);

static tn_status compile(tn_plugin *plugin, tn_string device, tn_model *model,
                         const tn_compile_options *options, tn_compiled_model **out,
                         tn_error *error) {
  armed = model && tn_string_equal(model->name, TN_STRING("network_f32"));
  return compile_below(plugin, device, model, options, out, error);
}

static void change_plugin(tn_plugin_api *api) {
  compile_below = api->compile;
  api->compile = compile;
}

#if defined(IN_DESTROY)
static void destroy_model(tn_compiled_model *model) {
  honest_model->destroy(model);
  if (armed) misbehave(NULL);
}

static void change_model(tn_compiled_model_api *api) {
  api->destroy = destroy_model;
}

const saboteur_hooks saboteur = {.plugin = change_plugin, .compiled_model = change_model};
#else
static tn_status infer(tn_infer_request *request, tn_error *error) {
  tn_status status = honest_request->infer(request, error);
  if (armed) misbehave(request);
  return status;
}

static void change_request(tn_infer_request_api *api) {
  api->infer = infer;
}

const saboteur_hooks saboteur = {.plugin = change_plugin, .request = change_request};
#endif

#endif
