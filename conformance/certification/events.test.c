#include "certification/events.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include <sodium.h>
#include <string.h>

/* The definition, in its words: the left child is over the largest power of two below the number.
 */
static void define(const char *const *lines, size_t count, unsigned char out[32]) {
  unsigned char bytes[65] = {1};
  size_t split = 1;
  if (count == 1) {
    bytes[0] = 0;
    memcpy(bytes + 1, lines[0], strlen(lines[0]));
    crypto_hash_sha256(out, bytes, 1 + strlen(lines[0]));
    return;
  }
  while (2 * split < count)
    split *= 2;
  define(lines, split, bytes + 1);
  define(lines + split, count - split, bytes + 33);
  crypto_hash_sha256(out, bytes, sizeof bytes);
}

Test(events, root_is_that_of_rfc_6962) {
  static const char *const lines[] = {"a", "", "b", "c", "a", "dd", "e", "f", "g", "h", "i"};
  for (size_t count = 1; count <= sizeof lines / sizeof *lines; count++) {
    char text[64] = "", root[DIGEST_SIZE], asked[DIGEST_SIZE];
    unsigned char digest[32];
    size_t found = 0;
    for (size_t i = 0; i < count; i++)
      strcat(strcat(text, lines[i]), "\n");
    define(lines, count, digest);
    sodium_bin2hex(asked, sizeof asked, digest, sizeof digest);
    cr_assert(events_root(text, strlen(text), root, &found));
    cr_assert(eq(sz, found, count));
    cr_assert(eq(str, root, asked), "%zu lines", count);
  }
}

Test(events, no_lines_and_lines_without_an_end_have_none) {
  char root[DIGEST_SIZE];
  size_t count;
  cr_assert(not(events_root("", 0, root, &count)));
  cr_assert(not(events_root("a\nb", 3, root, &count)));
}
