#include "kit/engine.h"

static tn_status find_type(tn_string wanted, const tn_string *types, uint32_t type_count,
                           uint32_t *out, tn_error *error) {
  for (uint32_t i = 0; i < type_count; i++) {
    if (!tn_string_equal(types[i], wanted)) continue;
    *out = i;
    return TN_OK;
  }
  return tni_fail_clause(error, TN_UNSUPPORTED, TNI_CLAUSE(REMOTE, 9),
                         "handles of type '%.*s' are not wrapped here", TNI_TEXT(wanted));
}

/* Whether `bytes` from `offset` on lie in memory of `byte_count`; 0: that is not known. */
static tn_status check_extent(const tn_handle *handle, uint64_t bytes, tn_error *error) {
  const uint64_t end = handle->byte_count ? handle->byte_count : UINT64_MAX;
  if (handle->offset <= end && bytes <= end - handle->offset) return TN_OK;
  return tni_fail_clause(error, TN_TOO_SMALL, TNI_CLAUSE(REMOTE, 9),
                         "a handle of %llu bytes: the tensor takes %llu from %llu on",
                         (unsigned long long)handle->byte_count, (unsigned long long)bytes,
                         (unsigned long long)handle->offset);
}

tn_status tn_kit_check_handle(const tn_handle *handle, const tn_string *types, uint32_t type_count,
                              uint64_t bytes, uint32_t *type, tn_error *error) {
  TN_TRY(tni_kit_check_argument(handle, "the handle", error));
  if (handle->size < TN_HANDLE_FIRST_SIZE)
    return tni_fail_clause(error, TN_INVALID_ARGUMENT, TNI_CLAUSE(ABI, 12),
                           "a handle of %u bytes, expected at least %u", handle->size,
                           TN_HANDLE_FIRST_SIZE);
  if (handle->flags & ~(uint32_t)TN_HANDLE_TAKE)
    return tni_fail_clause(error, TN_INVALID_ARGUMENT, TNI_CLAUSE(ABI, 6),
                           "a handle: unknown flags %#x", handle->flags);
  if ((handle->type.length && !handle->type.data) ||
      (handle->property_count && !handle->properties))
    return tni_fail_clause(error, TN_INVALID_ARGUMENT, TNI_CLAUSE(ERROR, 11),
                           "a handle: its type or its properties are NULL");
  TN_TRY(find_type(handle->type, types, type_count, type, error));
  return check_extent(handle, bytes, error);
}
