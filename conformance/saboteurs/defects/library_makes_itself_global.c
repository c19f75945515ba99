/* caught-by: abi.loads_now_and_local */
/* The library gives its symbols to the whole process, so that what it opens later finds them. */
#include <dlfcn.h>

#include "saboteur.h"

__attribute__((constructor)) static void make_global(void) {
  Dl_info self;
  if (dladdr(&saboteur, &self)) dlopen(self.dli_fname, RTLD_NOW | RTLD_GLOBAL | RTLD_NOLOAD);
}

const saboteur_hooks saboteur = {.plugin = NULL};
