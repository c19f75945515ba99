/** @file
 *  Tensors in files of NumPy (`.npy`, format versions 1.0 to 3.0; written as 1.0).
 */
#ifndef TENON_TOOLS_NPY_H
#define TENON_TOOLS_NPY_H

#include <stdbool.h>

#include "tenon/tenon.h"

/** Reads a tensor in C order, little-endian: bool, integers, f16, f32, f64.
 *  @param out receives one reference
 *  @return TN_OK, TN_IO, TN_MALFORMED, TN_UNSUPPORTED (element type, Fortran order),
 * TN_OUT_OF_MEMORY */
tn_status npy_read(tn_core *core, const char *path, tn_tensor **out, tn_error *error);

/** Whether elements of this type can be written. */
bool npy_holds(uint32_t type);

/** Writes a dense host tensor; the file is replaced when all is written (tni_output_file).
 *  @return TN_OK, TN_IO, TN_UNSUPPORTED (element type) */
tn_status npy_write(const tn_tensor *tensor, const char *path, tn_error *error);

#endif
