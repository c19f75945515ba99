/** @file
 *  The application's handles of compiled models and requests.
 */
#ifndef TENON_RUNTIME_COMPILED_H
#define TENON_RUNTIME_COMPILED_H

#include "runtime/alias_names.h"
#include "runtime/operations.h"

/** Handle of a compiled model. */
struct tn_compiled {
  tni_alive alive;           /**< A copy, for the checks of every call. */
  tn_compiled_model *object; /**< Owned. */
  const tn_port_list *ports; /**< Of the object. */
  tni_engine *engine;        /**< One user. */
  tn_core *core;             /**< One user. */
  atomic_size_t users;       /**< The application, and each request. */
  tni_alias_names names;     /**< Made for an alias: how users call its devices; else empty. */
  tn_string maker;           /**< Likewise: the plugin whose object it is; in the arena of names. */
};

/** Handle of a request. What infer needs comes first. */
struct tn_request {
  tni_alive alive;              /**< A copy, for the checks of every call. */
  tn_infer_request *object;     /**< Owned. */
  const void *checked_set;      /**< Table of the tensors that were set, checked last. */
  const void *checked_got;      /**< Table of the tensors that were got, checked last. */
  tn_compiled *compiled;        /**< One user. */
  tn_request_callback callback; /**< The application's. */
  void *callback_user;          /**< Handed to it. */
  const tn_states_api *states;  /**< NULL when there are none. */
  tn_state **opened;            /**< Handles of states, made when first needed. */
  uint32_t state_count;         /**< Number of them. */
  uint32_t opened_count;        /**< How many of them were made. */
  atomic_uint closing;          /**< 1 while it is being destroyed: nothing starts any more. */
};

/** Makes the handle of a compiled model, which takes over `made`; on failure that is destroyed.
 *  @return TN_OK or TN_OUT_OF_MEMORY */
tn_status tni_compiled_create(tn_core *core, tni_made made, tn_compiled **out, tn_error *error);

/** TN_OK when the handle may be used here and now, else the failure. */
tn_status tni_compiled_check(const tn_compiled *compiled, tn_error *error);

/** Takes one user away; the last one destroys the compiled model. */
void tni_compiled_unuse(tn_compiled *compiled);

/** The failure of a call on a request that is NULL or not alive. */
tn_status tni_request_refuse(const tn_request *request, tn_error *error);

/** Puts the plugin's name before the message of a failure; returns `status`. */
tn_status tni_request_fail(const tn_request *request, tn_status status, tn_error *error);

/** TN_OK when the handle may be used here and now, else the failure. */
static inline tn_status tni_request_check(const tn_request *request, tn_error *error) {
  return __builtin_expect(request && tni_is_alive(&request->alive), 1)
             ? TN_OK
             : tni_request_refuse(request, error);
}

/** Finds the states of a new request. @return TN_OK, TN_MALFORMED, TN_OUT_OF_MEMORY */
tn_status tni_request_find_states(tn_request *request, tn_error *error);

/** Gives back the handles of states; nothing may be in flight. */
void tni_request_close_states(tn_request *request);

#endif
