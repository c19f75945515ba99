#include "engine/digest.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

static void write_hex(const unsigned char *digest, char out[DIGEST_SIZE]) {
  sodium_bin2hex(out, DIGEST_SIZE, digest, crypto_hash_sha256_BYTES);
}

void digest_of_bytes(const void *bytes, size_t size, char out[DIGEST_SIZE]) {
  unsigned char digest[crypto_hash_sha256_BYTES];
  crypto_hash_sha256(digest, bytes, size);
  write_hex(digest, out);
}

bool digest_of_file(const char *path, char out[DIGEST_SIZE]) {
  unsigned char digest[crypto_hash_sha256_BYTES], buffer[65536];
  crypto_hash_sha256_state state;
  ssize_t count;
  out[0] = 0;
  struct stat status;
  const int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) return false;
  if (fstat(file, &status) != 0 || !S_ISREG(status.st_mode)) {
    close(file);
    errno = EINVAL;
    return false;
  }
  crypto_hash_sha256_init(&state);
  while ((count = read(file, buffer, sizeof buffer)) > 0 || (count < 0 && errno == EINTR))
    if (count > 0) crypto_hash_sha256_update(&state, buffer, (unsigned long long)count);
  const int reason = errno;
  close(file);
  errno = reason;
  if (count < 0) return false;
  crypto_hash_sha256_final(&state, digest);
  write_hex(digest, out);
  return true;
}
