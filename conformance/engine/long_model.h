/** @file
 *  A model that is enlarged until one inference takes long on the tested device, however fast that
 *  is: products of matrices, or where the device refuses these its carrier many times over.
 *
 *  What a check asks for is found once in a worker, from a small model on by measured time; cases
 *  that follow begin with what was found.
 */
#ifndef TENON_CONFORMANCE_LONG_MODEL_H
#define TENON_CONFORMANCE_LONG_MODEL_H

#include "engine/check.h"

/** Times of one inference, in ns. */
enum {
  LONG_TIME = 200000000,      /**< Of what is to be seen in flight. */
  LONG_ENOUGH_TIME = 20000000 /**< Less than this tells nothing against a plugin. */
};

/** How much there is to compute. */
typedef struct long_work {
  int64_t extent;   /**< Rows and columns of the matrices; or times that the carrier's first
                         dimension is as long. */
  int64_t products; /**< How many of them, or of the carrier, stand in a row. */
} long_work;

struct long_kind;

/** The model at hand. */
typedef struct long_model {
  struct long_kind *kind;         /**< Of which kind it is. */
  tn_infer_request *request;      /**< With inputs. */
  tn_compiled_model *compiled;    /**< Of which the request is. */
  int64_t asked;                  /**< What an inference is to take, in ns. */
  int64_t took;                   /**< The shortest inference so far, in ns. */
  long_work work;                 /**< What it computes. */
  const tn_map_entry *properties; /**< Given to compile. *Borrowed.* */
  uint64_t property_count;        /**< Number of properties. */
  tn_tensor *inputs[2];           /**< Of the request; the port behind them is the one output. */
  uint32_t input_count;           /**< How many inputs it has. */
  int64_t begun;                  /**< When the first try began. */
  int tries;                      /**< Tries so far. */
} long_model;

/** What to compute so that it takes `factor` times as long as `from`: at most 64 times as long, and
 * never more than `most` of either, which is all when there is no more. At first extents grow,
 * since a compiler may take long over many nodes.
 *  @param power of the extent that the time grows with: 3 of matrices */
long_work long_work_enlarge(long_work from, double factor, long_work most, double power);

/** Makes the model whose inference takes about as long as asked, or as long as it can be made to.
 *  @return false after recording why there is none: a failure, or that the device does not support
 *  the smallest */
bool long_model_begin(test *t, int64_t nanoseconds, const tn_map_entry *properties, uint64_t count,
                      long_model *out);

/** As long_model_begin without properties, of matrices with two variables of which the first is
 * assigned before the products and the second after them. */
bool long_model_begin_kept(test *t, int64_t nanoseconds, long_model *out);

/** Makes one that computes as much as `like`, with the same properties. As long_model_begin. */
bool long_model_begin_like(test *t, const long_model *like, long_model *out);

/** Sets an output of the suite, whose bytes are something else, for the inferences that follow.
 * NULL after recording the failure. */
tn_tensor *long_model_set_output(test *t, const long_model *self);

/** Infers once, and keeps the time when it is the shortest. False after recording the failure. */
bool long_model_time(test *t, long_model *self);

/** Whether there is to be another try: of 20, or of as many as some seconds allow, but three. The
 * first is free. Before each further one a model that does not take long enough is enlarged; then
 * `took` is begun anew, and `*enlarged` is true. */
bool long_model_try(test *t, long_model *self, bool *enlarged);

/** Says that a case cannot be judged, if that is so: an inference does not take long enough.
 * INCONCLUSIVE; UNSUPPORTED where the device refused a larger model; NOT_APPLICABLE where it has
 * its carrier alone, of which only so much can be made.
 *  @return true when it was said */
bool long_model_too_short(test *t, const long_model *self);

#endif
