#include "tenon/kit/options.h"

#include "base/status.h"

static tn_status check_entry(const tn_option *entry, uint32_t index, tn_error *error) {
  if (!entry) return tni_fail(error, TN_INVALID_ARGUMENT, "option entry %u is NULL", index);
  if (entry->size < TN_SIZE(tn_option) || (entry->id.length && !entry->id.data))
    return tni_fail(error, TN_INVALID_ARGUMENT, "option entry %u: size %u, id of %llu bytes", index,
                    entry->size, (unsigned long long)entry->id.length);
  if (entry->flags & ~(uint32_t)TN_OPTION_CRITICAL)
    return tni_fail_clause(error, TN_INVALID_ARGUMENT, TNI_CLAUSE(ABI, 6),
                           "option entry %.*s: unknown flags %#x", TNI_TEXT(entry->id),
                           entry->flags);
  return TN_OK;
}

static tn_status take_progress(const tn_option *entry, tn_kit_entries *out, tn_error *error) {
  const tn_progress_option *progress = (const tn_progress_option *)entry;
  if (entry->size < TN_PROGRESS_OPTION_FIRST_SIZE || !progress->report)
    return tni_fail(error, TN_INVALID_ARGUMENT,
                    "option entry " TN_OPTION_PROGRESS ": size %u, or no function", entry->size);
  out->progress = progress;
  return TN_OK;
}

static tn_status take_context(const tn_option *entry, tn_kit_entries *out, tn_error *error) {
  const tn_context_option *context = (const tn_context_option *)entry;
  if (entry->size < TN_CONTEXT_OPTION_FIRST_SIZE || !context->context)
    return tni_fail_clause(error, TN_INVALID_ARGUMENT, TNI_CLAUSE(REMOTE, 4),
                           "option entry " TN_OPTION_CONTEXT ": size %u, or no context",
                           entry->size);
  out->context = context;
  return TN_OK;
}

/* What others may know is theirs to judge; a context is something that the plugin has, or has not.
 */
static int is_passed_on(const tn_option *entry, uint32_t known) {
  return (known & TN_KIT_PASSES_ENTRIES) && !tn_string_is(entry->id, TN_OPTION_CONTEXT);
}

static tn_status take_entry(const tn_option *entry, uint32_t known, tn_kit_entries *out,
                            tn_error *error) {
  if ((known & TN_KIT_KNOWS_PROGRESS) && tn_string_is(entry->id, TN_OPTION_PROGRESS))
    return take_progress(entry, out, error);
  if ((known & TN_KIT_KNOWS_CONTEXT) && tn_string_is(entry->id, TN_OPTION_CONTEXT))
    return take_context(entry, out, error);
  if (!(entry->flags & TN_OPTION_CRITICAL)) return TN_OK;
  if (is_passed_on(entry, known)) return TN_OK;
  return tni_fail_clause(error, TN_UNSUPPORTED, TNI_CLAUSE(OPTION, 3),
                         "option entry %.*s is critical and not known", TNI_TEXT(entry->id));
}

tn_status tn_kit_check_options(const void *options, uint32_t first_size, uint32_t known,
                               tn_kit_entries *out, tn_error *error) {
  const tn_options *self = options;
  *out = (tn_kit_entries){.progress = NULL};
  if (self) {
    if (self->size < first_size || self->size > TN_OPTIONS_MAX_SIZE)
      return tni_fail_clause(error, TN_INVALID_ARGUMENT, TNI_CLAUSE(ABI, 12),
                             "options of %u bytes, expected %u to %d", self->size, first_size,
                             TN_OPTIONS_MAX_SIZE);
    if (self->flags != 0)
      return tni_fail_clause(error, TN_INVALID_ARGUMENT, TNI_CLAUSE(ABI, 6),
                             "options: unknown flags %#x", self->flags);
    if (self->reserved != 0)
      return tni_fail_clause(error, TN_INVALID_ARGUMENT, TNI_CLAUSE(ABI, 13),
                             "options: the reserved field is %u instead of 0", self->reserved);
    if (self->entry_count && !self->entries)
      return tni_fail(error, TN_INVALID_ARGUMENT, "options: %u entries at NULL", self->entry_count);
    for (uint32_t i = 0; i < self->entry_count; i++) {
      TN_TRY(check_entry(self->entries[i], i, error));
      TN_TRY(take_entry(self->entries[i], known, out, error));
    }
  }
  return TN_OK;
}
