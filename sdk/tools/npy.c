#include "npy.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/platform/output_file.h"
#include "base/status.h"

static const struct {
  const char *descriptor;
  uint32_t type;
} types[] = {
    {"<f4", TN_F32}, {"<f8", TN_F64}, {"<f2", TN_F16}, {"|b1", TN_BOOL},
    {"|i1", TN_I8},  {"|u1", TN_U8},  {"<i2", TN_I16}, {"<u2", TN_U16},
    {"<i4", TN_I32}, {"<u4", TN_U32}, {"<i8", TN_I64}, {"<u8", TN_U64},
};

enum { TYPE_COUNT = sizeof types / sizeof *types, MAX_HEADER = 65536 };

static const char magic[] = "\x93NUMPY";

/* What the header says. */
struct header {
  uint32_t type, rank;
  int64_t shape[TN_MAX_RANK];
};

/* The text behind `'key':`; NULL where there is none, or more than one: readers would differ in
 * which of them counts. */
static const char *find_key(const char *text, const char *key) {
  char quoted[32];
  snprintf(quoted, sizeof quoted, "'%s':", key);
  const char *at = strstr(text, quoted);
  if (!at || strstr(at + 1, quoted)) return NULL;
  return at + strlen(quoted) + strspn(at + strlen(quoted), " ");
}

static tn_status parse_shape(const char *at, struct header *out, const char *path,
                             tn_error *error) {
  if (!at || *at != '(')
    return tni_fail(error, TN_MALFORMED, "%s: the header tells no shape, or more than one", path);
  for (at++; *at && *at != ')'; at += strspn(at, ", ")) {
    char *end;
    errno = 0;
    int64_t extent = strtoll(at, &end, 10);
    if (end == at || errno || extent < 0 || out->rank == TN_MAX_RANK)
      return tni_fail(error, TN_MALFORMED,
                      "%s: the shape in the header is not one of at most %d numbers", path,
                      TN_MAX_RANK);
    out->shape[out->rank++] = extent;
    at = end;
  }
  return *at == ')'
             ? TN_OK
             : tni_fail(error, TN_MALFORMED, "%s: the shape in the header does not end", path);
}

/* Of a text in quotes, with them; of anything else, what stands before the next comma. */
static int descriptor_length(const char *at) {
  const char *end = *at == '\'' || *at == '"' ? strchr(at + 1, *at) : NULL;
  const size_t length = end ? (size_t)(end - at) + 1 : strcspn(at, ",}");
  return length > 40 ? 40 : (int)length;
}

static tn_status parse_header(const char *text, struct header *out, const char *path,
                              tn_error *error) {
  const char *descriptor = find_key(text, "descr"), *order = find_key(text, "fortran_order");
  if (!descriptor || !order)
    return tni_fail(error, TN_MALFORMED,
                    "%s: the header is no description of an array: expected 'descr' and "
                    "'fortran_order', each once",
                    path);
  if (strncmp(order, "False", 5) != 0)
    return tni_fail(error, TN_UNSUPPORTED, "%s: the array is in Fortran order", path);
  for (int i = 0; i < TYPE_COUNT; i++)
    if (strncmp(descriptor + 1, types[i].descriptor, 3) == 0 && descriptor[4] == descriptor[0])
      out->type = types[i].type;
  if (!out->type)
    return tni_fail(error, TN_UNSUPPORTED,
                    "%s: element type %.*s is not read; expected little-endian bool, integers, "
                    "f16, f32 or f64",
                    path, descriptor_length(descriptor), descriptor);
  return parse_shape(find_key(text, "shape"), out, path, error);
}

static tn_status read_header(FILE *file, struct header *out, const char *path, tn_error *error) {
  unsigned char start[12];
  char text[MAX_HEADER];
  const size_t count = fread(start, 1, 10, file);
  if (ferror(file)) return tni_fail(error, TN_IO, "%s: %s", path, strerror(errno));
  if (count != 10 || memcmp(start, magic, 6) != 0)
    return tni_fail(error, TN_MALFORMED, "%s: no file of NumPy", path);
  if (start[6] < 1 || start[6] > 3)
    return tni_fail(error, TN_UNSUPPORTED, "%s: version %u of the format, expected 1 to 3", path,
                    start[6]);
  uint32_t length = start[8] | (uint32_t)start[9] << 8;
  if (start[6] > 1) {
    if (fread(start + 10, 1, 2, file) != 2)
      return tni_fail(error, TN_MALFORMED, "%s: the header is cut off", path);
    length |= (uint32_t)start[10] << 16 | (uint32_t)start[11] << 24;
  }
  if (length >= MAX_HEADER || fread(text, 1, length, file) != length)
    return tni_fail(error, TN_MALFORMED, "%s: the header is cut off or longer than %d bytes", path,
                    MAX_HEADER);
  text[length] = 0;
  return parse_header(text, out, path, error);
}

static tn_status read_elements(FILE *file, tn_tensor *tensor, const char *path, tn_error *error) {
  uint64_t bytes = tn_dense_bytes(tensor->type, tn_tensor_element_count(tensor));
  if (fread(tensor->data, 1, (size_t)bytes, file) != bytes)
    return tni_fail(error, TN_MALFORMED, "%s: fewer than the %llu bytes that its shape takes", path,
                    (unsigned long long)bytes);
  if (fgetc(file) != EOF)
    return tni_fail(error, TN_MALFORMED, "%s: more bytes than its shape takes", path);
  return TN_OK;
}

tn_status npy_read(tn_core *core, const char *path, tn_tensor **out, tn_error *error) {
  struct header header = {.type = 0};
  tn_tensor *tensor = NULL;
  FILE *file = fopen(path, "rb");
  if (!file) return tni_fail(error, TN_IO, "%s: %s", path, strerror(errno));
  tn_status status = read_header(file, &header, path, error);
  if (status == TN_OK) {
    status = tn_core_create_tensor(core, header.type, header.rank, header.shape, &tensor, error);
    if (status != TN_OK) tni_fail_prefix(error, status, "%s", path);
  }
  if (status == TN_OK) status = read_elements(file, tensor, path, error);
  fclose(file);
  if (status == TN_OK)
    *out = tensor;
  else if (tensor)
    tn_tensor_release(tensor);
  return status;
}

/* The header, padded so that the elements begin at a multiple of 64. Returns its length. */
static size_t make_header(const tn_tensor *tensor, const char *descriptor, char *out, size_t size) {
  size_t used =
      (size_t)snprintf(out, size, "{'descr': '%s', 'fortran_order': False, 'shape': (", descriptor);
  for (uint32_t i = 0; i < tensor->rank; i++)
    used += (size_t)snprintf(out + used, size - used,
                             tensor->rank == 1 ? "%lld,"
                             : i               ? ", %lld"
                                               : "%lld",
                             (long long)tensor->shape[i]);
  used += (size_t)snprintf(out + used, size - used, "), }");
  while ((used + 1 + 10) % 64)
    out[used++] = ' ';
  out[used++] = '\n';
  return used;
}

static const char *find_descriptor(uint32_t type) {
  for (int i = 0; i < TYPE_COUNT; i++)
    if (types[i].type == type) return types[i].descriptor;
  return NULL;
}

bool npy_holds(uint32_t type) {
  return find_descriptor(type) != NULL;
}

static tn_status write_all(tni_output_file *file, const tn_tensor *tensor, const char *descriptor,
                           tn_error *error) {
  char header[1024];
  const size_t length = make_header(tensor, descriptor, header, sizeof header - 64);
  const uint64_t bytes = tn_dense_bytes(tensor->type, tn_tensor_element_count(tensor));
  const unsigned char start[] = {1, 0, (unsigned char)(length & 0xff),
                                 (unsigned char)(length >> 8)};
  TN_TRY(tni_output_file_write(file, magic, 6, error));
  TN_TRY(tni_output_file_write(file, start, sizeof start, error));
  TN_TRY(tni_output_file_write(file, header, length, error));
  return tni_output_file_write(file, tensor->data, bytes, error);
}

tn_status npy_write(const tn_tensor *tensor, const char *path, tn_error *error) {
  const char *descriptor = find_descriptor(tensor->type);
  tni_output_file file;
  if (!descriptor)
    return tni_fail(error, TN_UNSUPPORTED, "%s: NumPy's format has no elements of type %u", path,
                    tensor->type);
  TN_TRY(tni_output_file_open(&file, tni_allocator_system(), path, error));
  return tni_output_file_close(&file, write_all(&file, tensor, descriptor, error), error);
}
