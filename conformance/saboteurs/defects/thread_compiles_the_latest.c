/* caught-by: thread.parallel_compiles */
/* Compile keeps its model for all threads between its phases: it goes on with the one that came
 * last. */
#define _POSIX_C_SOURCE 200809L /* nanosleep */
#include "saboteur.h"

#include <time.h>

static _Atomic(tn_model *) latest;

static tn_status compile(tn_plugin *plugin, tn_string device, tn_model *model,
                         const tn_compile_options *options, tn_compiled_model **out,
                         tn_error *error) {
  latest = model;
  nanosleep(&(struct timespec){0, 2000000}, NULL); /* so that the others come meanwhile */
  return honest_plugin->compile(plugin, device, latest, options, out, error);
}

static void change(tn_plugin_api *api) {
  api->compile = compile;
}

const saboteur_hooks saboteur = {.plugin = change};
