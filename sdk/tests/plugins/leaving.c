/* A library that ends the process while its engine is created. */
#include <stdlib.h>

#include "tenon/abi.h"

TN_EXPORT tn_status TN_CALL tn_create_plugin_engine(const tn_create_options *options,
                                                    tn_plugin **out, tn_error *error) {
  (void)options, (void)out, (void)error;
  exit(0);
}
