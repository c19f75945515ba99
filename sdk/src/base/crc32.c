#include "base/crc32.h"

enum {
  LANES = 8,             /* bytes that a step takes through tables */
  WORTH_A_TABLE = 65536, /* bytes from which on making the tables pays */
};

static const uint32_t polynomial = 0xEDB88320u; /* bits in reversed order */

static uint32_t advance(uint32_t remainder, int bits) {
  for (int i = 0; i < bits; i++)
    remainder = remainder >> 1 ^ (remainder & 1 ? polynomial : 0);
  return remainder;
}

static uint32_t by_nibbles(uint32_t remainder, const unsigned char *bytes, size_t size) {
  uint32_t table[16];
  for (uint32_t i = 0; i < 16; i++)
    table[i] = advance(i, 4);
  for (size_t i = 0; i < size; i++) {
    remainder ^= bytes[i];
    remainder = remainder >> 4 ^ table[remainder & 15];
    remainder = remainder >> 4 ^ table[remainder & 15];
  }
  return remainder;
}

/* table[k][b]: what byte b becomes when k further bytes follow it. */
static void fill_tables(uint32_t table[LANES][256]) {
  for (uint32_t b = 0; b < 256; b++) {
    table[0][b] = advance(b, 8);
    for (int k = 1; k < LANES; k++)
      table[k][b] = advance(table[k - 1][b], 8);
  }
}

static uint32_t by_tables(uint32_t remainder, const unsigned char *bytes, size_t size) {
  uint32_t table[LANES][256];
  fill_tables(table);
  const size_t whole = size / LANES * LANES;
  for (size_t i = 0; i < whole; i += LANES) {
    uint32_t next = 0;
    for (int k = 0; k < LANES; k++) {
      const uint32_t carried = k < 4 ? remainder >> (8 * k) & 0xFFu : 0;
      next ^= table[LANES - 1 - k][bytes[i + (size_t)k] ^ carried];
    }
    remainder = next;
  }
  return by_nibbles(remainder, bytes + whole, size - whole);
}

uint32_t tni_crc32(uint32_t checksum, const void *data, size_t size) {
  const uint32_t remainder = ~checksum;
  return ~(size < WORTH_A_TABLE ? by_nibbles(remainder, data, size)
                                : by_tables(remainder, data, size));
}
