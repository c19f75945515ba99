/* test-labels: tools */
#include "npy.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static char path[64];
static tn_core *core;

static void begin(void) {
  tn_core_options options = tn_core_options_init();
  options.flags = TN_CORE_IGNORE_ENVIRONMENT | TN_CORE_NO_DEFAULT_FOLDER;
  cr_assert_eq(tn_core_create(&options, &core, NULL), TN_OK);
  strcpy(path, "/tmp/tenon-npy-XXXXXX");
  close(mkstemp(path));
}

static void end(void) {
  unlink(path);
  tn_core_destroy(core);
}

TestSuite(npy, .init = begin, .fini = end);

/* A file of format version 1 (or, with `major` 2, of 4 bytes of length). */
static void write_file(int major, const char *header, const void *data, size_t size) {
  FILE *file = fopen(path, "wb");
  const size_t length = strlen(header);
  cr_assert_not_null(file);
  fprintf(file, "\x93NUMPY%c%c%c%c", major, 0, (int)(length & 255), (int)(length >> 8));
  if (major > 1) fwrite("\0\0", 1, 2, file);
  fwrite(header, 1, length, file);
  fwrite(data, 1, size, file);
  fclose(file);
}

static void expect_failure(tn_status status, const char *text) {
  tn_tensor *tensor = NULL;
  tn_error error = {0};
  cr_assert_eq(npy_read(core, path, &tensor, &error), status, "%s", error.message);
  cr_assert_not_null(strstr(error.message, text), "\"%s\" is not in: %s", text, error.message);
  cr_assert_not_null(strstr(error.message, path), "no path: %s", error.message);
  cr_assert_null(tensor);
}

static void expect_round(uint32_t type, uint32_t rank, const int64_t *shape) {
  tn_tensor *written = NULL, *got = NULL;
  tn_error error = {0};
  cr_assert_eq(tn_core_create_tensor(core, type, rank, shape, &written, &error), TN_OK);
  const uint64_t size = tn_dense_bytes(type, tn_tensor_element_count(written));
  for (uint64_t i = 0; i < size; i++)
    ((unsigned char *)written->data)[i] = (unsigned char)(type == TN_BOOL ? i % 2 : i);
  cr_assert_eq(npy_write(written, path, &error), TN_OK, "%s", error.message);
  cr_assert_eq(npy_read(core, path, &got, &error), TN_OK, "%s", error.message);
  cr_assert_eq(got->type, type);
  cr_assert_eq(got->rank, rank);
  for (uint32_t i = 0; i < rank; i++)
    cr_assert_eq(got->shape[i], shape[i]);
  cr_assert_eq(memcmp(got->data, written->data, (size_t)size), 0);
  tn_tensor_release(written);
  tn_tensor_release(got);
}

Test(npy, what_is_written_is_read) {
  static const uint32_t types[] = {TN_F32, TN_F64, TN_F16, TN_BOOL, TN_I8,  TN_U8,
                                   TN_I16, TN_U16, TN_I32, TN_U32,  TN_I64, TN_U64};
  const int64_t shape[] = {2, 3, 1, 5};
  for (size_t i = 0; i < sizeof types / sizeof *types; i++)
    for (uint32_t rank = 0; rank <= 4; rank++)
      expect_round(types[i], rank, shape);
  const int64_t empty[] = {3, 0};
  expect_round(TN_F32, 2, empty);
}

Test(npy, the_elements_begin_at_a_multiple_of_64) {
  unsigned char start[10];
  const int64_t shape[] = {7};
  expect_round(TN_F32, 1, shape);
  FILE *file = fopen(path, "rb");
  cr_assert_eq(fread(start, 1, sizeof start, file), sizeof start);
  fclose(file);
  cr_assert_eq((10 + start[8] + 256 * start[9]) % 64, 0);
}

Test(npy, the_second_version_of_the_format_is_read) {
  tn_tensor *got = NULL;
  tn_error error = {0};
  write_file(2, "{'descr': '<i2', 'fortran_order': False, 'shape': (2,), }\n", "\1\0\2\0", 4);
  cr_assert_eq(npy_read(core, path, &got, &error), TN_OK, "%s", error.message);
  cr_assert_eq(((int16_t *)got->data)[1], 2);
  tn_tensor_release(got);
}

Test(npy, a_type_that_is_not_read_is_named_whole) {
  write_file(1, "{'descr': '>f4', 'fortran_order': False, 'shape': (1,), }\n", "abcd", 4);
  expect_failure(TN_UNSUPPORTED, "element type '>f4' is not read");
  write_file(1, "{'descr': [('a', '<i4')], 'fortran_order': False, 'shape': (1,), }\n", "abcd", 4);
  expect_failure(TN_UNSUPPORTED, "element type [('a' is not read");
}

Test(npy, damaged_files_are_refused) {
  unlink(path);
  expect_failure(TN_IO, "No such file");
  write_file(1, "", "", 0);
  expect_failure(TN_MALFORMED, "no description of an array");
  write_file(1, "{'descr': '<f4', 'fortran_order': True, 'shape': (1,), }\n", "abcd", 4);
  expect_failure(TN_UNSUPPORTED, "Fortran order");
  write_file(1, "{'descr': '<f4', 'fortran_order': False}\n", "abcd", 4);
  expect_failure(TN_MALFORMED, "no shape");
  write_file(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (x,), }\n", "abcd", 4);
  expect_failure(TN_MALFORMED, "not one of at most");
  write_file(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }\n", "abcd", 4);
  expect_failure(TN_MALFORMED, "not one of at most");
  write_file(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (1,", "", 0);
  expect_failure(TN_MALFORMED, "does not end");
  write_file(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }\n", "abcd", 4);
  expect_failure(TN_MALFORMED, "fewer than the 8 bytes");
  write_file(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }\n", "abcde", 5);
  expect_failure(TN_MALFORMED, "more bytes than its shape takes");
  write_file(1, "{'descr': '<f4', 'descr': '<i4', 'fortran_order': False, 'shape': (1,), }\n",
             "abcd", 4);
  expect_failure(TN_MALFORMED, "each once");
  write_file(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'shape': (2,), }\n",
             "abcd", 4);
  expect_failure(TN_MALFORMED, "more than one");
  write_file(9, "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }\n", "abcd", 4);
  expect_failure(TN_UNSUPPORTED, "version 9 of the format");
  write_file(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 2), }\n",
             "abcd", 4);
  expect_failure(TN_INVALID_ARGUMENT, "does not fit into memory");
  FILE *file = fopen(path, "wb");
  fputs("text, no array", file);
  fclose(file);
  expect_failure(TN_MALFORMED, "no file of NumPy");
}

Test(npy, what_cannot_be_written_is_told) {
  const int64_t shape[] = {1};
  tn_tensor *tensor = NULL;
  tn_error error = {0};
  cr_assert_eq(tn_core_create_tensor(core, TN_BF16, 1, shape, &tensor, &error), TN_OK);
  cr_assert_eq(npy_write(tensor, path, &error), TN_UNSUPPORTED);
  tn_tensor_release(tensor);
  cr_assert_eq(tn_core_create_tensor(core, TN_F32, 1, shape, &tensor, &error), TN_OK);
  cr_assert_eq(npy_write(tensor, "/no/such/folder/x.npy", &error), TN_IO);
  cr_assert_not_null(strstr(error.message, "/no/such/folder/x.npy"));
  tn_tensor_release(tensor);
}
