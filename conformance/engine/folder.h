/** @file
 *  Folders that results are written into.
 */
#ifndef TENON_CONFORMANCE_FOLDER_H
#define TENON_CONFORMANCE_FOLDER_H

#include <stdbool.h>

/** Makes a folder that can be written, and those that it lies in, unless it is there.
 *  @return false when there is none; errno tells why */
bool folder_make(const char *path);

#endif
