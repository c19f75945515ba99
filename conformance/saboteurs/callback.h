/** @file
 *  For saboteurs that stand between the plugin and the application's callback: `called` of the
 * saboteur is called instead, and calls `call_application`.
 */
#ifndef TENON_CONFORMANCE_SABOTEUR_CALLBACK_H
#define TENON_CONFORMANCE_SABOTEUR_CALLBACK_H

#include <pthread.h>

#include "saboteur.h"

/** Defined by the saboteur. */
static void called(void *user, tn_infer_request *request, tn_status status, const tn_error *error);

static tn_infer_callback application_callback;
static void *application_user;
static atomic_int callbacks_running; /**< Application callbacks at this moment. */
static _Thread_local int inside_callback;

/** Calls what the application set, if anything. */
static inline void call_application(tn_infer_request *request, tn_status status,
                                    const tn_error *error) {
  inside_callback++;
  atomic_fetch_add(&callbacks_running, 1);
  if (application_callback) application_callback(application_user, request, status, error);
  atomic_fetch_sub(&callbacks_running, 1);
  inside_callback--;
}

static inline tn_status set_callback_between(tn_infer_request *request, tn_infer_callback callback,
                                             void *user, tn_error *error) {
  tn_status status = honest_request->set_callback(request, called, NULL, error);
  if (status != TN_OK) return status;
  application_callback = callback;
  application_user = user;
  return status;
}

#endif
