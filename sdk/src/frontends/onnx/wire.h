/** @file
 *  Walking the fields of one protobuf message without copying: every field is handed out as a
 * number or as the bytes where it lies. What a field must look like comes from the schema that
 * nanopb compiled; a field that the schema does not have, a second occurrence of a field that may
 * come once, and bytes that are no protobuf end the walk.
 */
#ifndef TENON_FRONTENDS_ONNX_WIRE_H
#define TENON_FRONTENDS_ONNX_WIRE_H

#include <pb.h>
#include "base/status.h"

/** Bytes that somebody else owns. */
typedef struct tni_bytes {
  const uint8_t *data; /**< First byte; any pointer when `size` is 0. */
  size_t size;         /**< Number of bytes. */
} tni_bytes;

/** How the numbers of a field are written. */
enum tni_wire_numbers {
  TNI_WIRE_NONE,    /**< Not a number: bytes, text, a message. */
  TNI_WIRE_VARINT,  /**< One to ten bytes. */
  TNI_WIRE_FIXED32, /**< Four bytes. */
  TNI_WIRE_FIXED64  /**< Eight bytes. */
};

/** One occurrence of a field. */
typedef struct tni_wire_field {
  uint32_t tag;  /**< Number of the field. */
  uint32_t kind; /**< One of tni_wire_numbers. */
  uint64_t
      count; /**< Numbers in this occurrence: 1, or those of a packed one. 0 for TNI_WIRE_NONE. */
  uint32_t packed; /**< 1: the numbers stand in `bytes`. */
  uint64_t number; /**< The number (bits of a fixed one) when not packed. */
  tni_bytes bytes; /**< Content of text, bytes, a message or packed numbers. */
} tni_wire_field;

/** A walk over the fields of a message. */
typedef struct tni_wire_cursor {
  tni_bytes left;             /**< What has not been walked over. */
  const pb_msgdesc_t *schema; /**< The message's schema. */
  const char *message;        /**< Its name, for errors. */
  uint64_t seen;              /**< Bit set of the fields that came. */
  const char *fault;          /**< Why the walk ended early, or NULL. */
  uint32_t fault_tag;         /**< The field at fault. */
} tni_wire_cursor;

/** Starts a walk. For example: `tni_wire_open(bytes, onnx_NodeProto_fields, "NodeProto")`. */
tni_wire_cursor tni_wire_open(tni_bytes message, const pb_msgdesc_t *schema, const char *name);

/** Gives the next field; 0 at the end and when the bytes are not as the schema says. */
int tni_wire_next(tni_wire_cursor *cursor, tni_wire_field *field);

/** Ends a walk: TN_OK, or TN_MALFORMED when it ended before the end of the message. */
tn_status tni_wire_close(const tni_wire_cursor *cursor, tn_error *error);

/** Takes the next number out of a field of numbers; 0 when there is none left. */
int tni_wire_take(tni_wire_field *field, uint64_t *number);

/** Bytes as text. */
static inline tn_string tni_bytes_text(tni_bytes bytes) {
  return tn_string_make((const char *)bytes.data, bytes.size);
}

/** The bits of a FIXED32 number as float. */
static inline float tni_wire_float(uint64_t number) {
  const uint32_t bits = (uint32_t)number;
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

#endif
