/* caught-by: async.destroy_soon_after_start */
/* A request that is destroyed while it works calls back once more, a moment later. */
#include <unistd.h>

#include "callback.h"

static atomic_int flying;

static void called(void *user, tn_infer_request *request, tn_status status, const tn_error *error) {
  (void)user;
  call_application(request, status, error);
}

static void *call_later(void *request) {
  usleep(2000);
  call_application(request, TN_CANCELLED, NULL);
  return NULL;
}

static tn_status start(tn_infer_request *request, const tn_start_options *options,
                       tn_error *error) {
  tn_status status = honest_request->start(request, options, error);
  if (status == TN_OK) flying = 1;
  return status;
}

static tn_status wait(tn_infer_request *request, int64_t timeout_ns, tn_error *error) {
  tn_status status = honest_request->wait(request, timeout_ns, error);
  if (status != TN_TIMEOUT) flying = 0;
  return status;
}

static void destroy(tn_infer_request *request) {
  pthread_t thread;
  int late = atomic_exchange(&flying, 0);
  honest_request->destroy(request);
  if (late && pthread_create(&thread, NULL, call_later, request) == 0) pthread_detach(thread);
}

static void change(tn_infer_request_api *api) {
  api->set_callback = set_callback_between;
  api->start = start;
  api->wait = wait;
  api->destroy = destroy;
}

const saboteur_hooks saboteur = {.request = change};
