/** @file
 *  Files mapped for reading.
 */
#ifndef TENON_BASE_PLATFORM_FILE_H
#define TENON_BASE_PLATFORM_FILE_H

#include "base/allocator.h"
#include "base/status.h"

#include <stdatomic.h>

/** A file mapped for reading, counted: weights keep it alive while they point into it. */
typedef struct tni_file {
  const unsigned char *data;      /**< First byte; not NULL even when the file is empty. */
  uint64_t size;                  /**< Bytes. */
  tn_string path;                 /**< As it was opened. */
  atomic_size_t references;       /**< Count of references. */
  const tni_allocator *allocator; /**< Borrowed. */
} tni_file;

/** Maps a regular file for reading.
 *  @param path copied
 *  @param out receives one reference
 *  @return TN_OK; TN_NOT_FOUND, TN_IO (with the system's words), TN_INVALID_ARGUMENT (a zero byte
 * within the path), TN_OUT_OF_MEMORY */
tn_status tni_file_map(const tni_allocator *allocator, tn_string path, tni_file **out,
                       tn_error *error);

/** Maps a regular file that lies in a folder or below it; one that lies elsewhere, whatever links
 * lead there, is an error.
 *  @param folder zero-ended path; "" is the working folder
 *  @param location path relative to the folder, copied
 *  @return as tni_file_map; TN_MALFORMED when the file lies outside */
tn_status tni_file_map_below(const tni_allocator *allocator, const char *folder, tn_string location,
                             tni_file **out, tn_error *error);

/** Gives back the memory of pages that were looked at; the next look reads them anew, from the
 * system's cache as a rule. For who is done with the small parts between large ones. */
void tni_file_rest(tni_file *file);

/** Takes one more reference. */
void tni_file_retain(tni_file *file);

/** Gives back one reference; the last one unmaps the file. NULL is legal. */
void tni_file_release(tni_file *file);

#endif
