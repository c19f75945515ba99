#include "template.h"

/* Lane 0 is the stages', which the kit writes; lane 1 is the device's. */
enum { DEVICE_LANE = 1 };

const char *template_kernel_name(const tn_node *node) {
  return template_is_fused(node) ? "template_fma" : "reference";
}

/* Inner graphs run within their node: only nodes of the main graph are timed, so that entries of
 * the lane do not overlap. */
void template_profile_before(struct template_request *self) {
  if (self->depth++ == 0 && tn_kit_request_profiled(&self->base))
    self->node_began = tn_kit_request_clock(&self->base);
}

static tn_status add(struct template_request *self, tn_string name, const tn_node *node,
                     uint32_t status, uint64_t duration, tn_error *error) {
  tn_profile_entry entry = tn_profile_entry_init();
  entry.status = status;
  entry.name = name;
  entry.operation = node ? node->operation : TN_STRING("removed");
  entry.kernel = node ? tn_string_from(template_kernel_name(node)) : TN_STRING("");
  entry.lane = DEVICE_LANE;
  entry.start_ns = self->node_began;
  entry.duration_ns = duration;
  return tn_kit_request_add_profile(&self->base, &entry, error);
}

/* A fused node's time is told for the first of its originals; the others have become part of it. */
tn_status template_profile_after(struct template_request *self, const tn_node *node,
                                 tn_error *error) {
  if (--self->depth > 0 || !tn_kit_request_profiled(&self->base)) return TN_OK;
  const uint64_t duration = tn_kit_request_clock(&self->base) - self->node_began;
  for (uint64_t i = 0; i < node->origin_count; i++)
    TN_KIT_TRY(add(self, node->origins[i], node, i ? TN_PROFILE_OPTIMIZED_OUT : TN_PROFILE_EXECUTED,
                   i ? 0 : duration, error));
  return TN_OK;
}

tn_status template_profile_removed(struct template_request *self, tn_error *error) {
  const struct template_compiled *compiled = template_compiled_of(self->base.compiled);
  const char *at = compiled->removed, *const end = at + compiled->removed_bytes;
  while (at < end) {
    const tn_string name = tn_string_from(at);
    TN_KIT_TRY(add(self, name, NULL, TN_PROFILE_OPTIMIZED_OUT, 0, error));
    at += name.length + 1;
  }
  return TN_OK;
}
