/* caught-by: thread.none_is_left */
/* Destroying a request leaves a thread that ends some seconds later. */
#include "saboteur.h"

#include <pthread.h>
#include <unistd.h>

static void *linger(void *user) {
  (void)user;
  sleep(4);
  return NULL;
}

static void destroy(tn_infer_request *request) {
  pthread_t thread;
  if (pthread_create(&thread, NULL, linger, NULL) == 0) pthread_detach(thread);
  honest_request->destroy(request);
}

static void change(tn_infer_request_api *api) {
  api->destroy = destroy;
}

const saboteur_hooks saboteur = {.request = change};
