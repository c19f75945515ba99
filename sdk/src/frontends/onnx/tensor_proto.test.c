#include "frontends/onnx/tensor_proto.h"

#include <criterion/criterion.h>

#define BYTES(literal) ((tni_bytes){(const uint8_t *)(literal), sizeof(literal) - 1})

Test(tensor_proto, leaves_raw_elements_where_they_lie) {
  /* dims [2], f32, name "w", raw_data of 8 bytes */
  static const char message[] = "\x08\x02\x10\x01\x42\x01w\x4a\x08\0\0\x80\x3f\0\0\0\x40";
  tni_onnx_tensor tensor;
  cr_assert_eq(tni_onnx_tensor_parse(BYTES(message), &tensor, NULL), TN_OK);
  cr_assert_eq(tensor.place, TNI_ONNX_RAW);
  cr_assert_eq(tensor.raw.data, (const uint8_t *)message + 9);
  cr_assert_eq(tensor.type, TN_F32);
  cr_assert_eq(tensor.rank, 1);
  cr_assert_eq(tensor.count, 2);
  cr_assert_eq(tensor.size, 8);
  cr_assert(tn_string_equal(tensor.name, TN_STRING("w")));
}

typedef struct unpack_case {
  const char *what;
  tni_bytes message;
  uint32_t type;
  const char *elements; /* `size` bytes */
  uint64_t size;
} unpack_case;

Test(tensor_proto, unpacks_typed_fields) {
  static const unpack_case cases[] = {
      {"f32", BYTES("\x08\x01\x10\x01\x22\x04\0\0\x80\x3f"), TN_F32, "\0\0\x80\x3f", 4},
      {"u8 200", BYTES("\x08\x01\x10\x02\x2a\x02\xc8\x01"), TN_U8, "\xc8", 1},
      {"i8 -1", BYTES("\x08\x01\x10\x03\x2a\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"), TN_I8,
       "\xff", 1},
      {"f16 bits", BYTES("\x08\x01\x10\x0a\x2a\x02\x80\x78"), TN_F16, "\x00\x3c", 2},
      {"i64 scalar", BYTES("\x10\x07\x3a\x01\x05"), TN_I64, "\5\0\0\0\0\0\0\0", 8},
      {"u32", BYTES("\x08\x01\x10\x0c\x5a\x01\x07"), TN_U32, "\7\0\0\0", 4},
      {"u4, three in two bytes", BYTES("\x08\x03\x10\x15\x2a\x02\x21\x03"), TN_U4, "\x21\x03", 2},
      {"c64", BYTES("\x08\x01\x10\x0e\x22\x08\0\0\x80\x3f\0\0\0\x40"), TN_C64,
       "\0\0\x80\x3f\0\0\0\x40", 8},
      {"bool", BYTES("\x08\x02\x10\x09\x2a\x02\x01\x00"), TN_BOOL, "\1\0", 2},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    tni_onnx_tensor tensor;
    tn_error error = {0};
    unsigned char elements[16];
    cr_assert_eq(tni_onnx_tensor_parse(cases[i].message, &tensor, &error), TN_OK, "%s: %s",
                 cases[i].what, error.message);
    cr_assert_eq(tensor.type, cases[i].type);
    cr_assert_eq(tensor.size, cases[i].size, "%s", cases[i].what);
    cr_assert_eq(tni_onnx_tensor_unpack(&tensor, elements, &error), TN_OK, "%s: %s", cases[i].what,
                 error.message);
    cr_assert_arr_eq(elements, cases[i].elements, cases[i].size, "%s", cases[i].what);
  }
}

typedef struct bad_case {
  tni_bytes message;
  tn_status status;
  const char *says;
} bad_case;

Test(tensor_proto, says_what_is_wrong) {
  static const bad_case cases[] = {
      {BYTES("\x08\x02\x10\x01\x42\x01w\x4a\x04\0\0\0\0"), TN_MALFORMED,
       "tensor \"w\": raw data has 4 bytes, the shape asks for 8"},
      {BYTES("\x08\x02\x10\x01\x22\x04\0\0\0\0"), TN_MALFORMED,
       "1 numbers are present, the shape asks for 2"},
      {BYTES("\x08\x02\x10\x01"), TN_MALFORMED, "0 numbers are present, the shape asks for 2"},
      {BYTES("\x08\x02\x4a\x00"), TN_MALFORMED, "the element type is missing"},
      {BYTES("\x08\x02\x10\x1b\x4a\x00"), TN_UNSUPPORTED, "element type 27 is not supported"},
      {BYTES("\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x10\x01"), TN_MALFORMED,
       "dimension 0 is negative (-1)"},
      {BYTES("\x08\xff\xff\xff\xff\xff\xff\xff\xff\x7f\x08\xff\xff\xff\xff\xff\xff\xff\xff\x7f\x10"
             "\x01"),
       TN_MALFORMED, "more elements than can be counted"},
      {BYTES("\x08\x01\x10\x01\x22\x04\0\0\0\0\x4a\x04\0\0\0\0"), TN_MALFORMED,
       "elements stand in two places"},
      {BYTES("\x08\x01\x10\x01\x2a\x01\x01"), TN_MALFORMED, "belong in field 4"},
      {BYTES("\x08\x01\x10\x01\x70\x07"), TN_MALFORMED, "data location 7"},
      {BYTES("\x08\x01\x10\x01\x1a\x00\x4a\x04\0\0\0\0"), TN_UNSUPPORTED, "segments"},
      {BYTES("\x08\x01\x10\x08\x4a\x00"), TN_MALFORMED, "raw data cannot hold strings"},
      {BYTES("\x08\x01\x10\x01\x6a\x0d\x0a\x06offset\x12\x03-12\x70\x01"), TN_MALFORMED,
       "\"-12\" is no offset or length"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    tni_onnx_tensor tensor;
    tn_error error = {0};
    cr_expect_eq(tni_onnx_tensor_parse(cases[i].message, &tensor, &error), cases[i].status,
                 "%zu: %s", i, error.message);
    cr_expect(strstr(error.message, cases[i].says), "%zu: \"%s\"", i, error.message);
  }
}

Test(tensor_proto, refuses_numbers_that_do_not_fit) {
  tni_onnx_tensor tensor;
  tn_error error = {0};
  unsigned char elements[8];
  cr_assert_eq(tni_onnx_tensor_parse(BYTES("\x08\x01\x10\x02\x2a\x02\xac\x02"), &tensor, &error),
               TN_OK);
  cr_assert_eq(tni_onnx_tensor_unpack(&tensor, elements, &error), TN_MALFORMED);
  cr_assert_str_eq(error.message, "tensor \"\": 300 does not fit the element type");
}
