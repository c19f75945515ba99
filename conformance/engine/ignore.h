/** @file
 *  Sinks and targets that take what they are given and keep nothing of it.
 */
#ifndef TENON_CONFORMANCE_IGNORE_H
#define TENON_CONFORMANCE_IGNORE_H

#include "tenon/abi.h"
#include "tenon/abi/ext/export.h"
#include "tenon/abi/ext/profiling.h"

static inline tn_status ignore_devices(void *user, const tn_device_list *list) {
  (void)user, (void)list;
  return TN_OK;
}

static inline tn_status ignore_properties(void *user, const tn_property *const *items,
                                          uint64_t count) {
  (void)user, (void)items, (void)count;
  return TN_OK;
}

static inline tn_status ignore_value(void *user, const tn_value *value) {
  (void)user, (void)value;
  return TN_OK;
}

static inline tn_status ignore_answers(void *user, const tn_node_support *const *nodes,
                                       uint64_t count) {
  (void)user, (void)nodes, (void)count;
  return TN_OK;
}

static inline tn_status ignore_profile(void *user, const tn_profile_entry *const *entries,
                                       uint64_t count) {
  (void)user, (void)entries, (void)count;
  return TN_OK;
}

static inline tn_status TN_CALL ignore_bytes(const tn_target *target, const void *data,
                                             uint64_t count, tn_error *error) {
  (void)target, (void)data, (void)count, (void)error;
  return TN_OK;
}

#endif
