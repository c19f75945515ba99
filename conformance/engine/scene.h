/** @file
 *  Calls that ask things of the host, each with what it works on: for checks that make them while
 * the host fails, or looks closer than hosts do.
 */
#ifndef TENON_CONFORMANCE_SCENE_H
#define TENON_CONFORMANCE_SCENE_H

#include "engine/blob.h"
#include "engine/check.h"
#include "engine/observe.h"
#include "tenon/abi/ext/remote.h"

/** What a call works on. */
typedef struct scene {
  test *t;                        /**< The case. */
  char name[TEST_PARAMETER_SIZE]; /**< Of the model. */
  tn_model *model;                /**< The model. */
  tn_compiled_model *compiled;    /**< Made of it. */
  tn_infer_request *request;      /**< With inputs set. */
  tn_state *state;                /**< Of the request. */
  tn_tensor *value;               /**< Of the state; or a tensor of the context. */
  tn_remote_context *context;     /**< A remote one. */
  tn_tensor *plain;               /**< What is copied into a tensor of it and back. */
  seen_properties properties;     /**< All that are declared. */
  tn_map_entry *settings;         /**< Values for properties of the plugin. */
  uint64_t setting_count;         /**< How many. */
  blob blob;                      /**< Of the compiled model. */
  void *made;                     /**< By a run that succeeded. */
  uint64_t told;                  /**< Digest of what the last run has told its sink. */
  uint64_t whole;                 /**< The same of a run in which nothing fails, */
  bool is_told;                   /**< where that tells the same each time. */
} scene;

/** One kind of call. */
typedef struct scene_call {
  const char *name;             /**< "compile". */
  bool (*prepare)(scene *self); /**< Makes what it works on. False: recorded why, or not
                                   to be had. */
  tn_status (*run)(scene *self, tn_error *error); /**< Makes the call. */
  void (*look)(scene *self); /**< After a run that succeeded: looks at what it made, which may
                                leave records and objects of the case; or NULL. */
  void (*drop)(scene *self); /**< Takes that away; NULL: nothing is made. */
} scene_call;

/** "compile.multiply_add" and so on: a call and a model, as parameters of checks; ended by NULL. */
extern const char *const scene_trials[];

/** The call of the case's parameter, and an empty scene for it; NULL when there is none. */
const scene_call *scene_find(test *t, scene *out);

/** Makes the call, which must succeed.
 *  @return false after recording that it failed: there is nothing to undo */
bool scene_run(scene *self, const scene_call *call);

/** Looks at what a run that succeeded has made, and takes it away. */
void scene_undo(scene *self, const scene_call *call);

/** Gives back what no case does. */
void scene_clear(scene *self);

#endif
