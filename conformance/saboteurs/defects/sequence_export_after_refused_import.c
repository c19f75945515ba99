/* caught-by: sequence.blob of TN_EXPORT_002 */
/* A refused import leaves a byte in a buffer that the next export writes out as well. */
#include "blob_calls.h"

static tn_status export_model(tn_compiled_model *model, const tn_export_options *options,
                              const tn_target *target, tn_error *error) {
  const tn_status status = export_before(model, options, target, error);
  if (status != TN_OK || !atomic_exchange(&left, 0)) return status;
  return target->write(target, "", 1, error);
}

static tn_status import_model(tn_plugin *plugin, tn_string device, const tn_source *source,
                              const tn_import_options *options, tn_compiled_model **out,
                              tn_error *error) {
  const tn_status status = import_before(plugin, device, source, options, out, error);
  if (status == TN_MALFORMED) left = 1;
  return status;
}
