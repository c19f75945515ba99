/* A device whose compiler takes longer than cases usually may, for every model. */
/* options: --case infer.network */
#include "template.h"

#include <unistd.h>

static tn_status take_time(tn_kit_engine *engine, tn_error *error) {
  sleep(11);
  return template_check_compiler(engine, error);
}

#define template_check_compiler take_time
#include "compile.c"
