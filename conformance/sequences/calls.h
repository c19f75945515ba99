/** @file
 *  What rows of the table of calls are written with. A row is
 *
 *  @code
 *  TN_SEQUENCE_CALL(infer, SEQUENCE_IN_ALL, 10, SEQUENCE_REQUESTS, 0, 0, 0,
 *                   tn_infer_request_infer(request[ARG0], &error)) {
 *    ... what is asked of the call: fill `ask`, move `m` on ...
 *  }
 *  TN_SEQUENCE_LEGAL(infer) {
 *    ... whether the behaviour of the call is defined now ...
 *  }
 *  @endcode
 *  The expression is compiled into the suite and, with its arguments put in, printed into the
 * program that repeats a failure: the same source is what failed and what is shown. The words that
 * it may use are those of this file and of tenon/testing/sequence.h.
 */
#ifndef TENON_CONFORMANCE_SEQUENCE_CALLS_H
#define TENON_CONFORMANCE_SEQUENCE_CALLS_H

#include "sequences/rules.h"
#include "sequences/world.h"

#define TNI_SEQUENCE_ROW(identifier, kinds_, weight_, form_, a, b, c, d, expression, text_, out_, \
                         place_)                                                                  \
  static bool legal_##identifier(const sequence_state *m, const uint32_t *arg);                   \
  static void apply_##identifier(sequence_state *m, const uint32_t *arg, sequence_ask *ask);      \
  static tn_status make_##identifier(sequence_world *w, const uint32_t *arg) {                    \
    (void)w, (void)arg;                                                                           \
    return (expression);                                                                          \
  }                                                                                               \
  const sequence_call sequence_call_##identifier = {.name = #identifier,                          \
                                                    .kinds = (kinds_),                            \
                                                    .weight = (weight_),                          \
                                                    .form = (form_),                              \
                                                    .bounds = {(a), (b), (c), (d)},               \
                                                    .text = (text_),                              \
                                                    .out = (out_),                                \
                                                    .legal = legal_##identifier,                  \
                                                    .apply = apply_##identifier,                  \
                                                    .make = make_##identifier,                    \
                                                    .place = (place_)};                           \
  static void apply_##identifier(sequence_state *m, const uint32_t *arg, sequence_ask *ask)

/** A row: a call that gives a status. Begins a line, so that the table finds it.
 *  @param a to d: arguments are below these; 0: not used */
#define TN_SEQUENCE_CALL(identifier, kinds, weight, a, b, c, d, expression)                        \
  TNI_SEQUENCE_ROW(identifier, kinds, weight, SEQUENCE_CALLS, a, b, c, d, expression, #expression, \
                   NULL, NULL)

/** A row: something that cannot fail, and is no call of the plugin that gives a status. */
#define TN_SEQUENCE_DEED(identifier, kinds, weight, a, b, c, d, expression)                       \
  TNI_SEQUENCE_ROW(identifier, kinds, weight, SEQUENCE_DOES, a, b, c, d, expression, #expression, \
                   NULL, NULL)

/** A row: a call with an out-parameter, which stays untouched when the call fails. */
#define TN_SEQUENCE_GIFT(identifier, kinds, weight, a, b, c, d, given, expression)                 \
  static void *place_##identifier(sequence_world *w, const uint32_t *arg) {                        \
    (void)arg;                                                                                     \
    return &(given);                                                                               \
  }                                                                                                \
  TNI_SEQUENCE_ROW(identifier, kinds, weight, SEQUENCE_GIVES, a, b, c, d, expression, #expression, \
                   #given, place_##identifier)

/** When the behaviour of a row is defined. */
#define TN_SEQUENCE_LEGAL(identifier) \
  static bool legal_##identifier(const sequence_state *m, const uint32_t *arg)

/** @name Words of the expressions
 *  @{ */
#define ARG0                                  (arg[0])
#define ARG1                                  (arg[1])
#define ARG2                                  (arg[2])
#define ARG3                                  (arg[3])
#define error                                 (w->t->error)
#define device                                (w->t->device)
#define plugin                                (w->t->plugin)
#define compiled                              (w->compiled)
#define request                               (w->requests)
#define tensor                                (w->tensors)
#define state                                 (w->states)
#define context                               (w->contexts)
#define got                                   (w->got)
#define model_of(slot)                        world_model(w, slot)
#define refused_model()                       world_refused_model(w)
#define exports_of(slot)                      world_exports(w, slot)
#define imports_of()                          world_imports(w)
#define into(slot)                            world_into(w, slot)
#define into_nowhere()                        world_into_nowhere(w)
#define from(slot, in_memory)                 world_from(w, slot, in_memory)
#define half_of(slot)                         world_half_of(w, slot)
#define head_of(slot)                         world_head(w, slot), world_head_size(w, slot)
#define drop_blob(slot)                       world_drop_blob(w, slot)
#define take_value()                          world_value_sink, w
#define make_tensor(slot, model, port, kind)  world_make_tensor(w, slot, model, port, kind)
#define make_remote(slot, model, port, where) world_make_remote(w, slot, model, port, where)
#define release_tensor(slot)                  world_release_tensor(w, slot)
#define fill_tensor(slot)                     world_fill_tensor(w, slot)
#define fill_own(slot, port)                  world_fill_own(w, slot, port)
#define hold_tasks()                          world_hold(w, 1)
#define hold_callbacks()                      world_hold(w, 2)
#define let_go()                              world_let_go(w)
#define start_and_wait(slot, record)          world_start_and_wait(w, slot)
#define wait_elsewhere(slot)                  world_wait_elsewhere(w, slot)
#define in_callback(slot, deed)               world_arm(w, slot, deed)
#define callback(slot, which)                 world_callback(which), world_watch(w, slot)
#define destroy_request(slot)                 world_destroy_request(w, slot)
#define destroy_compiled(slot)                world_destroy_compiled(w, slot)
#define destroy_state(slot)                   world_destroy_state(w, slot)
#define release_context(slot)                 world_release_context(w, slot)
#define find_state(slot, variable)            world_find_state(w, slot, variable)
#define states_of(slot)                       world_states(w, slot)
#define batches_of(slot)                      world_batches(w, slot)
#define remote_of()                           world_remote(w)
#define profiling_of(slot)                    world_profiling(w, slot)
#define take_profile()                        world_profile_sink, w
#define take_answers()                        world_query_sink, w
#define unknown_flags(type)                   (&(const type){.size = TN_SIZE(type), .flags = 1u << 31})
#define with_perf_count()                     world_perf_count()
#define unknown_property()                    world_unknown_property(), 1

#define ITEMS(...) \
  (tn_tensor *const[]){__VA_ARGS__}, sizeof((tn_tensor *const[]){__VA_ARGS__}) / sizeof(tn_tensor *)
/** @} */

#endif
