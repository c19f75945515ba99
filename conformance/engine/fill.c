#include <string.h>

#include "base/half.h"
#include "engine/models.h"

void suite_shape(const tn_value_info *port, int64_t size, int64_t *shape) {
  for (uint32_t i = 0; i < port->rank; i++) {
    const tn_dimension *dimension = &port->dimensions[i];
    int64_t extent = size < dimension->min ? dimension->min : size;
    shape[i] = extent > dimension->max ? dimension->max : extent;
  }
}

static uint64_t next(uint64_t *state) {
  *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return *state >> 33;
}

/* A number in [-1, 1) with few enough bits that every float type holds it. */
static double real(uint64_t *state) {
  return ((double)(next(state) & 0x3ff) - 512.0) / 512.0;
}

static void store(void *at, uint32_t type, uint64_t *state) {
  double number = real(state);
  float single = (float)number;
  uint16_t half = tni_f16_from_f32(single);
  int64_t integer = (int64_t)(next(state) & 0xf) - 4;
  uint8_t truth = (uint8_t)(next(state) & 1);
  switch (type) {
    case TN_F32:
      memcpy(at, &single, sizeof single);
      break;
    case TN_F64:
      memcpy(at, &number, sizeof number);
      break;
    case TN_F16:
      memcpy(at, &half, sizeof half);
      break;
    case TN_BOOL:
      memcpy(at, &truth, sizeof truth);
      break;
    default: /* little-endian integers: the low bytes are the number, of any width */
      integer = type == TN_U8 || type == TN_U16 || type == TN_U32 || type == TN_U64 ? integer + 4
                                                                                    : integer;
      memcpy(at, &integer, tn_element_type_bits(type) / 8);
  }
}

void suite_fill(tn_tensor *tensor, uint64_t seed, uint32_t port) {
  uint64_t state = (seed + 1) * UINT64_C(0x9e3779b97f4a7c15) + port;
  uint64_t count = tn_tensor_element_count(tensor), step = tn_element_type_bits(tensor->type) / 8;
  if (step == 0 || step > 8) return;
  for (uint64_t i = 0; i < count; i++)
    store((char *)tensor->data + i * step, tensor->type, &state);
}
