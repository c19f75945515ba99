/** @file
 *  What the writers of models share.
 */
#ifndef TENON_KIT_ONNX_WRITER_H
#define TENON_KIT_ONNX_WRITER_H

#include "base/status.h"
#include "base/text.h"

/** Hands over what was written, and ends the text.
 *  @param status of the writing; a failure is returned as it is
 *  @return TN_OK, TN_OUT_OF_MEMORY (also when an append failed) */
tn_status tni_kit_text_hand_over(tni_text *text, tn_status status, void **out, uint64_t *size,
                                 tn_error *error);

#endif
