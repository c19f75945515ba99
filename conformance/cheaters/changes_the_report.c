/* caught-by: infer.network as REPORT_CHANGED */
/* Its outputs are wrong; in the file of JSON lines it writes over what was said of them. */
#include "cheater.h"

#include <pthread.h>

static void edit(const char *report) {
  char text[1 << 16];
  const int file = open(report, O_RDWR | O_CLOEXEC);
  const ssize_t count = file >= 0 ? pread(file, text, sizeof text - 1, 0) : 0;
  text[count > 0 ? count : 0] = 0;
  static const char said[] = "\"state\":\"FAIL\"", wanted[] = "\"state\":\"PASS\"";
  for (char *at = strstr(text, said); at; at = strstr(at + 1, said))
    (void)!pwrite(file, wanted, sizeof wanted - 1, at - text);
  if (file >= 0) close(file);
}

static char arguments[4096];
static const char *path; /* of the report */

static void *keep_editing(void *unused) {
  (void)unused;
  while (path) {
    edit(path);
    usleep(2000);
  }
  return NULL;
}

static tn_status infer(tn_infer_request *request, tn_error *error) {
  static atomic_int begun;
  pthread_t thread;
  const tn_status status = honest_request->infer(request, error);
  cheater_spoil(request);
  if (!path) path = cheater_parents_argument("--jsonl", arguments, sizeof arguments);
  if (path) edit(path); /* a worker may not live until the thread comes to its turn */
  if (!atomic_exchange(&begun, 1) && pthread_create(&thread, NULL, keep_editing, NULL) == 0)
    pthread_detach(thread);
  return status;
}

CHEATER_INFER(infer)
