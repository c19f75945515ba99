#include "frontends/onnx/wire.h"

#include <assert.h>
#include <pb_common.h>
#include <pb_decode.h>

tni_wire_cursor tni_wire_open(tni_bytes message, const pb_msgdesc_t *schema, const char *name) {
  return (tni_wire_cursor){.left = message, .schema = schema, .message = name};
}

/* How the schema says that the numbers of a field are written. */
static uint32_t numbers_of(pb_type_t type) {
  switch (PB_LTYPE(type)) {
    case PB_LTYPE_BOOL:
    case PB_LTYPE_VARINT:
    case PB_LTYPE_UVARINT:
    case PB_LTYPE_SVARINT:
      return TNI_WIRE_VARINT;
    case PB_LTYPE_FIXED32:
      return TNI_WIRE_FIXED32;
    case PB_LTYPE_FIXED64:
      return TNI_WIRE_FIXED64;
    default:
      return TNI_WIRE_NONE;
  }
}

/* The kind that a wire type holds; TNI_WIRE_NONE for bytes. */
static uint32_t kind_of_wire(pb_wire_type_t wire) {
  return wire == PB_WT_VARINT  ? TNI_WIRE_VARINT
         : wire == PB_WT_32BIT ? TNI_WIRE_FIXED32
         : wire == PB_WT_64BIT ? TNI_WIRE_FIXED64
                               : TNI_WIRE_NONE;
}

/* Counts packed numbers; 0 in `*good` when the bytes do not end with a whole number. */
static uint64_t count_packed(tni_bytes bytes, uint32_t kind, int *good) {
  if (kind != TNI_WIRE_VARINT) {
    const size_t width = kind == TNI_WIRE_FIXED32 ? 4 : 8;
    *good = bytes.size % width == 0;
    return bytes.size / width;
  }
  uint64_t count = 0;
  size_t length = 0;
  for (size_t i = 0; i < bytes.size; i++) {
    length++;
    if (length == 10 && bytes.data[i] > 1) break;
    if (bytes.data[i] & 0x80) continue;
    count++;
    length = 0;
  }
  *good = length == 0;
  return count;
}

static int fault(tni_wire_cursor *cursor, uint32_t tag, const char *what) {
  cursor->fault = what;
  cursor->fault_tag = tag;
  return 0;
}

/* Reads what follows the tag. */
static int read_content(pb_istream_t *stream, pb_wire_type_t wire, tni_wire_field *field) {
  uint32_t bits = 0;
  pb_istream_t content;
  switch (wire) {
    case PB_WT_VARINT:
      return pb_decode_varint(stream, &field->number);
    case PB_WT_64BIT:
      return pb_decode_fixed64(stream, &field->number);
    case PB_WT_32BIT:
      if (!pb_decode_fixed32(stream, &bits)) return 0;
      field->number = bits;
      return 1;
    case PB_WT_STRING:
      if (!pb_make_string_substream(stream, &content)) return 0;
      field->bytes.size = content.bytes_left;
      return pb_close_string_substream(stream, &content);
    default:
      return 0;
  }
}

int tni_wire_next(tni_wire_cursor *cursor, tni_wire_field *field) {
  if (cursor->left.size == 0 || cursor->fault) return 0;
  const uint8_t *end = cursor->left.data + cursor->left.size;
  pb_istream_t stream = pb_istream_from_buffer(cursor->left.data, cursor->left.size);
  pb_wire_type_t wire;
  uint32_t tag = 0;
  bool at_end = false;
  *field = (tni_wire_field){0};
  if (!pb_decode_tag(&stream, &wire, &tag, &at_end) || tag == 0)
    return fault(cursor, 0, "is cut off or damaged");
  pb_field_iter_t iterator;
  if (!pb_field_iter_begin(&iterator, cursor->schema, NULL) || !pb_field_iter_find(&iterator, tag))
    return fault(cursor, tag, "is not known, and it could change the meaning");
  if (!read_content(&stream, wire, field)) return fault(cursor, tag, "is cut off or damaged");
  cursor->left.data = end - stream.bytes_left;
  cursor->left.size = stream.bytes_left;
  if (wire == PB_WT_STRING) field->bytes.data = cursor->left.data - field->bytes.size;

  const int repeated = PB_HTYPE(iterator.type) == PB_HTYPE_REPEATED;
  const uint64_t bit = tag < 64 ? UINT64_C(1) << tag : 0;
  if (!repeated && (cursor->seen & bit)) return fault(cursor, tag, "occurs twice");
  cursor->seen |= bit;
  field->tag = tag;
  field->kind = numbers_of(iterator.type);
  if (field->kind == kind_of_wire(wire)) {
    field->count = field->kind != TNI_WIRE_NONE;
    return 1;
  }
  if (wire != PB_WT_STRING || !repeated) return fault(cursor, tag, "has the wrong wire type");
  int good = 0;
  field->packed = 1;
  field->count = count_packed(field->bytes, field->kind, &good);
  return good ? 1 : fault(cursor, tag, "is cut off or damaged");
}

tn_status tni_wire_close(const tni_wire_cursor *cursor, tn_error *error) {
  if (!cursor->fault) return TN_OK;
  if (cursor->fault_tag == 0)
    return tni_fail(error, TN_MALFORMED, "%s %s", cursor->message, cursor->fault);
  return tni_fail(error, TN_MALFORMED, "%s: field number %u %s", cursor->message, cursor->fault_tag,
                  cursor->fault);
}

int tni_wire_take(tni_wire_field *field, uint64_t *number) {
  if (field->count == 0) return 0;
  field->count--;
  if (!field->packed) {
    *number = field->number;
    return 1;
  }
  pb_istream_t stream = pb_istream_from_buffer(field->bytes.data, field->bytes.size);
  uint32_t bits = 0;
  bool good;
  if (field->kind == TNI_WIRE_VARINT)
    good = pb_decode_varint(&stream, number);
  else if (field->kind == TNI_WIRE_FIXED64)
    good = pb_decode_fixed64(&stream, number);
  else {
    good = pb_decode_fixed32(&stream, &bits);
    *number = bits;
  }
  assert(good && "tni_wire_next has counted the numbers");
  (void)good;
  field->bytes.data += field->bytes.size - stream.bytes_left;
  field->bytes.size = stream.bytes_left;
  return 1;
}
