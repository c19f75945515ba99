/** @file
 *  Sequences of calls: drawn from a seed, legal and illegal ones, but none whose behaviour is
 * undefined.
 *
 *  A sequence is a list of steps; a step is a row of the table of calls with its arguments. A model
 * of the objects (sequence_state) says for every step whether its behaviour is defined now, and
 * what the contract asks of it. The worker makes the calls and records what came beside what the
 * model asks; the supervisor has the same sequence and the same model from the seed alone, finds
 * the shortest part that still fails, and prints it as C.
 */
#ifndef TENON_CONFORMANCE_SEQUENCE_H
#define TENON_CONFORMANCE_SEQUENCE_H

#include <stdbool.h>

#include "base/status.h"
#include "engine/check.h"
#include "sequences/history.h"
#include "tenon/abi.h"

enum {
  SEQUENCE_STEPS = 256, /**< Steps at most. */
  SEQUENCE_MODELS = 2,
  SEQUENCE_REQUESTS = 2,
  SEQUENCE_TENSORS = 6,
  SEQUENCE_STATE_HANDLES = 3,
  SEQUENCE_CONTEXTS = 2,
  SEQUENCE_BLOBS = 3,
  SEQUENCE_WAITERS = 2,
  SEQUENCE_ARGUMENTS = 4,
  SEQUENCE_TEXT_SIZE = 200 /**< Bytes of the text of a call. */
};

/** Which steps are left out: one bit each. */
typedef struct sequence_mask {
  uint64_t words[SEQUENCE_STEPS / 64];
} sequence_mask;

/** Kinds of sequences, as bits for the rows that take part. */
enum {
  SEQUENCE_IN_REQUEST = 1u << 0,
  SEQUENCE_IN_ASYNC = 1u << 1,
  SEQUENCE_IN_CALLBACK = 1u << 2,
  SEQUENCE_IN_TENSOR = 1u << 3,
  SEQUENCE_IN_DYNAMIC = 1u << 4,
  SEQUENCE_IN_STATE = 1u << 5,
  SEQUENCE_IN_REMOTE = 1u << 6,
  SEQUENCE_IN_PROFILE = 1u << 7,
  SEQUENCE_IN_MODEL = 1u << 8,
  SEQUENCE_IN_BLOB = 1u << 9,
  SEQUENCE_IN_BATCH = 1u << 10,
  SEQUENCE_IN_ALL = (1u << 11) - 1,
  /** Where inferences run in the background. */
  SEQUENCE_IN_FLIGHT = SEQUENCE_IN_ASYNC | SEQUENCE_IN_CALLBACK | SEQUENCE_IN_STATE |
                       SEQUENCE_IN_PROFILE | SEQUENCE_IN_REMOTE | SEQUENCE_IN_DYNAMIC |
                       SEQUENCE_IN_BLOB | SEQUENCE_IN_BATCH
};

/** One kind of sequence. */
typedef struct sequence_kind {
  const char *name;                    /**< "async". */
  uint32_t bit;                        /**< SEQUENCE_IN_... */
  const char *models[SEQUENCE_MODELS]; /**< Names in models.h; "carrier" is the carrier. */
  const char *const *prelude;          /**< Steps that every sequence begins with, ended by NULL. */
} sequence_kind;

/** The kinds. */
extern const sequence_kind sequence_kinds[];

/** Number of kinds. */
extern const uint32_t sequence_kind_count;

/** The kind of that name, or NULL. */
const sequence_kind *sequence_kind_find(const char *name);

/** One step. */
typedef struct sequence_step {
  uint32_t call; /**< Row of the table. */
  uint32_t arguments[SEQUENCE_ARGUMENTS];
} sequence_step;

/** A sequence. */
typedef struct sequence {
  const sequence_kind *kind;
  uint32_t count; /**< Number of steps. */
  sequence_step steps[SEQUENCE_STEPS];
} sequence;

/* --- the model of the objects ---------------------------------------------------------------- */

/** A set of statuses, one of which is asked for. */
typedef struct sequence_statuses {
  uint32_t count;     /**< Number of statuses. */
  tn_status items[6]; /**< The statuses. */
  bool any_failure;   /**< Every failure is right as well. */
} sequence_statuses;

/** What is asked of a step. */
typedef struct sequence_ask {
  uint32_t clause;             /**< The rule that another status breaks. */
  sequence_statuses statuses;  /**< One of these. */
  sequence_statuses elsewhere; /**< What those who waited on other threads were given; none: there
                                  were none. */
  uint32_t outputs_of;  /**< Request whose outputs are right when the step gave TN_OK, + 1; or 0. */
  uint32_t variable_of; /**< State whose present value the step gives, + 1; or 0. */
  uint32_t pointer;     /**< What an out-parameter gets when the step gave TN_OK: see below. */
  uint32_t references;  /**< The rule for counts of references; 0: see checks.c. */
  bool gives_reference; /**< The out-parameter is ours to release. */
  bool profile;         /**< The profile that was given has entries. */
  uint32_t blob;        /**< Blob that is written when the step gave TN_OK, + 1; or 0. */
  bool ends;            /**< TN_UNSUPPORTED ends the sequence: the device lacks the model. */
} sequence_ask;

/** Values of sequence_ask.pointer: anything; the request's own tensor of a port; or a slot. */
enum { SEQUENCE_POINTER_ANY = 0, SEQUENCE_POINTER_OWN = 1, SEQUENCE_POINTER_TENSOR = 2 };

/** What a tensor is made as. */
enum sequence_variety {
  SEQUENCE_FITS_2, /**< Fits the port; unknown dimensions are 2. */
  SEQUENCE_FITS_3,
  SEQUENCE_FITS_5,
  SEQUENCE_WRONG_TYPE,
  SEQUENCE_WRONG_SHAPE, /**< One dimension more. */
  SEQUENCE_OUTSIDE,     /**< Outside of the bounds of an unknown dimension. */
  SEQUENCE_FIXED,       /**< One row, and cannot be resized. */
  SEQUENCE_VARIETY_COUNT
};

/** A tensor of the application. */
typedef struct sequence_tensor {
  bool exists;  /**< Somebody holds it. */
  bool ours;    /**< We hold it, and may name it. */
  bool fixed;   /**< It cannot be resized. */
  bool spoiled; /**< Its shape is not known: an inference that may have failed has written it. */
  bool remote;  /**< It lies in the memory of a context. */
  uint32_t type;
  uint32_t rank;
  int64_t shape[SEQUENCE_RANK];
  uint64_t seed; /**< Of its elements; 0: not known. */
  uint32_t held; /**< Times that ports hold it. */
} sequence_tensor;

/** A port of a request. */
typedef struct sequence_port {
  uint32_t set;         /**< Slot of the tensor that was set, + 1; 0: the request's own. */
  uint64_t own_seed;    /**< Of the elements of the request's own; 0: not known. */
  bool too_small;       /**< The tensor that was set was too small. */
  uint32_t changes;     /**< Times that a tensor was set or taken away. */
  uint32_t batch_count; /**< Tensors of its batch; 0: it has none. */
  uint32_t batch[SEQUENCE_BATCH];     /**< Their slots. */
  int64_t batch_shape[SEQUENCE_RANK]; /**< Of the batch as one tensor. */
} sequence_port;

/** Whether an inference is in flight. */
enum sequence_phase {
  SEQUENCE_IDLE,  /**< None is. */
  SEQUENCE_HELD,  /**< One surely is. */
  SEQUENCE_RACING /**< One may be. */
};

/** What the callback of a request is to do when it is called. */
enum sequence_action {
  SEQUENCE_DO_NOTHING,
  SEQUENCE_DO_WAIT,
  SEQUENCE_DO_INFER,
  SEQUENCE_DO_GET,
  SEQUENCE_DO_SET,
  SEQUENCE_DO_START,
  SEQUENCE_DO_REPLACE,
  SEQUENCE_DO_CANCEL,
  SEQUENCE_ACTION_COUNT
};

/** A request. */
typedef struct sequence_request {
  bool exists;
  uint32_t model;
  enum sequence_phase phase;
  sequence_statuses now;            /**< How the generation in flight may end. */
  sequence_statuses next;           /**< Likewise, of the one that its callback starts. */
  sequence_statuses last;           /**< How the latest that has ended may have ended. */
  uint32_t armed;                   /**< What the next callback is to do. */
  uint32_t flying;                  /**< What the callback of the generation in flight does. */
  uint32_t acted;                   /**< What a callback has done in this step. */
  sequence_statuses acted_statuses; /**< What that call is asked to give. */
  uint32_t acted_clause;            /**< The rule behind it. */
  uint32_t callback;                /**< 0: none; else 1 or 2. */
  uint32_t flight_callback;         /**< Likewise, as of start. */
  uint32_t calls[3];                /**< Calls of each callback. */
  uint32_t waiters;                 /**< Threads that wait for the generation in flight. */
  sequence_statuses elsewhere;      /**< What they may be given. */
  bool ran_before;                  /**< One had ended when the latest was started. */
  bool ran;                         /**< An inference has ended, or was started. */
  bool ran_well;                    /**< The latest surely has ended well. */
  bool profiled;                    /**< Its model was compiled with PERF_COUNT. */
  bool unknown[SEQUENCE_VARIABLES]; /**< The value of the variable is not known. */
  sequence_port ports[SEQUENCE_PORTS];
  sequence_history history; /**< What its variables have seen. */
} sequence_request;

/** All objects. */
typedef struct sequence_state {
  const sequence_facts *facts; /**< Of the models, by slot. */
  const sequence *sequence;
  uint64_t seeds; /**< Fillings given out. */
  uint32_t hold;  /**< 0: nothing; 1: tasks; 2: callbacks. */
  struct {
    bool exists, profiled, imported;
  } models[SEQUENCE_MODELS];
  struct {
    bool exists, of_compiled; /* the latter: not of a model that was imported */
  } blobs[SEQUENCE_BLOBS];
  sequence_request requests[SEQUENCE_REQUESTS];
  sequence_tensor tensors[SEQUENCE_TENSORS];
  struct {
    bool exists;
    uint32_t owner, variable;
  } states[SEQUENCE_STATE_HANDLES];
  struct {
    bool exists, is_default;
  } contexts[SEQUENCE_CONTEXTS];
} sequence_state;

/* --- the table of calls ---------------------------------------------------------------------- */

struct sequence_world;

/** How a step is written. */
enum sequence_form {
  SEQUENCE_CALLS, /**< A call that gives a status. */
  SEQUENCE_GIVES, /**< A call with an out-parameter. */
  SEQUENCE_DOES   /**< Something that cannot fail. */
};

/** One row. */
typedef struct sequence_call {
  const char *name;
  uint32_t kinds;                      /**< SEQUENCE_IN_... */
  uint32_t weight;                     /**< How often it is drawn. */
  uint32_t form;                       /**< One of sequence_form. */
  uint32_t bounds[SEQUENCE_ARGUMENTS]; /**< Arguments are below these; 0 counts as 1. */
  const char *text;                    /**< The call as C; ARG0 to ARG3 stand for the arguments. */
  const char *out;                     /**< Its out-parameter as C, or NULL. */
  /** Whether the behaviour of the call is defined now. */
  bool (*legal)(const sequence_state *m, const uint32_t *arg);
  /** Says what is asked of the call, and moves on. */
  void (*apply)(sequence_state *m, const uint32_t *arg, sequence_ask *ask);
  /** Makes the call. */
  tn_status (*make)(struct sequence_world *w, const uint32_t *arg);
  /** Where its out-parameter lies. */
  void *(*place)(struct sequence_world *w, const uint32_t *arg);
} sequence_call;

/** The row at a place of the table, or NULL. */
const sequence_call *sequence_call_at(uint32_t index);

/** Number of rows. */
uint32_t sequence_call_count(void);

/** The place of a row by its name; the number of rows when there is none. */
uint32_t sequence_call_find(const char *name);

/** The text of a step: ARG0 to ARG3 are replaced by the numbers. */
void sequence_text(const sequence_step *step, const char *text, char out[SEQUENCE_TEXT_SIZE]);

/* --- drawing and following ------------------------------------------------------------------- */

/** The objects before the first step. */
void sequence_state_init(sequence_state *m, const sequence *what, const sequence_facts *facts);

/** Reads what is known of a kind's models.
 *  @param carrier name of the model that "carrier" stands for
 *  @param facts receives SEQUENCE_MODELS of them
 *  @return false when the carrier is none that sequences know */
bool sequence_facts_of(const sequence_kind *kind, const char *carrier, sequence_facts *facts);

/** Draws a sequence of `length` steps. The same for the same arguments on every machine.
 *  @param facts of the kind's models, by slot */
void sequence_draw(const sequence_kind *kind, const sequence_facts *facts, uint32_t length,
                   uint64_t seed, sequence *out);

/** Moves on by one step unless it is left out or not defined now. Returns whether it is made. */
bool sequence_follow(sequence_state *m, const sequence *what, uint32_t step,
                     const sequence_mask *dropped, sequence_ask *ask);

/** 1 when a step is left out. */
bool sequence_mask_has(const sequence_mask *mask, uint32_t step);

/** Leaves a step out, or takes it in again. */
void sequence_mask_set(sequence_mask *mask, uint32_t step, bool value);

/** Whether two blobs are of the same model with the same properties, so that they have the same
 * bytes. */
bool sequence_blobs_are_equal(const sequence_state *m, uint32_t one, uint32_t other);

/** Whether the set has a status. */
bool sequence_statuses_hold(const sequence_statuses *set, tn_status status);

#endif
