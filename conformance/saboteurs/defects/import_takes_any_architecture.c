/* caught-by: import.of_a_foreign_device */
/* A blob for devices of another architecture is loaded as it is; what was laid out for them gives
 * other numbers here. */
#include "other_outputs.h"

enum { AT_ARCHITECTURE = 160, ROOM = 128, AT_CHECKSUM = 292, AT_HEAD_SIZE = 12 };

static tn_status (*below)(tn_plugin *plugin, tn_string device, const tn_source *source,
                          const tn_import_options *options, tn_compiled_model **out,
                          tn_error *error);
static const char own[] = "template-1";
static atomic_int loaded;

static uint32_t checksum_of(const unsigned char *bytes, uint32_t size) {
  uint32_t sum = UINT32_MAX;
  for (uint32_t i = 0; i < size; i++) {
    sum ^= bytes[i];
    for (int bit = 0; bit < 8; bit++)
      sum = (sum >> 1) ^ (sum & 1 ? 0xedb88320u : 0);
  }
  return ~sum;
}

/* The blob as one for this architecture. */
static unsigned char *relabelled(const tn_source *source) {
  const uint64_t size = (source->byte_count + 63) / 64 * 64;
  unsigned char *bytes = aligned_alloc(64, size);
  uint32_t head = 0, sum;
  memcpy(bytes, source->data, source->byte_count);
  memcpy(&head, bytes + AT_HEAD_SIZE, sizeof head);
  memset(bytes + AT_ARCHITECTURE, 0, ROOM);
  memcpy(bytes + AT_ARCHITECTURE, own, sizeof own);
  memset(bytes + AT_CHECKSUM, 0, sizeof sum);
  sum = checksum_of(bytes, head);
  memcpy(bytes + AT_CHECKSUM, &sum, sizeof sum);
  return bytes;
}

static tn_status import_model(tn_plugin *plugin, tn_string device, const tn_source *source,
                              const tn_import_options *options, tn_compiled_model **out,
                              tn_error *error) {
  const tn_status status = below(plugin, device, source, options, out, error);
  if (status != TN_RECOMPILE || !source->data) return status;
  tn_source changed = *source;
  unsigned char *bytes = relabelled(source);
  changed.data = bytes;
  const tn_status again = below(plugin, device, &changed, options, out, error);
  free(bytes);
  if (again == TN_OK) loaded = 1;
  return again;
}

static tn_status infer(tn_infer_request *request, tn_error *error) {
  return infer_other_outputs(request, loaded, 3, error);
}

static void change_request(tn_infer_request_api *api) {
  api->infer = infer;
}

static void change(tn_import_api *api) {
  below = api->import_model;
  api->import_model = import_model;
}

const saboteur_hooks saboteur = {.importing = change, .request = change_request};
