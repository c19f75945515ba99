/** @file
 *  What the parts of the ONNX reader share.
 */
#ifndef TENON_FRONTENDS_ONNX_READER_H
#define TENON_FRONTENDS_ONNX_READER_H

#include "base/platform/file.h"
#include "base/vector.h"
#include "frontends/onnx/onnx.h"
#include "frontends/onnx/wire.h"

/** One reading of a file. */
typedef struct tni_onnx_reader {
  const tni_environment *environment; /**< Borrowed. */
  tni_file *file; /**< Keeps the bytes of the message alive, borrowed; NULL: elements are copied. */
  const char *folder;   /**< Of external data, borrowed; NULL: there may be none. */
  tni_vector externals; /**< Files of external data (tni_file *), each with one reference. */
  tni_model *model;     /**< Under construction; NULL while a single tensor is read. */
} tni_onnx_reader;

/** Prepares a reader. */
void tni_onnx_reader_init(tni_onnx_reader *reader, const tni_environment *environment,
                          tni_file *file, const char *folder);

/** Gives back what the reader holds, but not the model. */
void tni_onnx_reader_destroy(tni_onnx_reader *reader);

/** As tni_fail_prefix, but leaves a long message alone: in graphs within graphs the reason and the
 * innermost names matter more than the outermost ones. */
tn_status tni_onnx_fail_within(tn_error *error, tn_status status, const char *what, tn_string name);

/** Makes the tensor of a TensorProto, read-only.
 *  @param name receives its name, borrowed from the message; may be NULL
 *  @param out receives one reference */
tn_status tni_onnx_make_tensor(tni_onnx_reader *reader, tni_bytes message, tn_string *name,
                               tn_tensor **out, tn_error *error);

/** What a ValueInfoProto says. */
typedef struct tni_onnx_value {
  tn_string name;                       /**< Borrowed from the message. */
  uint32_t type;                        /**< Element type, or TN_ANY_TYPE. */
  uint32_t has_rank;                    /**< 1: rank and dimensions hold. */
  uint32_t rank;                        /**< Number of dimensions. */
  tn_dimension dimensions[TN_MAX_RANK]; /**< The first `rank` hold. */
} tni_onnx_value;

/** Reads a ValueInfoProto.
 *  @param model where names of dimensions become symbols; NULL: they are ignored (in inner graphs,
 * where a name may stand for another size each time the graph runs) */
tn_status tni_onnx_parse_value(tni_bytes message, tni_model *model, tni_onnx_value *out,
                               tn_error *error);

/** Reads a GraphProto into an empty graph. */
tn_status tni_onnx_read_graph(tni_onnx_reader *reader, tni_bytes message, tni_graph *graph,
                              tn_error *error);

/** Reads an AttributeProto into a node. */
tn_status tni_onnx_read_attribute(tni_onnx_reader *reader, tni_bytes message, tni_node *node,
                                  tn_error *error);

/** Reads a NodeProto into a graph. */
tn_status tni_onnx_read_node(tni_onnx_reader *reader, tni_bytes message, tni_graph *graph,
                             tn_error *error);

#endif
