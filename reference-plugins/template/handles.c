#include "template.h"

/* Memory that the application has from elsewhere, used where it lies. A vendor lists here what the
 * driver can import; this device takes memory files, as the provider for the suite makes them
 * (conformance/providers/template.c). */
#define MEMORY_FILE "x-template.memory/1"

static const tn_string types[] = {TN_STRING_INIT(MEMORY_FILE)};
static const tn_value shown_types[] = {TN_KIT_STRING(MEMORY_FILE)};
enum { TYPE_COUNT = sizeof types / sizeof *types };

static tn_status TN_CALL give_types(tn_remote_context *context, tn_value_sink sink, void *user,
                                    tn_error *error) {
  TN_KIT_TRY(tn_kit_check_context_is_ours(context, error));
  if (!sink) return tn_kit_fail(error, TN_INVALID_ARGUMENT, "the sink is NULL");
  const tn_value list = tn_value_of_list(shown_types, TYPE_COUNT);
  const tn_status status = sink(user, &list);
  return status == TN_OK ? TN_OK : tn_kit_fail(error, status, "the receiver of a list failed");
}

static tn_status TN_CALL wrap(tn_remote_context *context, const tn_handle *handle, uint32_t type,
                              uint32_t rank, const int64_t *shape, tn_tensor **out,
                              tn_error *error) {
  uint64_t bytes;
  uint32_t place; /* among the types: what a vendor with several goes on by */
  TN_KIT_TRY(tn_kit_check_context_is_ours(context, error));
  if (!out || (rank && !shape))
    return tn_kit_fail(error, TN_INVALID_ARGUMENT, "shape or out is NULL");
  TN_KIT_TRY(tn_kit_shape_bytes(type, rank, shape, &bytes, error));
  TN_KIT_TRY(tn_kit_check_handle(handle, types, TYPE_COUNT, bytes, &place, error));
  if (handle->property_count)
    return tn_kit_fail(error, TN_NOT_FOUND, "property '%.*s': handles of type %.*s have none",
                       TN_KIT_TEXT(handle->properties[0].key), TN_KIT_TEXT(types[place]));
  return template_remote_tensor_create(template_context_of(context), handle, type, rank, shape, out,
                                       error);
}

const tn_handles_api template_handles = {
    .size = TN_SIZE(tn_handles_api),
    .types = give_types,
    .wrap = wrap,
};
