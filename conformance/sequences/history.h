/** @file
 *  What a request has seen: the inputs of its inferences and what was done to its variables between
 * them. From it the supervisor computes what outputs and variables must be.
 */
#ifndef TENON_CONFORMANCE_SEQUENCE_HISTORY_H
#define TENON_CONFORMANCE_SEQUENCE_HISTORY_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/record.h"
#include "tenon/abi/model.h"

enum {
  SEQUENCE_RANK = 5,      /**< Largest rank, one more than those of the models. */
  SEQUENCE_PORTS = 6,     /**< Inputs and outputs of a model at most. */
  SEQUENCE_VARIABLES = 2, /**< Variables of a model at most. */
  SEQUENCE_EVENTS = 64,   /**< Events at most. */
  SEQUENCE_BATCH = 3      /**< Tensors of a batch at most. */
};

/** A port or a variable of a model. */
typedef struct sequence_place {
  uint32_t type;
  uint32_t rank;
  int64_t min[SEQUENCE_RANK], max[SEQUENCE_RANK]; /**< Bounds of the dimensions. */
} sequence_place;

/** What is known of a model: its inputs, then its outputs, and its variables. */
typedef struct sequence_facts {
  char name[96]; /**< In models.h. */
  uint32_t input_count, output_count, variable_count;
  sequence_place ports[SEQUENCE_PORTS];
  sequence_place variables[SEQUENCE_VARIABLES];
  uint32_t requests; /**< That the model has at a time; 0: as many as anybody makes. */
} sequence_facts;

/** Kinds of events. */
enum sequence_event_kind {
  SEQUENCE_EVENT_INFER = 1, /**< An inference with the inputs `values`. */
  SEQUENCE_EVENT_RESET = 2, /**< `variable` was reset. */
  SEQUENCE_EVENT_SET = 3    /**< `variable` was set to values[0]. */
};

/** The elements of a tensor: suite_fill of (seed, 0). */
typedef struct sequence_value {
  uint64_t seed; /**< 0: not known. */
  int64_t shape[SEQUENCE_RANK];
  uint64_t more[SEQUENCE_BATCH - 1]; /**< Seeds of the further rows of a batch of several tensors,
                                        each of which is filled by itself; 0: none. */
} sequence_value;

/** One event. */
typedef struct sequence_event {
  uint32_t kind;     /**< One of sequence_event_kind. */
  uint32_t variable; /**< Of RESET and SET. */
  sequence_value values[SEQUENCE_PORTS];
} sequence_event;

/** All events since the request was made, or for a model without variables the latest inference. */
typedef struct sequence_history {
  uint32_t count;
  uint32_t reserved; /**< 0. */
  sequence_event events[SEQUENCE_EVENTS];
} sequence_history;

/** Bytes of a history that hold something. */
uint64_t sequence_history_bytes(const sequence_history *history);

/** Reads what is known of a model of models.h.
 *  @return false when there is no such model, or it has more ports than sequences know */
bool sequence_facts_read(const char *model, sequence_facts *out);

/** Computes output `output` of the latest inference, or with RECORD_VARIABLE the present value of a
 * variable, on the reference kernels.
 *  @param out receives one reference */
tn_status sequence_replay(const char *model, const sequence_history *history, uint32_t output,
                          tn_tensor **out, tn_error *error);

#endif
