/** @file
 *  The dynamic symbols of a library, read from its file.
 */
#ifndef TENON_CONFORMANCE_LIBRARY_FILE_H
#define TENON_CONFORMANCE_LIBRARY_FILE_H

#include <stdbool.h>
#include <stddef.h>

/** One dynamic symbol. */
typedef struct library_symbol {
  const char *name; /**< Borrowed while the file is open. */
  bool defined;     /**< The library exports it; else it takes it from elsewhere. */
  bool weak;        /**< It may stay without a definition. */
} library_symbol;

/** A library's file in memory. */
typedef struct library_file {
  void *bytes;   /**< The mapped file. */
  size_t size;   /**< Its bytes. */
  char why[200]; /**< What was wrong when library_file_open failed. */
} library_file;

/** Maps an ELF file of 64 bits. Returns false, with `why`, when it is none. */
bool library_file_open(library_file *file, const char *path);

/** Unmaps it. */
void library_file_close(library_file *file);

/** Calls `visit` for every dynamic symbol with a name that other libraries see or that comes from
 * them. Returns false when the file is not well formed. */
bool library_file_symbols(const library_file *file,
                          void (*visit)(void *user, const library_symbol *symbol), void *user);

#endif
