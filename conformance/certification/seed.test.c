#include "certification/seed.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include <string.h>

/* Made by another program: SHA-256 of 32 bytes each of 0x11, 0x22, 0x33. */
Test(seed, is_the_beginning_of_the_digest_of_all_three) {
  char nonce[DIGEST_SIZE], suite[DIGEST_SIZE], plugin[DIGEST_SIZE];
  memset(nonce, '1', 64);
  memset(suite, '2', 64);
  memset(plugin, '3', 64);
  nonce[64] = suite[64] = plugin[64] = 0;
  cr_assert(eq(u64, seed_derive(nonce, suite, plugin), UINT64_C(0x8cfa0e55b092114e) >> 11));
  plugin[63] = '4';
  cr_assert(ne(u64, seed_derive(nonce, suite, plugin), UINT64_C(0x8cfa0e55b092114e) >> 11));
}

Test(seed, digest_of_a_nonce_is_that_of_its_bytes) {
  char digest[DIGEST_SIZE], asked[DIGEST_SIZE], nonce[DIGEST_SIZE];
  unsigned char bytes[32];
  memset(bytes, 0x11, sizeof bytes);
  memset(nonce, '1', 64);
  nonce[64] = 0;
  digest_of_bytes(bytes, sizeof bytes, asked);
  seed_digest_of_nonce(nonce, digest);
  cr_assert(eq(str, digest, asked));
}
