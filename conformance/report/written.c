#include "report/written.h"

#include <stdio.h>
#include <string.h>

void written_begin(written *self) {
  crypto_hash_sha256_init(&self->sum);
}

void written_add(written *self, const void *bytes, uint64_t size) {
  crypto_hash_sha256_update(&self->sum, bytes, size);
}

bool written_add_file(written *self, const char *path, uint64_t size) {
  char piece[4096];
  FILE *file = fopen(path, "re");
  size_t count = 1;
  while (file && size && count) {
    count = fread(piece, 1, size < sizeof piece ? (size_t)size : sizeof piece, file);
    written_add(self, piece, count);
    size -= count;
  }
  const bool good = file && !ferror(file) && size == 0;
  if (file) fclose(file);
  return good;
}

bool written_is_there(const written *self, const char *path) {
  unsigned char asked[crypto_hash_sha256_BYTES], found[crypto_hash_sha256_BYTES];
  crypto_hash_sha256_state sum = self->sum;
  written there;
  written_begin(&there);
  crypto_hash_sha256_final(&sum, asked);
  FILE *file = fopen(path, "re");
  char piece[4096];
  for (size_t count = 1; file && count;) {
    count = fread(piece, 1, sizeof piece, file);
    written_add(&there, piece, count);
  }
  const bool read = file && !ferror(file);
  if (file) fclose(file);
  crypto_hash_sha256_final(&there.sum, found);
  return read && memcmp(asked, found, sizeof asked) == 0;
}
