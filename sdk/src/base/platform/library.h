/** @file
 *  Shared libraries loaded at run time.
 */
#ifndef TENON_BASE_PLATFORM_LIBRARY_H
#define TENON_BASE_PLATFORM_LIBRARY_H

#include "base/status.h"

/** A loaded library. */
typedef struct tni_library tni_library;

/** Any function; cast to the right type before it is called. */
typedef void (*tni_function)(void);

/** Looks whether a library's file is whole: one that was cut off would be loaded, and end the
 * process by a signal at the first touch of what is missing. A file that is none of this machine's
 * ELF libraries is left to tni_library_open, whose system has the better words.
 *  @param path zero-ended
 *  @return TN_OK, or TN_BACKEND_MISSING, saying what of the file is missing */
tn_status tni_library_check_file(const char *path, tn_error *error);

/** Loads a library with all its symbols bound at once and none of them visible to others.
 *  @param path zero-ended; a name without a slash is looked up as the system does
 *  @return TN_OK; TN_NOT_FOUND when there is no such file, TN_BACKEND_MISSING when it cannot be
 * loaded */
tn_status tni_library_open(const char *path, tni_library **out, tn_error *error);

/** Keeps a library loaded until the process ends, also after it was closed.
 *  @return TN_OK or TN_BACKEND_MISSING */
tn_status tni_library_pin(tni_library *library, tn_error *error);

/** Unloads a library, when nobody else has it loaded. NULL is legal. */
void tni_library_close(tni_library *library);

/** The function of that name.
 *  @return TN_OK, or TN_NOT_FOUND, also when the name is that of data */
tn_status tni_library_find(tni_library *library, const char *name, tni_function *out,
                           tn_error *error);

#endif
