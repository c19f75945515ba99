#include "engine/digest.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Of "abc", as FIPS 180-2 tells it. */
static char abc[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

Test(digest, of_bytes_is_sha_256) {
  char digest[DIGEST_SIZE];
  digest_of_bytes("abc", 3, digest);
  cr_assert(eq(str, digest, abc));
}

Test(digest, of_a_file_is_that_of_its_bytes) {
  char path[] = "/tmp/tenon-digest-XXXXXX", found[DIGEST_SIZE], asked[DIGEST_SIZE];
  const size_t size = 200001; /* several buffers, the last one not full */
  char *bytes = calloc(size, 1);
  const int file = mkstemp(path);
  cr_assert(bytes && file >= 0);
  for (size_t i = 0; i < size; i++)
    bytes[i] = (char)(i * 7);
  cr_assert(eq(long, write(file, bytes, size), (long)size));
  cr_assert(digest_of_file(path, found));
  digest_of_bytes(bytes, size, asked);
  cr_assert(eq(str, found, asked));
  close(file);
  unlink(path);
  free(bytes);
}

Test(digest, of_no_file_is_none) {
  char digest[DIGEST_SIZE];
  cr_assert(not(digest_of_file("/nowhere/at/all", digest)));
  cr_assert(eq(int, errno, ENOENT));
  cr_assert(eq(str, digest, (char *)""));
  cr_assert(not(digest_of_file("/", digest)));
}
