#include "frontends/onnx/tensor_proto.h"

#include "onnx.pb.h"

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "elements are used as they lie in the file, which is little-endian"
#endif

/* The typed field that elements of a type stand in, and how many numbers of it `elements` elements
 * take. */
typedef struct typed_field {
  uint32_t type;
  uint32_t tag;
  uint32_t numbers;  /* This many numbers ... */
  uint32_t elements; /* ... for this many elements. */
} typed_field;

static const typed_field typed_fields[] = {
    {TN_F32, onnx_TensorProto_float_data_tag, 1, 1},
    {TN_C64, onnx_TensorProto_float_data_tag, 2, 1},
    {TN_F64, onnx_TensorProto_double_data_tag, 1, 1},
    {TN_C128, onnx_TensorProto_double_data_tag, 2, 1},
    {TN_I64, onnx_TensorProto_int64_data_tag, 1, 1},
    {TN_U64, onnx_TensorProto_uint64_data_tag, 1, 1},
    {TN_U32, onnx_TensorProto_uint64_data_tag, 1, 1},
    {TN_STRING_ELEMENT, onnx_TensorProto_string_data_tag, 1, 1},
    {TN_U4, onnx_TensorProto_int32_data_tag, 1, 2},
    {TN_I4, onnx_TensorProto_int32_data_tag, 1, 2},
    {TN_F4E2M1, onnx_TensorProto_int32_data_tag, 1, 2},
    {TN_U2, onnx_TensorProto_int32_data_tag, 1, 4},
    {TN_I2, onnx_TensorProto_int32_data_tag, 1, 4},
};

/* All other types stand in int32_data, a number each. */
static typed_field typed_field_of(uint32_t type) {
  for (size_t i = 0; i < sizeof typed_fields / sizeof *typed_fields; i++)
    if (typed_fields[i].type == type) return typed_fields[i];
  return (typed_field){type, onnx_TensorProto_int32_data_tag, 1, 1};
}

/* Whole decimal numbers of external_data. */
static tn_status parse_decimal(tn_string text, uint64_t *out, tn_error *error) {
  uint64_t value = 0;
  for (uint64_t i = 0; i < text.length; i++) {
    const char digit = text.data[i];
    if (digit < '0' || digit > '9' || __builtin_mul_overflow(value, UINT64_C(10), &value) ||
        __builtin_add_overflow(value, (uint64_t)(digit - '0'), &value))
      return tni_fail(error, TN_MALFORMED, "external data: \"%.*s\" is no offset or length",
                      TNI_TEXT(text));
  }
  if (text.length == 0)
    return tni_fail(error, TN_MALFORMED, "external data: offset or length is empty");
  *out = value;
  return TN_OK;
}

static tn_status parse_external(tni_bytes message, tni_onnx_tensor *out, tn_error *error) {
  tn_string key = {0};
  tn_string value = {0};
  tni_wire_field field;
  tni_wire_cursor cursor =
      tni_wire_open(message, onnx_StringStringEntryProto_fields, "StringStringEntryProto");
  while (tni_wire_next(&cursor, &field)) {
    if (field.tag == onnx_StringStringEntryProto_key_tag)
      key = tni_bytes_text(field.bytes);
    else
      value = tni_bytes_text(field.bytes);
  }
  TN_TRY(tni_wire_close(&cursor, error));
  if (tn_string_equal(key, TN_STRING("location")))
    out->location = value;
  else if (tn_string_equal(key, TN_STRING("offset")))
    return parse_decimal(value, &out->offset, error);
  else if (tn_string_equal(key, TN_STRING("length")))
    return parse_decimal(value, &out->length, error);
  return TN_OK;
}

static tn_status add_dimensions(tni_wire_field *field, tni_onnx_tensor *out, tn_error *error) {
  uint64_t number;
  while (tni_wire_take(field, &number)) {
    if (out->rank == TN_MAX_RANK)
      return tni_fail(error, TN_UNSUPPORTED, "more than %d dimensions", (int)TN_MAX_RANK);
    if ((int64_t)number < 0)
      return tni_fail(error, TN_MALFORMED, "dimension %u is negative (%lld)", out->rank,
                      (long long)number);
    out->shape[out->rank++] = (int64_t)number;
  }
  return TN_OK;
}

static tn_status add_typed(const tni_wire_field *field, tni_onnx_tensor *out, tn_error *error) {
  const uint64_t count = field->tag == onnx_TensorProto_string_data_tag ? 1 : field->count;
  if (count == 0) return TN_OK;
  if (out->typed_tag != 0 && out->typed_tag != field->tag)
    return tni_fail(error, TN_MALFORMED, "elements stand in two fields (%u and %u)", out->typed_tag,
                    field->tag);
  out->typed_tag = field->tag;
  out->typed_count += count;
  return TN_OK;
}

/* What the fields say, not compared with each other. */
static tn_status parse_fields(tni_onnx_tensor *out, int64_t *type, int64_t *location,
                              tn_error *error) {
  tni_wire_field field;
  tni_wire_cursor cursor = tni_wire_open(out->message, onnx_TensorProto_fields, "TensorProto");
  while (tni_wire_next(&cursor, &field)) {
    switch (field.tag) {
      case onnx_TensorProto_name_tag:
        out->name = tni_bytes_text(field.bytes);
        break;
      case onnx_TensorProto_dims_tag:
        TN_TRY(add_dimensions(&field, out, error));
        break;
      case onnx_TensorProto_data_type_tag:
        *type = (int64_t)field.number;
        break;
      case onnx_TensorProto_data_location_tag:
        *location = (int64_t)field.number;
        break;
      case onnx_TensorProto_external_data_tag:
        TN_TRY(parse_external(field.bytes, out, error));
        break;
      case onnx_TensorProto_raw_data_tag:
        out->raw = field.bytes;
        out->place = TNI_ONNX_RAW;
        break;
      case onnx_TensorProto_float_data_tag:
      case onnx_TensorProto_int32_data_tag:
      case onnx_TensorProto_string_data_tag:
      case onnx_TensorProto_int64_data_tag:
      case onnx_TensorProto_double_data_tag:
      case onnx_TensorProto_uint64_data_tag:
        TN_TRY(add_typed(&field, out, error));
        break;
      case onnx_TensorProto_segment_tag:
        return tni_fail(error, TN_UNSUPPORTED, "tensors in segments are not read");
      default:
        break; /* doc_string, metadata_props */
    }
  }
  return tni_wire_close(&cursor, error);
}

static tn_status check_size(tni_onnx_tensor *out, tn_error *error) {
  uint64_t count = 1;
  uint64_t bits = tn_element_type_bits(out->type);
  for (uint32_t i = 0; i < out->rank; i++)
    if (out->shape[i] == 0) count = 0;
  for (uint32_t i = 0; i < out->rank && count > 0; i++)
    if (__builtin_mul_overflow(count, (uint64_t)out->shape[i], &count))
      return tni_fail(error, TN_MALFORMED, "the shape has more elements than can be counted");
  if (__builtin_mul_overflow(count, bits, &bits) || bits > UINT64_MAX - 7)
    return tni_fail(error, TN_MALFORMED, "the shape has more elements than can be counted");
  out->count = count;
  out->size = (bits + 7) / 8;
  return TN_OK;
}

static tn_status check_elements(const tni_onnx_tensor *out, tn_error *error) {
  const typed_field typed = typed_field_of(out->type);
  const uint64_t numbers = (out->count + typed.elements - 1) / typed.elements * typed.numbers;
  switch (out->place) {
    case TNI_ONNX_RAW:
      if (out->type == TN_STRING_ELEMENT)
        return tni_fail(error, TN_MALFORMED, "raw data cannot hold strings");
      if (out->raw.size == out->size) return TN_OK;
      return tni_fail(error, TN_MALFORMED, "raw data has %zu bytes, the shape asks for %llu",
                      out->raw.size, (unsigned long long)out->size);
    case TNI_ONNX_EXTERNAL:
      if (out->type == TN_STRING_ELEMENT)
        return tni_fail(error, TN_MALFORMED, "external data cannot hold strings");
      if (out->length == UINT64_MAX || out->length == out->size) return TN_OK;
      return tni_fail(error, TN_MALFORMED, "external data has %llu bytes, the shape asks for %llu",
                      (unsigned long long)out->length, (unsigned long long)out->size);
    default:
      if (out->typed_tag != 0 && out->typed_tag != typed.tag)
        return tni_fail(error, TN_MALFORMED,
                        "the elements stand in field %u, those of this type belong in field %u",
                        out->typed_tag, typed.tag);
      if (out->typed_count == numbers) return TN_OK;
      return tni_fail(error, TN_MALFORMED, "%llu numbers are present, the shape asks for %llu",
                      (unsigned long long)out->typed_count, (unsigned long long)numbers);
  }
}

static tn_status parse(tni_onnx_tensor *out, tn_error *error) {
  int64_t type = 0;
  int64_t location = 0;
  TN_TRY(parse_fields(out, &type, &location, error));
  if (type <= 0) return tni_fail(error, TN_MALFORMED, "the element type is missing");
  if (type > UINT32_MAX || tn_element_type_bits((uint32_t)type) == 0)
    return tni_fail(error, TN_UNSUPPORTED, "element type %lld is not supported", (long long)type);
  out->type = (uint32_t)type;
  if (location != 0 && location != 1)
    return tni_fail(error, TN_MALFORMED, "data location %lld is not known", (long long)location);
  if (location == 1 ? out->place == TNI_ONNX_RAW || out->typed_tag
                    : out->place == TNI_ONNX_RAW && out->typed_tag)
    return tni_fail(error, TN_MALFORMED, "elements stand in two places");
  if (location == 1)
    out->place = TNI_ONNX_EXTERNAL;
  else if (out->typed_tag)
    out->place = TNI_ONNX_TYPED;
  TN_TRY(check_size(out, error));
  return check_elements(out, error);
}

/* The name, which may stand behind the field at fault. */
static tn_string find_name(tni_bytes message) {
  tn_string name = {0};
  tni_wire_field field;
  tni_wire_cursor cursor = tni_wire_open(message, onnx_TensorProto_fields, "TensorProto");
  while (tni_wire_next(&cursor, &field))
    if (field.tag == onnx_TensorProto_name_tag) name = tni_bytes_text(field.bytes);
  return name;
}

tn_status tni_onnx_tensor_parse(tni_bytes message, tni_onnx_tensor *out, tn_error *error) {
  *out = (tni_onnx_tensor){.message = message, .length = UINT64_MAX};
  const tn_status status = parse(out, error);
  if (status == TN_OK) return TN_OK;
  out->name = find_name(message);
  return tni_fail_prefix(error, status, "tensor \"%.*s\"", TNI_TEXT(out->name));
}

/* Whether a number of a varint field fits its element type. */
static int fits(uint32_t type, uint64_t number) {
  const int64_t value = (int64_t)number;
  switch (type) {
    case TN_I64:
    case TN_U64:
      return 1;
    case TN_U32:
      return number <= UINT32_MAX;
    case TN_I32:
      return value >= INT32_MIN && value <= INT32_MAX;
    case TN_BOOL:
      return number <= 1;
    default:
      break;
  }
  /* Codes of small types: some writers extend the sign, some do not. */
  return tn_element_type_bits(type) == 16 ? value >= INT16_MIN && value <= UINT16_MAX
                                          : value >= INT8_MIN && value <= UINT8_MAX;
}

tn_status tni_onnx_tensor_unpack(const tni_onnx_tensor *tensor, void *out, tn_error *error) {
  const uint32_t bits = tn_element_type_bits(tensor->type);
  uint8_t *place = out;
  tni_wire_field field;
  tni_wire_cursor cursor = tni_wire_open(tensor->message, onnx_TensorProto_fields, "TensorProto");
  while (tni_wire_next(&cursor, &field)) {
    if (field.tag != tensor->typed_tag) continue;
    size_t width = bits < 8 ? 1 : bits / 8;
    if (field.kind == TNI_WIRE_FIXED32) width = 4;
    if (field.kind == TNI_WIRE_FIXED64) width = 8;
    uint64_t number;
    while (tni_wire_take(&field, &number)) {
      if (field.kind == TNI_WIRE_VARINT && !fits(tensor->type, number))
        return tni_fail(error, TN_MALFORMED, "tensor \"%.*s\": %lld does not fit the element type",
                        TNI_TEXT(tensor->name), (long long)number);
      memcpy(place, &number, width);
      place += width;
    }
  }
  return tni_wire_close(&cursor, error);
}
