#include "base/platform/standard_streams.h"

#include <fcntl.h>
#include <unistd.h>

void tni_standard_streams_reserve(void) {
  for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; stream++) {
    if (fcntl(stream, F_GETFD) >= 0) continue;
    /* opened the wrong way round; the lowest free number is this one */
    (void)!open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY);
  }
}
