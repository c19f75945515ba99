/** @file
 *  What rows of the table of calls are made of: what is asked, and how the objects move on.
 */
#ifndef TENON_CONFORMANCE_SEQUENCE_RULES_H
#define TENON_CONFORMANCE_SEQUENCE_RULES_H

#include "sequences/sequence.h"

/** @name What is asked
 *  @{ */

/** Just this status. */
void ask_for(sequence_ask *ask, uint32_t clause, tn_status status);

/** This one as well. */
void ask_also(sequence_ask *ask, tn_status status);

/** One of these. */
void ask_one_of(sequence_ask *ask, uint32_t clause, const sequence_statuses *set);

/** Any failure. */
void ask_failure(sequence_ask *ask, uint32_t clause);
/** @} */

/** @name Sets of statuses
 *  @{ */
void statuses_add(sequence_statuses *set, tn_status status);
void statuses_join(sequence_statuses *set, const sequence_statuses *more);
/** @} */

/** @name Moving on
 *  @{ */

/** The request of a slot that exists, or NULL. */
const sequence_request *request_at(const sequence_state *m, uint32_t slot);

/** Whether a model has requests. */
bool has_requests(const sequence_state *m, uint32_t slot);

/** Whether an inference of the request surely is in flight, or surely none is. */
bool is_decided(const sequence_request *self);

/** Whether the request is idle and nothing is held. */
bool is_free(const sequence_state *m, const sequence_request *self);

/** What a model has as port or, behind the ports, as variable; NULL when it has no such. */
const sequence_place *place_at(const sequence_facts *facts, uint32_t port);

/** The facts of a request's model. */
const sequence_facts *facts_of(const sequence_state *m, const sequence_request *self);

/** Whether type and shape of a tensor fit; a difference is added to what is asked. */
bool tensor_fits(const sequence_place *place, const sequence_tensor *self, sequence_ask *ask,
                 uint32_t type_clause, uint32_t shape_clause);

/** Whether the model has the port. */
bool is_port(const sequence_state *m, const sequence_request *self, uint32_t port);

/** Whether the port is none of the inputs. */
bool is_output(const sequence_state *m, const sequence_request *self, uint32_t port);

/** Whether some output of some request is this tensor. */
bool is_written(const sequence_state *m, uint32_t slot);

/** In flight every call is refused with BUSY, if it is not refused for what else is wrong with it.
 */
void ask_busy(const sequence_request *self, sequence_ask *ask, uint32_t clause);

/** A port lets go of the tensor or the batch that was set. */
void unset_port(sequence_state *m, sequence_port *port);

/** A tensor that nobody holds is gone. */
void settle_tensor(sequence_tensor *self);

/** Whether a request in flight uses the tensor. */
bool is_in_use(const sequence_state *m, uint32_t slot);

/** Whether an inference of the request is defined: every input has elements that fit. */
bool can_run(const sequence_state *m, const sequence_request *self);

/** How an inference of the request ends; clause and statuses. */
void ask_run(const sequence_state *m, const sequence_request *self, sequence_ask *ask);

/** An inference of the request has ended well, or with `failed` or in doubt not: its outputs and
 * variables are what they became. */
void note_run(sequence_state *m, sequence_request *self, bool failed);

/** Whether the outputs of the latest inference can be computed. */
bool outputs_are_known(const sequence_state *m, const sequence_request *self);

/** The latest inference of the request may not have ended well. */
void note_doubt(sequence_state *m, sequence_request *self);

/** Adds an event to what a request has seen. */
void add_event(sequence_state *m, sequence_request *self, const sequence_event *event);

/** The callback of the generation in flight has run, with what it was armed with. */
void note_callback(sequence_state *m, sequence_request *self);

/** Another filling. */
uint64_t next_seed(sequence_state *m);
/** @} */

#endif
