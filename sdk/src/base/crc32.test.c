#include "base/crc32.h"

#include <criterion/criterion.h>
#include <stdlib.h>

Test(crc32, known_values) {
  cr_assert_eq(tni_crc32(0, "", 0), 0);
  cr_assert_eq(tni_crc32(0, "123456789", 9), 0xCBF43926u);
}

Test(crc32, pieces_and_table_path_agree_with_the_whole) {
  const size_t size = 200003;
  unsigned char *bytes = malloc(size);
  for (size_t i = 0; i < size; i++)
    bytes[i] = (unsigned char)(i * i >> 3);
  uint32_t in_pieces = 0;
  for (size_t i = 0; i < size; i += 1000)
    in_pieces = tni_crc32(in_pieces, bytes + i, size - i < 1000 ? size - i : 1000);
  cr_assert_eq(tni_crc32(0, bytes, size), in_pieces);
  bytes[777] ^= 1;
  cr_assert_neq(tni_crc32(0, bytes, size), in_pieces);
  free(bytes);
}
