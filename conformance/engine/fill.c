#include <math.h>
#include <string.h>

#include "base/half.h"
#include "engine/models.h"
#include "ops/elements.h"
#include "ops/types.h"

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
  uint16_t half = tni_f16_from_f32(single), brain = tni_bf16_from_f64(number);
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
    case TN_BF16:
      memcpy(at, &brain, sizeof brain);
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

/* Any bits: those of the last byte that no element takes are zero. */
static void fill_bits(unsigned char *bytes, uint64_t count, uint32_t bits, uint64_t *state) {
  for (uint64_t i = 0; i < count; i++) {
    uint64_t at = i * bits;
    if (at % 8 == 0) bytes[at / 8] = 0;
    bytes[at / 8] |= (unsigned char)((next(state) & ((1u << bits) - 1)) << at % 8);
  }
}

static void fill_strings(tn_tensor *tensor, uint64_t count, uint64_t *state) {
  static const char text[] = "a text of which a part is taken";
  for (uint64_t i = 0; tensor->api->set_string && i < count; i++) {
    uint64_t begin = next(state) % 16, length = next(state) % 16; /* some are empty */
    tensor->api->set_string(tensor, i, tn_string_make(text + begin, length), NULL);
  }
}

void suite_fill(tn_tensor *tensor, uint64_t seed, uint32_t port) {
  uint64_t state = (seed + 1) * UINT64_C(0x9e3779b97f4a7c15) + port;
  uint64_t count = tn_tensor_element_count(tensor);
  uint32_t bits = tn_element_type_bits(tensor->type), type = tensor->type;
  if (type == TN_STRING_ELEMENT) {
    fill_strings(tensor, count, &state);
  } else if (bits < 8) {
    fill_bits(tensor->data, count, bits, &state);
  } else {
    if (bits > 64) count *= bits / 64, bits = 64, type = TN_I64;
    for (uint64_t i = 0; i < count; i++)
      store((char *)tensor->data + i * (bits / 8), type, &state);
  }
}

void suite_fill_inexact(tn_tensor *tensor, uint64_t seed, uint32_t port) {
  uint64_t state = (seed + 1) * UINT64_C(0x9e3779b97f4a7c15) + port;
  suite_fill(tensor, seed, port);
  if (!tni_type_in(tensor->type, TNI_FLOAT_TYPES)) return;
  const uint64_t count = tn_tensor_element_count(tensor);
  for (uint64_t i = 0; i < count; i++) {
    const double fraction = 1 + ((double)next(&state) + (double)next(&state) * 0x1p-31) * 0x1p-31;
    const int exponent = (int)(next(&state) % 8) - 4;
    const double number = ldexp(next(&state) & 1 ? fraction : -fraction, exponent);
    tni_store_reals(tensor->type, tensor->data, (int64_t)i, 1, &number);
  }
}
