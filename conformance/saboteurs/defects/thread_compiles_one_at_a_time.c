/* caught-by: thread.parallel_compiles */
/* A compile that begins while another runs is refused. */
#define _POSIX_C_SOURCE 200809L /* nanosleep */
#include "saboteur.h"

#include <time.h>

static atomic_int running;

static tn_status compile(tn_plugin *plugin, tn_string device, tn_model *model,
                         const tn_compile_options *options, tn_compiled_model **out,
                         tn_error *error) {
  tn_status status = TN_BUSY;
  if (atomic_fetch_add(&running, 1) == 0) {
    nanosleep(&(struct timespec){0, 2000000}, NULL); /* so that the others come meanwhile */
    status = honest_plugin->compile(plugin, device, model, options, out, error);
  } else if (error) {
    memset(error, 0, sizeof *error);
    error->status = status;
    snprintf(error->message, sizeof error->message, "another compile is running");
  }
  atomic_fetch_sub(&running, 1);
  return status;
}

static void change(tn_plugin_api *api) {
  api->compile = compile;
}

const saboteur_hooks saboteur = {.plugin = change};
