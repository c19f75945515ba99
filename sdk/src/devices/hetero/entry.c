/* HETERO as a library of its own; the runtime has it built in. */
#include "devices/hetero/hetero.h"

tn_status tn_create_plugin_engine(const tn_create_options *options, tn_plugin **out,
                                  tn_error *error) {
  return tni_hetero_create(options, out, error);
}
