/* Compiling, making requests, asking: what an engine and its compiled models are called for. */
#include <string.h>

#include "sequences/calls.h"

/* Whether the model can have one more request at this time. */
static bool has_room(const sequence_state *m, uint32_t slot) {
  const uint32_t most = m->facts[slot].requests;
  uint32_t count = 0;
  for (uint32_t r = 0; r < SEQUENCE_REQUESTS; r++)
    count += request_at(m, r) && m->requests[r].model == slot;
  return most == 0 || count < most;
}

/* Only the carrier has to be supported; what is compiled for a kind of its own may be refused. */
static void ask_compiled(const sequence_state *m, uint32_t slot, sequence_ask *ask) {
  ask_for(ask, TNI_CLAUSE(COMPILE, 7), TN_OK);
  if (strcmp(m->sequence->kind->models[slot], "carrier") == 0) return;
  ask_also(ask, TN_UNSUPPORTED);
  ask->ends = true;
}

TN_SEQUENCE_GIFT(compile, SEQUENCE_IN_ALL, 8, SEQUENCE_MODELS, 0, 0, 0, compiled[ARG0],
                 tn_plugin_compile(plugin, device, model_of(ARG0), NULL, &compiled[ARG0], &error)) {
  ask_compiled(m, arg[0], ask);
  m->models[arg[0]].exists = true;
  m->models[arg[0]].profiled = m->models[arg[0]].imported = false;
}

TN_SEQUENCE_LEGAL(compile) {
  return !m->models[arg[0]].exists && m->hold == 0;
}

TN_SEQUENCE_GIFT(compile_profiled, SEQUENCE_IN_PROFILE, 8, SEQUENCE_MODELS, 0, 0, 0, compiled[ARG0],
                 tn_plugin_compile(plugin, device, model_of(ARG0), with_perf_count(),
                                   &compiled[ARG0], &error)) {
  ask_compiled(m, arg[0], ask);
  m->models[arg[0]].exists = true;
  m->models[arg[0]].profiled = true;
}

TN_SEQUENCE_LEGAL(compile_profiled) {
  return !m->models[arg[0]].exists && m->hold == 0;
}

TN_SEQUENCE_GIFT(compile_on_no_device, SEQUENCE_IN_MODEL | SEQUENCE_IN_REMOTE, 2, SEQUENCE_MODELS,
                 0, 0, 0, compiled[ARG0],
                 tn_plugin_compile(plugin, TN_STRING("no such device"), model_of(ARG0), NULL,
                                   &compiled[ARG0], &error)) {
  (void)m, (void)arg;
  ask_for(ask, TNI_CLAUSE(DEVICE, 7), TN_NOT_FOUND);
}

TN_SEQUENCE_LEGAL(compile_on_no_device) {
  return !m->models[arg[0]].exists && m->hold == 0;
}

TN_SEQUENCE_GIFT(compile_refused, SEQUENCE_IN_MODEL | SEQUENCE_IN_REQUEST, 1, SEQUENCE_MODELS, 0, 0,
                 0, compiled[ARG0],
                 tn_plugin_compile(plugin, device, refused_model(), NULL, &compiled[ARG0],
                                   &error)) {
  (void)m, (void)arg;
  ask_for(ask, TNI_CLAUSE(COMPILE, 4), TN_UNSUPPORTED);
}

TN_SEQUENCE_LEGAL(compile_refused) {
  return !m->models[arg[0]].exists && m->hold == 0;
}

TN_SEQUENCE_CALL(query, SEQUENCE_IN_MODEL, 3, SEQUENCE_MODELS, 0, 0, 0,
                 tn_plugin_query(plugin, device, model_of(ARG0), NULL, take_answers(), &error)) {
  (void)m, (void)arg;
  ask_for(ask, TNI_CLAUSE(QUERY, 5), TN_OK);
}

TN_SEQUENCE_LEGAL(query) {
  (void)arg;
  return m->hold == 0;
}

TN_SEQUENCE_CALL(query_on_no_device, SEQUENCE_IN_MODEL, 2, SEQUENCE_MODELS, 0, 0, 0,
                 tn_plugin_query(plugin, TN_STRING("no such device"), model_of(ARG0), NULL,
                                 take_answers(), &error)) {
  (void)m, (void)arg;
  ask_for(ask, TNI_CLAUSE(DEVICE, 7), TN_NOT_FOUND);
}

TN_SEQUENCE_LEGAL(query_on_no_device) {
  (void)arg;
  return m->hold == 0;
}

/* --- properties that nobody has */

TN_SEQUENCE_CALL(get_unknown_property, SEQUENCE_IN_MODEL, 3, 0, 0, 0, 0,
                 plugin->api->get_property(plugin, device, TN_STRING("NOBODY_HAS_THIS"),
                                           take_value(), &error)) {
  (void)m, (void)arg;
  ask_for(ask, TNI_CLAUSE(PROPERTY, 8), TN_NOT_FOUND);
}

TN_SEQUENCE_LEGAL(get_unknown_property) {
  (void)m, (void)arg;
  return true;
}

TN_SEQUENCE_CALL(set_unknown_property, SEQUENCE_IN_MODEL, 3, 0, 0, 0, 0,
                 plugin->api->set_properties(plugin, TN_STRING(""), unknown_property(), &error)) {
  (void)m, (void)arg;
  ask_for(ask, TNI_CLAUSE(PROPERTY, 8), TN_NOT_FOUND);
}

TN_SEQUENCE_LEGAL(set_unknown_property) {
  (void)m, (void)arg;
  return true;
}

TN_SEQUENCE_CALL(get_unknown_model_property, SEQUENCE_IN_MODEL, 3, SEQUENCE_MODELS, 0, 0, 0,
                 tn_compiled_model_get_property(compiled[ARG0], TN_STRING("NOBODY_HAS_THIS"),
                                                take_value(), &error)) {
  (void)m, (void)arg;
  ask_for(ask, TNI_CLAUSE(PROPERTY, 8), TN_NOT_FOUND);
}

TN_SEQUENCE_LEGAL(get_unknown_model_property) {
  return m->models[arg[0]].exists;
}

TN_SEQUENCE_CALL(set_unknown_model_property, SEQUENCE_IN_MODEL, 3, SEQUENCE_MODELS, 0, 0, 0,
                 tn_compiled_model_set_properties(compiled[ARG0], unknown_property(), &error)) {
  (void)m, (void)arg;
  ask_for(ask, TNI_CLAUSE(PROPERTY, 8), TN_NOT_FOUND);
}

TN_SEQUENCE_LEGAL(set_unknown_model_property) {
  return m->models[arg[0]].exists;
}

/* --- requests */

TN_SEQUENCE_GIFT(create_request, SEQUENCE_IN_ALL, 10, SEQUENCE_REQUESTS, SEQUENCE_MODELS, 0, 0,
                 request[ARG0],
                 tn_compiled_model_create_request(compiled[ARG1], NULL, &request[ARG0], &error)) {
  sequence_request *self = &m->requests[arg[0]];
  memset(self, 0, sizeof *self);
  self->exists = true;
  self->model = arg[1];
  self->profiled = m->models[arg[1]].profiled;
  self->last = (sequence_statuses){.count = 1, .items = {TN_OK}};
  ask_for(ask, TNI_CLAUSE(REQUEST, 1), TN_OK);
}

TN_SEQUENCE_LEGAL(create_request) {
  return !m->requests[arg[0]].exists && m->models[arg[1]].exists && m->hold == 0 &&
         has_room(m, arg[1]);
}

TN_SEQUENCE_GIFT(create_request_refused, SEQUENCE_IN_ALL, 1, SEQUENCE_REQUESTS, SEQUENCE_MODELS, 0,
                 0, request[ARG0],
                 tn_compiled_model_create_request(compiled[ARG1],
                                                  unknown_flags(tn_create_request_options),
                                                  &request[ARG0], &error)) {
  (void)m, (void)arg;
  ask_for(ask, TNI_CLAUSE(ABI, 6), TN_INVALID_ARGUMENT);
}

TN_SEQUENCE_LEGAL(create_request_refused) {
  return !m->requests[arg[0]].exists && m->models[arg[1]].exists && m->hold == 0;
}

TN_SEQUENCE_DEED(destroy_compiled, SEQUENCE_IN_ALL, 1, SEQUENCE_MODELS, 0, 0, 0,
                 destroy_compiled(ARG0)) {
  m->models[arg[0]].exists = false;
  ask_for(ask, TNI_CLAUSE(LIFE, 5), TN_OK);
}

TN_SEQUENCE_LEGAL(destroy_compiled) {
  return m->models[arg[0]].exists && !has_requests(m, arg[0]) && m->hold == 0;
}
