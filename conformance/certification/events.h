/** @file
 *  The root of a run's events: a hash tree over its JSON lines as in RFC 6962. A leaf is the
 * SHA-256 of a zero byte and the line without its end; a node that of a one byte and its two
 * children; the left child is over the largest power of two of lines that is less than all.
 */
#ifndef TENON_CONFORMANCE_EVENTS_H
#define TENON_CONFORMANCE_EVENTS_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/digest.h"

/** The root of the lines in `bytes`, each of which ends with a line feed.
 *  @param count number of lines
 *  @return false when there are none, or the last one has no end */
bool events_root(const char *bytes, size_t size, char root[DIGEST_SIZE], size_t *count);

#endif
