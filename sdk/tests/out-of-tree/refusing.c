/* A plugin in C whose backend is missing: it says so and makes no engine. */
#include <stdio.h>
#include <tenon/abi.h>

tn_status tn_create_plugin_engine(const tn_create_options *options, tn_plugin **out,
                                  tn_error *error) {
  (void)out;
  int spoken = options->oldest_major <= TN_MAJOR && options->newest_major >= TN_MAJOR;
  tn_status status = spoken ? TN_BACKEND_MISSING : TN_UNSUPPORTED;
  if (error) {
    memset(error, 0, sizeof *error);
    error->status = status;
    snprintf(error->message, sizeof error->message,
             spoken ? "libvendor.so.3: not found" : "speaks major version 1 only");
  }
  return status;
}
