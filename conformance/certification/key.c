#include "certification/key.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "certification/file_bytes.h"
#include "engine/plain_text.h"

static const char private_prefix[] = "tenon-private-key 1 ", public_prefix[] = "ed25519:";

enum {
  SEED_DIGITS = 2 * crypto_sign_SEEDBYTES,
  PREFIX_LENGTH = sizeof private_prefix - 1,
  PRIVATE_LENGTH = PREFIX_LENGTH + SEED_DIGITS + 1, /* and the line's end */
  PUBLIC_PREFIX_LENGTH = sizeof public_prefix - 1
};

struct signing_key {
  unsigned char secret[crypto_sign_SECRETKEYBYTES], public[crypto_sign_PUBLICKEYBYTES];
  unsigned char seed[crypto_sign_SEEDBYTES];
  char text[KEY_TEXT_SIZE];
  char
      file[PRIVATE_LENGTH + 2]; /* what the private file holds; one byte more to see a longer one */
};

static bool complain(const char *path, const char *why) {
  plain_text_print_line(stderr, "tenon-conformance: %s: %s", path, why);
  return false;
}

/* sodium_malloc: between guard pages, locked, wiped by sodium_free. */
static signing_key *new_key(const char *path) {
  signing_key *self = sodium_init() >= 0 ? sodium_malloc(sizeof *self) : NULL;
  if (self) sodium_memzero(self, sizeof *self);
  if (!self) complain(path, "there is no memory for a key");
  return self;
}

static void derive(signing_key *self) {
  crypto_sign_seed_keypair(self->public, self->secret, self->seed);
  memcpy(self->text, public_prefix, PUBLIC_PREFIX_LENGTH);
  sodium_bin2hex(self->text + PUBLIC_PREFIX_LENGTH, sizeof self->text - PUBLIC_PREFIX_LENGTH,
                 self->public, sizeof self->public);
}

bool key_create(const char *path, char text[KEY_TEXT_SIZE]) {
  signing_key *self = new_key(path);
  if (!self) return false;
  randombytes_buf(self->seed, sizeof self->seed);
  derive(self);
  memcpy(self->file, private_prefix, PREFIX_LENGTH);
  sodium_bin2hex(self->file + PREFIX_LENGTH, SEED_DIGITS + 1, self->seed, sizeof self->seed);
  self->file[PRIVATE_LENGTH - 1] = '\n';
  bool created = file_bytes_create(AT_FDCWD, path, S_IRUSR | S_IWUSR, self->file, PRIVATE_LENGTH);
  memcpy(text, self->text, KEY_TEXT_SIZE);
  key_free(self);
  return created;
}

/* Whether nobody but the user of this process can read the file. */
static bool is_private(int file, const char *path) {
  struct stat status;
  if (fstat(file, &status) != 0 || !S_ISREG(status.st_mode))
    return complain(path, "is no regular file");
  if (status.st_uid != geteuid()) return complain(path, "belongs to another user");
  char start[PUBLIC_PREFIX_LENGTH];
  if (pread(file, start, sizeof start, 0) == (ssize_t)sizeof start &&
      memcmp(start, public_prefix, sizeof start) == 0)
    return complain(path, "is a public key, and the private one is needed");
  if (status.st_mode & (S_IRWXG | S_IRWXO))
    return complain(path, "a private key that the group or others can reach is refused: chmod 600");
  return true;
}

static bool read_digits(signing_key *self, int file, const char *path) {
  size_t length = 0;
  ssize_t count = 1;
  while (count > 0 && length < sizeof self->file) {
    count = read(file, self->file + length, sizeof self->file - length);
    if (count > 0) length += (size_t)count;
  }
  size_t taken = 0;
  if (length != PRIVATE_LENGTH || memcmp(self->file, private_prefix, PREFIX_LENGTH) != 0 ||
      self->file[PRIVATE_LENGTH - 1] != '\n' ||
      sodium_hex2bin(self->seed, sizeof self->seed, self->file + PREFIX_LENGTH, SEED_DIGITS, NULL,
                     &taken, NULL) != 0 ||
      taken != sizeof self->seed)
    return complain(path, "holds no private key");
  return true;
}

signing_key *key_load(const char *path) {
  int file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (file < 0) {
    complain(path, errno == ELOOP ? "is a link, not a file" : strerror(errno));
    return NULL;
  }
  signing_key *self = is_private(file, path) ? new_key(path) : NULL;
  const bool good = self && read_digits(self, file, path);
  close(file);
  if (good) {
    derive(self);
    return self;
  }
  key_free(self);
  return NULL;
}

const char *key_text(const signing_key *self) {
  return self->text;
}

void key_sign(const signing_key *self, const void *message, size_t size,
              char out[KEY_SIGNATURE_SIZE]) {
  unsigned char signature[crypto_sign_BYTES];
  crypto_sign_detached(signature, NULL, message, size, self->secret);
  sodium_bin2hex(out, KEY_SIGNATURE_SIZE, signature, sizeof signature);
}

void key_free(signing_key *self) {
  sodium_free(self);
}

/* Lower-case digits alone: one text for each value. */
static bool read_hex(const char *text, unsigned char *out, size_t size) {
  size_t taken = 0;
  if (strlen(text) != 2 * size || strspn(text, "0123456789abcdef") != 2 * size) return false;
  return sodium_hex2bin(out, size, text, 2 * size, NULL, &taken, NULL) == 0 && taken == size;
}

static bool read_public(const char *text, unsigned char out[crypto_sign_PUBLICKEYBYTES]) {
  return strncmp(text, public_prefix, PUBLIC_PREFIX_LENGTH) == 0 &&
         read_hex(text + PUBLIC_PREFIX_LENGTH, out, crypto_sign_PUBLICKEYBYTES);
}

bool key_is_public(const char *text) {
  unsigned char bytes[crypto_sign_PUBLICKEYBYTES];
  return read_public(text, bytes);
}

bool key_verify(const char *text, const char *signature, const void *message, size_t size) {
  unsigned char bytes[crypto_sign_PUBLICKEYBYTES], signed_bytes[crypto_sign_BYTES];
  return sodium_init() >= 0 && read_public(text, bytes) &&
         read_hex(signature, signed_bytes, sizeof signed_bytes) &&
         crypto_sign_verify_detached(signed_bytes, message, size, bytes) == 0;
}

bool key_public_of_argument(const char *argument, char text[KEY_TEXT_SIZE]) {
  file_bytes file;
  if (key_is_public(argument)) {
    memcpy(text, argument, KEY_TEXT_SIZE);
    return true;
  }
  if (strncmp(argument, public_prefix, PUBLIC_PREFIX_LENGTH) == 0)
    return complain(argument, "is no public key (ed25519: and 64 lower-case digits)");
  if (!file_bytes_read(AT_FDCWD, argument, 4096, &file)) return false;
  file.data[strcspn(file.data, "\n")] = 0;
  const bool good = key_is_public(file.data);
  if (good) memcpy(text, file.data, KEY_TEXT_SIZE);
  file_bytes_free(&file);
  return good || complain(argument, "holds no public key (ed25519: and 64 digits)");
}
