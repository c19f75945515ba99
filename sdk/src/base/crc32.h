/** @file
 *  CRC-32 (IEEE 802.3), for noticing damaged containers; no protection against intent.
 */
#ifndef TENON_BASE_CRC32_H
#define TENON_BASE_CRC32_H

#include <stddef.h>
#include <stdint.h>

/** Continues a checksum over `size` more bytes. The first call starts from 0. */
uint32_t tni_crc32(uint32_t checksum, const void *data, size_t size);

#endif
