#include "certification/seed.h"

#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "certification/file_bytes.h"
#include "certification/shape.h"

enum { BYTES = crypto_hash_sha256_BYTES };

bool seed_draw_nonce(const char *path, char nonce[DIGEST_SIZE]) {
  unsigned char bytes[BYTES];
  char line[DIGEST_SIZE + 1];
  if (sodium_init() < 0) return false;
  randombytes_buf(bytes, sizeof bytes);
  sodium_bin2hex(nonce, DIGEST_SIZE, bytes, sizeof bytes);
  snprintf(line, sizeof line, "%s\n", nonce);
  return file_bytes_create(AT_FDCWD, path, S_IRUSR | S_IWUSR, line, DIGEST_SIZE);
}

bool seed_read_nonce(const char *path, char nonce[DIGEST_SIZE]) {
  file_bytes file;
  if (!file_bytes_read(AT_FDCWD, path, 4096, &file)) return false;
  file.data[strcspn(file.data, "\n")] = 0;
  const bool good = shape_is_digest(file.data);
  if (good)
    memcpy(nonce, file.data, DIGEST_SIZE);
  else
    fprintf(stderr, "tenon-conformance: %s: holds no nonce of 64 digits\n", path);
  file_bytes_free(&file);
  return good;
}

static void bytes_of(const char *digits, unsigned char out[BYTES]) {
  memset(out, 0, BYTES);
  sodium_hex2bin(out, BYTES, digits, strlen(digits), NULL, NULL, NULL);
}

void seed_digest_of_nonce(const char *nonce, char digest[DIGEST_SIZE]) {
  unsigned char bytes[BYTES];
  bytes_of(nonce, bytes);
  digest_of_bytes(bytes, sizeof bytes, digest);
}

uint64_t seed_derive(const char *nonce, const char *suite, const char *plugin) {
  unsigned char bytes[3 * BYTES], digest[BYTES];
  uint64_t seed = 0;
  bytes_of(nonce, bytes);
  bytes_of(suite, bytes + BYTES);
  bytes_of(plugin, bytes + 2 * BYTES);
  crypto_hash_sha256(digest, bytes, sizeof bytes);
  for (int i = 0; i < 8; i++)
    seed = seed << 8 | digest[i];
  return seed >> 11;
}
