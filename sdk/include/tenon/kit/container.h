/** @file
 *  The container of exported models: a head that tells plugin, version and device, and named
 * sections, all under checksums.
 *
 *  The head lies within the first 4096 bytes, so that a blob can be judged before it is read. The
 * same sections give the same bytes. A cut or a flipped bit is noticed when the container is
 * opened.
 */
#ifndef TENON_KIT_CONTAINER_H
#define TENON_KIT_CONTAINER_H

#include "tenon/abi/ext/export.h"
#include "tenon/abi/ext/import.h"

TN_BEGIN_DECLARATIONS

/** A container under construction. */
typedef struct tn_kit_container_writer tn_kit_container_writer;

/** A container that was read and checked. */
typedef struct tn_kit_container tn_kit_container;

/** Adds a section.
 *  @param name 1 to 31 bytes, not used before
 *  @param data copied
 *  @return TN_OK, TN_OUT_OF_MEMORY */
tn_status tn_kit_container_add(tn_kit_container_writer *writer, const char *name, const void *data,
                               uint64_t size, tn_error *error);

/** The section of that name, aligned to 64 bytes.
 *  @param out borrowed as long as the container lives
 *  @return TN_OK, TN_MALFORMED when there is none. Thread: any. */
tn_status tn_kit_container_find(const tn_kit_container *container, const char *name, tn_bytes *out,
                                tn_error *error);

TN_END_DECLARATIONS

#endif
