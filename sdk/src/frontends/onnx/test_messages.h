/** @file
 *  For tests: writing ONNX messages field by field.
 */
#ifndef TENON_FRONTENDS_ONNX_TEST_MESSAGES_H
#define TENON_FRONTENDS_ONNX_TEST_MESSAGES_H

#include "base/text.h"

#include <stdint.h>

/** A message under construction: its bytes so far. */
typedef tni_text tni_test_message;

/** An empty message. */
tni_test_message tni_test_message_begin(void);

/** Appends a field that holds a number. */
void tni_test_put_number(tni_test_message *message, uint32_t tag, int64_t number);

/** Appends a field that holds bytes. */
void tni_test_put_bytes(tni_test_message *message, uint32_t tag, const void *bytes, size_t size);

/** Appends a field that holds text. */
void tni_test_put_text(tni_test_message *message, uint32_t tag, const char *text);

/** Appends a field that holds a message, which is used up. */
void tni_test_put_message(tni_test_message *message, uint32_t tag, tni_test_message inner);

/** Appends the start of a field whose `size` bytes follow elsewhere. */
void tni_test_put_start(tni_test_message *message, uint32_t tag, uint64_t size);

/** A TensorProto with raw elements. */
tni_test_message tni_test_tensor(const char *name, int32_t type, uint32_t rank,
                                 const int64_t *shape, const void *bytes, size_t size);

/** A TensorProto with elements in another file. */
tni_test_message tni_test_external_tensor(const char *name, int32_t type, int64_t count,
                                          const char *location, const char *offset,
                                          const char *length);

/** A ValueInfoProto. `shape` lists dimensions with commas, "2,batch,?"; "" is a scalar, NULL no
 * shape. */
tni_test_message tni_test_value(const char *name, int32_t type, const char *shape);

/** A NodeProto. Names of inputs and outputs are separated by blanks; "-" is one that is left out.
 */
tni_test_message tni_test_node(const char *name, const char *operation, const char *inputs,
                               const char *outputs);

/** Appends an INT attribute to a node. */
void tni_test_put_int(tni_test_message *node, const char *name, int64_t number);

/** Appends an INTS attribute to a node. */
void tni_test_put_ints(tni_test_message *node, const char *name, uint32_t count,
                       const int64_t *numbers);

/** Appends an attribute that holds a message: `type` 4 a tensor, 5 a graph. */
void tni_test_put_attribute(tni_test_message *node, const char *name, int32_t type,
                            tni_test_message value);

/** A ModelProto of one operator set around a graph, which is used up. */
tni_test_message tni_test_model(int64_t ir_version, int64_t operator_set, tni_test_message graph);

/** A whole model that uses much of the format: an initializer in a typed field, named dimensions,
 * strings, an If with a captured value, all kinds of attributes but rare ones. It computes y = flag
 * ? x + w : x. */
tni_test_message tni_test_whole_model(void);

#endif
