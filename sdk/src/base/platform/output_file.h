/** @file
 *  Files that are written whole or not at all.
 */
#ifndef TENON_BASE_PLATFORM_OUTPUT_FILE_H
#define TENON_BASE_PLATFORM_OUTPUT_FILE_H

#include "base/status.h"
#include "base/text.h"

#include <stdio.h>

/** A file being written. A regular one, or one that is not there yet, is written beside its place
 * and takes it when it is whole, keeping the mode of the one before; a link, a device or a pipe
 * stays what it is and is written through. */
typedef struct tni_output_file {
  FILE *stream;     /**< To write to. */
  const char *path; /**< As it was opened; borrowed. */
  tni_text beside;  /**< Path of what is written meanwhile; empty: written through. */
} tni_output_file;

/** Opens a file for writing.
 *  @param path zero-ended; borrowed until the close
 *  @return TN_OK; TN_IO (with the system's words), TN_OUT_OF_MEMORY; after a failure there is
 * nothing to close */
tn_status tni_output_file_open(tni_output_file *self, const tni_allocator *allocator,
                               const char *path, tn_error *error);

/** Writes bytes.
 *  @return TN_OK or TN_IO */
tn_status tni_output_file_write(tni_output_file *self, const void *data, uint64_t byte_count,
                                tn_error *error);

/** Closes the file, and puts it into its place.
 *  @param status how the writing went: after a failure the file is as it was before, and `error` is
 * left alone
 *  @return `status`, or TN_IO */
tn_status tni_output_file_close(tni_output_file *self, tn_status status, tn_error *error);

#endif
