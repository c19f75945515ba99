#include "kit/creation.h"

#include "base/status.h"
#include "tenon/kit/options.h"

/* --- memory of the host */

static void *allocate(void *user, size_t size, size_t alignment) {
  const tn_host *host = user;
  return host->allocate(host, size, alignment);
}

static void release(void *user, void *memory) {
  const tn_host *host = user;
  host->release(host, memory);
}

tni_allocator tni_kit_host_allocator(const tn_host *host) {
  const tni_allocator allocator = {allocate, release, (void *)(uintptr_t)host};
  return allocator;
}

/* --- options */

static tn_status fail_null(const char *name, tn_error *error) {
  return tni_fail_clause(error, TN_INVALID_ARGUMENT, TNI_CLAUSE(ERROR, 11), "%s is NULL", name);
}

tn_status tni_kit_check_create_options(tn_string name, const tn_create_options *options,
                                       tn_error *error) {
  if (!options) return fail_null("the options", error);
  if (options->size < TN_CREATE_OPTIONS_FIRST_SIZE)
    return tni_fail_clause(error, TN_INVALID_ARGUMENT, TNI_CLAUSE(ABI, 12),
                           "create options of %u bytes, expected at least %u", options->size,
                           TN_CREATE_OPTIONS_FIRST_SIZE);
  if (options->flags != 0)
    return tni_fail_clause(error, TN_INVALID_ARGUMENT, TNI_CLAUSE(ABI, 6),
                           "create options: unknown flags %#x", options->flags);
  if (!options->host_for) return fail_null("host_for", error);
  const tn_host *host = tn_create_options_host(options);
  if (!host)
    return tni_fail_clause(error, TN_UNSUPPORTED, TNI_CLAUSE(ABI, 7),
                           "%.*s needs major version %u of the interface, the host offers %u to %u",
                           TNI_TEXT(name), TN_MAJOR, options->oldest_major, options->newest_major);
  if (host->size < TN_HOST_FIRST_SIZE)
    return tni_fail_clause(error, TN_INVALID_ARGUMENT, TNI_CLAUSE(ABI, 12),
                           "the host's table has %u bytes, expected at least %u", host->size,
                           TN_HOST_FIRST_SIZE);
  if (!TN_HAS(tn_create_options, options, reserved)) return TN_OK;
  tn_options entries = tn_options_init();
  entries.entries = options->entries;
  entries.entry_count = options->entry_count;
  entries.reserved = options->reserved;
  return tn_kit_check_plain_options(&entries, TN_OPTIONS_FIRST_SIZE, error);
}
