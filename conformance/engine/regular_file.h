/** @file
 *  Opening files that others name, without being held up.
 */
#ifndef TENON_CONFORMANCE_REGULAR_FILE_H
#define TENON_CONFORMANCE_REGULAR_FILE_H

#include <stdint.h>

/** Opens a file to read it. What is no regular file is refused: a pipe that nobody writes to, or a
 * device without an end, would hold up who only wanted to look.
 *  @param size receives its bytes
 *  @param why  receives the reason when it fails; borrowed
 *  @return a descriptor, to be closed, or -1 */
int regular_file_open(const char *path, uint64_t *size, const char **why);

#endif
