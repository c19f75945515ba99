/** @file
 *  For tests: the bytes of small ONNX files, a chain of nodes with one input and one output each.
 */
#ifndef TENON_TESTS_ONNX_BYTES_H
#define TENON_TESTS_ONNX_BYTES_H

#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* A test of long files may ask for more. */
#ifndef ONNX_BYTES_CAPACITY
#define ONNX_BYTES_CAPACITY 16384
#endif

/** Bytes under construction. */
typedef struct onnx_bytes {
  unsigned char data[ONNX_BYTES_CAPACITY]; /**< The first `size` hold. */
  size_t size;                             /**< Bytes so far. */
} onnx_bytes;

static inline void onnx_varint(onnx_bytes *bytes, uint64_t number) {
  for (; number >= 128; number >>= 7)
    bytes->data[bytes->size++] = (unsigned char)(number | 128);
  bytes->data[bytes->size++] = (unsigned char)number;
}

static inline void onnx_number(onnx_bytes *bytes, uint32_t field, uint64_t number) {
  onnx_varint(bytes, field << 3);
  onnx_varint(bytes, number);
}

static inline void onnx_block(onnx_bytes *bytes, uint32_t field, const void *data, size_t size) {
  onnx_varint(bytes, field << 3 | 2);
  onnx_varint(bytes, size);
  memcpy(bytes->data + bytes->size, data, size);
  bytes->size += size;
}

static inline void onnx_text(onnx_bytes *bytes, uint32_t field, const char *text) {
  onnx_block(bytes, field, text, strlen(text));
}

static inline void onnx_message(onnx_bytes *bytes, uint32_t field, const onnx_bytes *message) {
  onnx_block(bytes, field, message->data, message->size);
}

/* A tensor of rank 1 and an ONNX type. */
static inline void onnx_vector(onnx_bytes *graph, uint32_t field, const char *name,
                               uint32_t element_type, const onnx_bytes *dimension) {
  onnx_bytes shape = {.size = 0}, tensor = shape, type = shape, port = shape;
  onnx_message(&shape, 1, dimension);
  onnx_number(&tensor, 1, element_type);
  onnx_message(&tensor, 2, &shape);
  onnx_message(&type, 1, &tensor);
  onnx_text(&port, 1, name);
  onnx_message(&port, 2, &type);
  onnx_message(graph, field, &port);
}

/* A tensor of 16 elements of an ONNX type. */
static inline void onnx_port_of(onnx_bytes *graph, uint32_t field, const char *name,
                                uint32_t element_type) {
  onnx_bytes dimension = {.size = 0};
  onnx_number(&dimension, 1, 16);
  onnx_vector(graph, field, name, element_type, &dimension);
}

/* A float tensor of 16 elements. */
static inline void onnx_port(onnx_bytes *graph, uint32_t field, const char *name) {
  onnx_port_of(graph, field, name, 1);
}

/* A float tensor of "n" elements. */
static inline void onnx_open_port(onnx_bytes *graph, uint32_t field, const char *name) {
  onnx_bytes dimension = {.size = 0};
  onnx_text(&dimension, 2, "n");
  onnx_vector(graph, field, name, 1, &dimension);
}

/** The file of a chain: value "x" goes through nodes "n0", "n1", ... of the operators given (ended
 * by NULL), with values "v1", "v2", ... between them, and comes out as "y". */
static inline onnx_bytes onnx_chain(uint32_t operator_set, const char *const *operators) {
  onnx_bytes graph = {.size = 0}, set = graph, model = graph;
  for (uint32_t i = 0; operators[i]; i++) {
    char in[16] = "x", out[16] = "y", name[16];
    if (i > 0) snprintf(in, sizeof in, "v%u", i);
    if (operators[i + 1]) snprintf(out, sizeof out, "v%u", i + 1);
    snprintf(name, sizeof name, "n%u", i);
    onnx_bytes node = {.size = 0};
    onnx_text(&node, 1, in);
    onnx_text(&node, 2, out);
    onnx_text(&node, 3, name);
    onnx_text(&node, 4, operators[i]);
    onnx_message(&graph, 1, &node);
  }
  onnx_text(&graph, 2, "chain");
  onnx_port(&graph, 11, "x");
  onnx_port(&graph, 12, "y");
  onnx_number(&set, 2, operator_set);
  onnx_number(&model, 1, 8);
  onnx_message(&model, 7, &graph);
  onnx_message(&model, 8, &set);
  return model;
}

#endif
