/** @file
 *  Whole files, read and written with care: no links, no devices, nothing overwritten.
 */
#ifndef TENON_CONFORMANCE_FILE_BYTES_H
#define TENON_CONFORMANCE_FILE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/** A file in memory. */
typedef struct file_bytes {
  char *data;  /**< Its bytes, and a zero behind them. */
  size_t size; /**< How many. */
} file_bytes;

/** Reads a regular file of at most `most` bytes whose last name is no link.
 *  @param folder descriptor of the folder that `path` is relative to, or AT_FDCWD
 *  @return false after telling on standard error why */
bool file_bytes_read(int folder, const char *path, size_t most, file_bytes *out);

/** Frees the bytes. */
void file_bytes_free(file_bytes *self);

/** Whether a path is relative, of letters, digits and ._+- in parts that do not begin with a dot,
 * so that it stays below whatever folder it is put into. */
bool file_path_is_plain(const char *path);

/** Makes a new file. A file that is there already stays as it is.
 *  @return false after telling on standard error why; nothing is left then */
bool file_bytes_create(int folder, const char *path, mode_t mode, const void *data, size_t size);

#endif
