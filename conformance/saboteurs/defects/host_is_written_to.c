/* caught-by: host.is_left_alone */
/* An inference runs over the end of a mapping into memory of its host that happens to lie there. */
#include "saboteur.h"

/* The memory that this process shares with another one. */
static char *find_victim(void) {
  char line[512];
  unsigned long begin = 0;
  FILE *maps = fopen("/proc/self/maps", "r");
  while (maps && fgets(line, sizeof line, maps)) {
    if (strstr(line, "tenon-records") && sscanf(line, "%lx", &begin) == 1) break;
    begin = 0;
  }
  if (maps) fclose(maps);
  return (char *)(uintptr_t)begin;
}

static tn_status infer(tn_infer_request *request, tn_error *error) {
  char *victim = find_victim();
  const tn_status status = honest_request->infer(request, error);
  if (victim) victim[64] ^= 1;
  return status;
}

static void change(tn_infer_request_api *api) {
  api->infer = infer;
}

const saboteur_hooks saboteur = {.request = change};
