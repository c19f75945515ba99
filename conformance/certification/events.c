#include "certification/events.h"

#include <sodium.h>
#include <string.h>

enum { NODE_SIZE = crypto_hash_sha256_BYTES, DEEPEST = 64 };

/* Roots of complete trees that wait for a right neighbour, the largest first: those of the bits of
 * the number of leaves. */
struct tree {
  unsigned char roots[DEEPEST][NODE_SIZE];
  size_t depth, leaves;
};

static void hash(unsigned char out[NODE_SIZE], unsigned char kind, const void *first, size_t size,
                 const void *second, size_t second_size) {
  crypto_hash_sha256_state state;
  crypto_hash_sha256_init(&state);
  crypto_hash_sha256_update(&state, &kind, 1);
  crypto_hash_sha256_update(&state, first, size);
  crypto_hash_sha256_update(&state, second, second_size);
  crypto_hash_sha256_final(&state, out);
}

/* Makes one node of the last two. */
static void join(struct tree *self) {
  unsigned char *left = self->roots[self->depth - 2], *right = self->roots[self->depth - 1];
  unsigned char node[NODE_SIZE];
  hash(node, 1, left, NODE_SIZE, right, NODE_SIZE);
  memcpy(left, node, NODE_SIZE);
  self->depth--;
}

static void add_leaf(struct tree *self, const char *line, size_t size) {
  hash(self->roots[self->depth++], 0, line, size, "", 0);
  self->leaves++;
  for (size_t bits = self->leaves; bits % 2 == 0; bits /= 2)
    join(self);
}

bool events_root(const char *bytes, size_t size, char root[DIGEST_SIZE], size_t *count) {
  struct tree tree = {.depth = 0};
  if (size == 0 || bytes[size - 1] != '\n') return false;
  for (size_t at = 0; at < size;) {
    const char *end = memchr(bytes + at, '\n', size - at);
    const size_t length = (size_t)(end - (bytes + at));
    add_leaf(&tree, bytes + at, length);
    at += length + 1;
  }
  *count = tree.leaves;
  while (tree.depth > 1)
    join(&tree);
  sodium_bin2hex(root, DIGEST_SIZE, tree.roots[0], NODE_SIZE);
  return true;
}
