#include "frontends/onnx/wire.h"

#include <criterion/criterion.h>
#include "onnx.pb.h"

static tni_wire_cursor open_text(const char *bytes, size_t size, const pb_msgdesc_t *schema) {
  return tni_wire_open((tni_bytes){(const uint8_t *)bytes, size}, schema, "Message");
}

#define OPEN(literal, schema) open_text(literal, sizeof(literal) - 1, schema)

Test(wire, hands_out_fields_where_they_lie) {
  static const char bytes[] = "\x0a\x03key\x12\x05value";
  tni_wire_cursor cursor = OPEN(bytes, onnx_StringStringEntryProto_fields);
  tni_wire_field field;
  cr_assert(tni_wire_next(&cursor, &field));
  cr_assert_eq(field.tag, 1);
  cr_assert_eq(field.bytes.data, (const uint8_t *)bytes + 2, "the bytes were copied");
  cr_assert_eq(field.bytes.size, 3);
  cr_assert(tni_wire_next(&cursor, &field));
  cr_assert_eq(field.tag, 2);
  cr_assert_eq(field.bytes.size, 5);
  cr_assert_not(tni_wire_next(&cursor, &field));
  cr_assert_eq(tni_wire_close(&cursor, NULL), TN_OK);
}

/* Takes the numbers of all occurrences of one field. */
static size_t take_all(tni_wire_cursor cursor, uint32_t tag, uint64_t *numbers, size_t room) {
  size_t count = 0;
  tni_wire_field field;
  while (tni_wire_next(&cursor, &field))
    if (field.tag == tag)
      while (count < room && tni_wire_take(&field, &numbers[count]))
        count++;
  cr_assert_eq(tni_wire_close(&cursor, NULL), TN_OK);
  return count;
}

Test(wire, takes_numbers_packed_or_not) {
  uint64_t numbers[8];
  /* dims: 2 alone, then 3 and 300 packed. */
  size_t count =
      take_all(OPEN("\x08\x02\x0a\x03\x03\xac\x02", onnx_TensorProto_fields), 1, numbers, 8);
  cr_assert_eq(count, 3);
  cr_assert_eq(numbers[0], 2);
  cr_assert_eq(numbers[1], 3);
  cr_assert_eq(numbers[2], 300);
  /* float_data: 1.5 alone, 2.0 packed. */
  count = take_all(OPEN("\x25\x00\x00\xc0\x3f\x22\x04\x00\x00\x00\x40", onnx_TensorProto_fields), 4,
                   numbers, 8);
  cr_assert_eq(count, 2);
  cr_assert_float_eq(tni_wire_float(numbers[0]), 1.5f, 0);
  cr_assert_float_eq(tni_wire_float(numbers[1]), 2.0f, 0);
  /* double_data: 1.0 packed; int64_data: -1. */
  count = take_all(OPEN("\x52\x08\x00\x00\x00\x00\x00\x00\xf0\x3f", onnx_TensorProto_fields), 10,
                   numbers, 8);
  cr_assert_eq(count, 1);
  cr_assert_eq(numbers[0], UINT64_C(0x3ff0000000000000));
  count =
      take_all(OPEN("\x3a\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", onnx_TensorProto_fields), 7,
               numbers, 8);
  cr_assert_eq(count, 1);
  cr_assert_eq((int64_t)numbers[0], -1);
}

/* Walks to the end and gives the message of the failure. */
static const char *failure(tni_wire_cursor cursor) {
  static tn_error error;
  tni_wire_field field;
  while (tni_wire_next(&cursor, &field))
    continue;
  memset(&error, 0, sizeof error);
  cr_assert_eq(tni_wire_close(&cursor, &error), TN_MALFORMED);
  return error.message;
}

Test(wire, refuses_what_the_schema_does_not_have) {
  cr_assert_str_eq(failure(OPEN("\x98\x06\x01", onnx_NodeProto_fields)),
                   "Message: field number 99 is not known, and it could change the meaning");
  cr_assert_str_eq(failure(OPEN("\x00\x01", onnx_NodeProto_fields)),
                   "Message is cut off or damaged");
  cr_assert_str_eq(failure(OPEN("\x0a\x01"
                                "a\x0a\x01"
                                "b",
                                onnx_StringStringEntryProto_fields)),
                   "Message: field number 1 occurs twice");
  cr_assert_str_eq(failure(OPEN("\x08\x01", onnx_StringStringEntryProto_fields)),
                   "Message: field number 1 has the wrong wire type");
  /* A single number may not be packed. */
  cr_assert_str_eq(failure(OPEN("\x12\x01\x01", onnx_TensorProto_fields)),
                   "Message: field number 2 has the wrong wire type");
}

Test(wire, refuses_damaged_bytes) {
  static const char *const damaged[] = {
      "\x0a",                                             /* no length */
      "\x0a\x05\x01",                                     /* longer than what is there */
      "\x0a\xff\xff\xff\xff\x0f",                         /* much longer */
      "\x08\xff",                                         /* half a number */
      "\x0a\x01\x80",                                     /* half a number, packed */
      "\x22\x03\x01\x01\x01",                             /* three bytes of a float */
      "\x3a\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f", /* more than 64 bits */
  };
  for (size_t i = 0; i < sizeof damaged / sizeof *damaged; i++) {
    const tni_wire_cursor cursor =
        open_text(damaged[i], strlen(damaged[i]), onnx_TensorProto_fields);
    cr_assert(strstr(failure(cursor), "cut off or damaged"), "%zu: %s", i, failure(cursor));
  }
}
