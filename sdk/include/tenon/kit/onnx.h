/** @file
 *  Models as ONNX files in memory: for compilers that take ONNX, and for blobs.
 *
 *  Writing is part of the kit. Reading needs the ONNX reader, which lies in a library of its own,
 * tenon_kit_onnx, so that plugins without need of it stay small.
 */
#ifndef TENON_KIT_ONNX_H
#define TENON_KIT_ONNX_H

#include "tenon/kit/plugin.h"

TN_BEGIN_DECLARATIONS

/** Writes a model as one ONNX file, weights included. The same model gives the same bytes. What
 * ONNX has no place for is left out: bounds of dimensions, symbols without a name, origins of
 * nodes.
 *  @param model its operator sets are those of the file
 *  @param out receives memory for tn_kit_free
 *  @return TN_OK, TN_OUT_OF_MEMORY. Thread: any. */
tn_status tn_kit_onnx_write(const tn_kit_engine *engine, const tn_model *model, void **out,
                            uint64_t *size, tn_error *error);

/** Writes what an ONNX file leaves out of a model: bounds and symbols of its ports, origins of its
 * nodes.
 *  @param out receives memory for tn_kit_free
 *  @return TN_OK, TN_OUT_OF_MEMORY. Thread: any. */
tn_status tn_kit_onnx_write_rest(const tn_kit_engine *engine, const tn_model *model, void **out,
                                 uint64_t *size, tn_error *error);

/** Reads a model that tn_kit_onnx_write and tn_kit_onnx_write_rest wrote. Of the library
 * tenon_kit_onnx.
 *  @param file the ONNX file, borrowed for the call: elements are copied
 *  @param rest borrowed for the call
 *  @param out receives one reference
 *  @return TN_OK, TN_MALFORMED (TN_IMPORT_001; also where it is not what the kit would have
 * written), TN_OUT_OF_MEMORY. Thread: any. */
tn_status tn_kit_onnx_read(tn_kit_engine *engine, tn_bytes file, tn_bytes rest, tn_model **out,
                           tn_error *error);

TN_END_DECLARATIONS

#endif
