/* ends-as: CRASH TN_INFER_001 */
/* A process that has left its parent, its group and its session stays when this one crashes. It
 * holds a name, which the next one needs: where the suite has not ended it with its case, the case
 * that runs again alone ends otherwise. */
#include <stddef.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "behaviour.h"
#include "stray.h"

/* A name among those that are no files, of one run. */
static int take_name(void) {
  struct sockaddr_un name = {.sun_family = AF_UNIX};
  const int line = socket(AF_UNIX, SOCK_STREAM, 0);
  const int length =
      snprintf(name.sun_path + 1, sizeof name.sun_path - 1, "tenon-stray-of-%d", (int)getppid());
  return bind(line, (const struct sockaddr *)&name,
              (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)length));
}

static void misbehave(tn_infer_request *request) {
  (void)request;
  if (take_name() != 0) exit(3);
  start_process();
  abort();
}
