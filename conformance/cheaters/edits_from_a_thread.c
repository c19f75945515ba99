/* caught-by: infer.computes_the_carrier as FAIL */
/* infer fails; a thread waits for the end of the case and turns what was recorded into a success.
 */
#include "cheater.h"

#include <pthread.h>

enum { WORDS = 1 << 12 };

/* Wherever the status stands in the records, it becomes OK. */
static void *edit(void *unused) {
  size_t size = 0;
  char *bytes = cheater_mapping("tenon-records", &size);
  int32_t *words = (int32_t *)(void *)bytes;
  (void)unused;
  for (uint32_t round = 0; bytes && round < 200; round++) {
    for (uint32_t i = 0; i < WORDS && i * sizeof *words < size; i++)
      if (words[i] == TN_DEVICE_LOST) words[i] = TN_OK;
    usleep(1000);
  }
  return NULL;
}

static tn_status infer(tn_infer_request *request, tn_error *error) {
  static atomic_int begun;
  pthread_t thread;
  (void)request;
  if (error) {
    error->status = TN_DEVICE_LOST;
    snprintf(error->message, sizeof error->message, "nothing was computed");
  }
  if (!atomic_exchange(&begun, 1) && pthread_create(&thread, NULL, edit, NULL) == 0)
    pthread_detach(thread);
  return TN_DEVICE_LOST;
}

CHEATER_INFER(infer)
