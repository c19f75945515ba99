/* caught-by: handles.types */
/* A type is told twice. */
#include "saboteur.h"

static tn_status types(tn_remote_context *context, tn_value_sink sink, void *user,
                       tn_error *error) {
  const tn_value items[] = {tn_value_of_string(TN_STRING("x-template.memory/1")),
                            tn_value_of_string(TN_STRING("x-template.memory/1"))};
  const tn_value list = tn_value_of_list(items, 2);
  (void)context, (void)error;
  return sink(user, &list);
}

static void change(tn_handles_api *api) {
  api->types = types;
}

const saboteur_hooks saboteur = {.handles = change};
