/* caught-by: sequence.blob of TN_IMPORT_002 */
/* An export that failed leaves something behind, and the next import is refused. */
#include "blob_calls.h"

static tn_status export_model(tn_compiled_model *model, const tn_export_options *options,
                              const tn_target *target, tn_error *error) {
  const tn_status status = export_before(model, options, target, error);
  if (status == TN_IO) left = 1;
  return status;
}

static tn_status import_model(tn_plugin *plugin, tn_string device, const tn_source *source,
                              const tn_import_options *options, tn_compiled_model **out,
                              tn_error *error) {
  if (!atomic_exchange(&left, 0)) return import_before(plugin, device, source, options, out, error);
  if (error) *error = (tn_error){.status = TN_MALFORMED, .message = "the blob is damaged"};
  return TN_MALFORMED;
}
