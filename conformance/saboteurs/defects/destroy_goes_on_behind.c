/* caught-by: async.destroy_in_flight */
/* destroy of a request that works returns at once; the callback comes later. */
#include <pthread.h>

#include "saboteur.h"

static pthread_t thread;
static int runs;

static void *destroy_later(void *request) {
  honest_request->destroy(request);
  return NULL;
}

static void destroy(tn_infer_request *request) {
  const int works = honest_request->wait(request, 0, NULL) == TN_TIMEOUT;
  if (works && !runs && pthread_create(&thread, NULL, destroy_later, request) == 0)
    runs = 1;
  else
    honest_request->destroy(request);
}

static void destroy_model(tn_compiled_model *model) {
  if (runs) pthread_join(thread, NULL);
  runs = 0;
  honest_model->destroy(model);
}

static void change_request(tn_infer_request_api *api) {
  api->destroy = destroy;
}

static void change_model(tn_compiled_model_api *api) {
  api->destroy = destroy_model;
}

const saboteur_hooks saboteur = {.compiled_model = change_model, .request = change_request};
