/** @file
 *  Recurrent layers: the shape rule, the walk over time and the activations that LSTM, GRU and RNN
 * share.
 */
#ifndef TENON_OPS_RECURRENT_H
#define TENON_OPS_RECURRENT_H

#include "ops/operator.h"

enum {
  TNI_MAX_CELL_ACTIVATIONS = 3, /**< Activations of a cell at most. */
};

/** An activation with its parameters. */
typedef struct tni_activation {
  double (*function)(double x, double alpha, double beta); /**< Never NULL. */
  double alpha, beta;                                      /**< What it does not take is 0. */
} tni_activation;

struct tni_recurrence;

/** What makes one recurrent operator. Constant. */
typedef struct tni_cell {
  uint32_t gates;                                 /**< Gates: W has gates * hidden rows. */
  uint32_t activations;                           /**< Activations per direction. */
  const char *defaults[TNI_MAX_CELL_ACTIVATIONS]; /**< Their names where the node names none. */
  int has_cell_state;                             /**< 1: initial_c, P and Y_c exist. */
  /** One step of one image. `gates` holds W x + Wb for every gate; `h` and `c` are the state, to be
   * replaced. */
  void (*step)(struct tni_recurrence *self, double *gates, double *h, double *c);
} tni_cell;

/** A layer at work on one direction. */
typedef struct tni_recurrence {
  const tni_evaluation *evaluation;     /**< *Borrowed.* */
  const tni_cell *cell;                 /**< What it computes. */
  int64_t steps, batch, inputs, hidden; /**< Extents. */
  uint32_t directions;                  /**< 1 or 2. */
  int batch_first;                      /**< Attribute `layout`. */
  double clip;                          /**< Bound of what activations are given, or infinity. */
  tni_activation activations[2 * TNI_MAX_CELL_ACTIVATIONS]; /**< Of all directions. */
  const tni_activation *active;                             /**< Those of the direction at work. */
  double *memory;      /**< *Owned*: all that follows lies in it. */
  double *w;           /**< gates * hidden x inputs. */
  double *r;           /**< gates * hidden x hidden. */
  double *wb;          /**< gates * hidden. */
  double *rb;          /**< gates * hidden. */
  double *peepholes;   /**< 3 * hidden, zero without P. */
  double *gate_values; /**< gates * hidden, for the step at work. */
  double *spare;       /**< hidden, for the step function. */
  double *x;           /**< inputs. */
  double *h;           /**< batch x hidden. */
  double *c;           /**< batch x hidden. */
} tni_recurrence;

/** Shape rule of all recurrent operators. */
tn_status tni_recurrent_infer(tni_inference *inference, const tni_cell *cell, tn_error *error);

/** Runs a node. */
tn_status tni_recurrent_evaluate(tni_evaluation *evaluation, const tni_cell *cell, tn_error *error);

/** Reads the activations of all directions: `count` for each. */
tn_status tni_activations_read(const tn_node *node, const tni_cell *cell, uint32_t directions,
                               tni_activation *out, tn_error *error);

/** Activation `index` of the direction at work, of a value that is clipped first. */
double tni_recurrent_activate(const tni_recurrence *self, uint32_t index, double value);

/** Sum of a[i] * b[i]. */
double tni_recurrent_dot(const double *a, const double *b, int64_t count);

#endif
