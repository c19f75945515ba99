/* PROXY as a library of its own; the runtime has it built in. */
#include "devices/proxy/proxy.h"

tn_status tn_create_plugin_engine(const tn_create_options *options, tn_plugin **out,
                                  tn_error *error) {
  return tni_proxy_create(options, out, error);
}
