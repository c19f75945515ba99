/* Tensors in records. What a worker wrote is read as hostile data. */
#include <string.h>

#include "engine/record.h"
#include "graph/tensor.h"

static uint64_t padded(uint64_t length) {
  return (length + 7) & ~UINT64_C(7);
}

static uint64_t element_bytes(const tn_tensor *dense) {
  uint64_t count = tn_tensor_element_count(dense);
  if (dense->type != TN_STRING_ELEMENT) return tn_dense_bytes(dense->type, count);
  uint64_t bytes = count * sizeof(uint64_t);
  for (uint64_t i = 0; i < count; i++)
    bytes += ((const tn_string *)dense->data)[i].length;
  return bytes;
}

uint64_t record_tensor_bytes(const tn_tensor *dense) {
  return padded(sizeof(record_tensor) + element_bytes(dense));
}

static void store_strings(const tn_string *strings, uint64_t count, char *at) {
  char *bytes = at + count * sizeof(uint64_t);
  for (uint64_t i = 0; i < count; i++) {
    memcpy(at + i * sizeof(uint64_t), &strings[i].length, sizeof(uint64_t));
    if (strings[i].length) memcpy(bytes, strings[i].data, (size_t)strings[i].length);
    bytes += strings[i].length;
  }
}

void record_tensor_store(const tn_tensor *dense, void *at) {
  record_tensor head = {.type = dense->type, .rank = dense->rank};
  if (dense->rank) memcpy(head.shape, dense->shape, dense->rank * sizeof *dense->shape);
  head.byte_count = element_bytes(dense);
  memcpy(at, &head, sizeof head);
  char *elements = (char *)at + sizeof head;
  if (dense->type == TN_STRING_ELEMENT)
    store_strings(dense->data, tn_tensor_element_count(dense), elements);
  else if (head.byte_count)
    memcpy(elements, dense->data, (size_t)head.byte_count);
}

/* `bytes`: all lengths, then all texts. */
static tn_status read_strings(const record_tensor *head, const char *bytes, tn_tensor **out) {
  tn_error error;
  tn_tensor *tensor = NULL;
  const uint64_t lengths = tni_shape_bytes(TN_U64, head->rank, head->shape);
  uint64_t used = lengths;
  if (lengths > head->byte_count) return TN_MALFORMED;
  tn_status status = tni_tensor_create(tni_environment_system(), TN_STRING_ELEMENT, head->rank,
                                       head->shape, &tensor, &error);
  for (uint64_t i = 0; status == TN_OK && i < lengths / sizeof(uint64_t); i++) {
    uint64_t length;
    memcpy(&length, bytes + i * sizeof length, sizeof length);
    status = length > head->byte_count - used
                 ? TN_MALFORMED
                 : tensor->api->set_string(tensor, i, tn_string_make(bytes + used, length), &error);
    used += length;
  }
  if (status == TN_OK)
    *out = tensor;
  else if (tensor)
    tn_tensor_release(tensor);
  return status;
}

static tn_status read_elements(const record_tensor *head, const char *bytes, tn_tensor **out) {
  tn_error error;
  if (head->type == TN_STRING_ELEMENT) return read_strings(head, bytes, out);
  if (tni_shape_bytes(head->type, head->rank, head->shape) != head->byte_count) return TN_MALFORMED;
  return tni_tensor_create_copy(tni_environment_system(), head->type, head->rank, head->shape,
                                bytes, out, &error);
}

tn_tensor *record_tensor_load(const record_view *view, uint64_t *offset) {
  record_tensor head;
  tn_tensor *tensor = NULL;
  uint64_t rest = view->head->data_length - *offset;
  if (*offset > view->head->data_length || rest < sizeof head) return NULL;
  memcpy(&head, (const char *)view->data + *offset, sizeof head);
  if (head.rank > TN_MAX_RANK || tn_element_type_bits(head.type) == 0 ||
      head.byte_count > rest - sizeof head)
    return NULL;
  const char *bytes = (const char *)view->data + *offset + sizeof head;
  if (read_elements(&head, bytes, &tensor) != TN_OK) return NULL;
  *offset += padded(sizeof head + head.byte_count);
  return tensor;
}
