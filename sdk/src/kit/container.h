/** @file
 *  The kit's own side of containers.
 *
 *  Bytes, all numbers little-endian: the head (struct head of container_head.c, then the settings
 * as lines NAME=VALUE), padded with zeros to a multiple of 64 and at most 4096 bytes; a table of
 * sections, 64 bytes each; the sections, each padded with zeros to a multiple of 64.
 */
#ifndef TENON_KIT_CONTAINER_STATE_H
#define TENON_KIT_CONTAINER_STATE_H

#include "base/allocator.h"
#include "base/status.h"
#include "base/text.h"
#include "base/vector.h"
#include "tenon/kit/container.h"

enum {
  TNI_KIT_CONTAINER_ALIGNMENT = 64, /**< Of sections. */
  TNI_KIT_MAX_SECTIONS = 64,        /**< Most sections. */
  TNI_KIT_SECTION_ROW = 64          /**< Bytes of a row of the table. */
};

/** Whom a container is from and for. */
typedef struct tni_kit_identity {
  tn_string plugin;       /**< Name of the plugin, at most 63 bytes. */
  tn_string version;      /**< Its version, at most 63 bytes. */
  tn_string architecture; /**< Devices that can use it, at most 127 bytes. */
} tni_kit_identity;

/** What a head says. */
typedef struct tni_kit_head {
  uint32_t size;           /**< Bytes of the head. */
  uint32_t section_count;  /**< Number of sections. */
  uint64_t total;          /**< Bytes of the whole container. */
  uint32_t table_checksum; /**< Of the table of sections. */
  tn_string settings;      /**< Lines NAME=VALUE, borrowed. */
} tni_kit_head;

/** Writes a head.
 *  @param out TN_IMPORT_HEAD_SIZE bytes
 *  @return TN_OK with `head->size` set; TN_OUT_OF_RANGE when texts are too long */
tn_status tni_kit_head_write(const tni_kit_identity *identity, tni_kit_head *head,
                             unsigned char *out, tn_error *error);

/** Whether bytes begin as a container of the plugin of that name does. */
int tni_kit_head_is_of(tn_string plugin, const void *data, uint64_t available);

/** Reads and checks a head.
 *  @param available bytes at `data`; TN_IMPORT_HEAD_SIZE is enough for any head
 *  @return TN_OK; TN_MALFORMED; TN_RECOMPILE (another version or architecture, named) */
tn_status tni_kit_head_read(const tni_kit_identity *identity, const void *data, uint64_t available,
                            tni_kit_head *out, tn_error *error);

/** One section. */
typedef struct tni_kit_section {
  char name[32];     /**< Ended by a zero byte. */
  uint64_t offset;   /**< From the start of the container. */
  uint64_t size;     /**< Bytes without padding. */
  uint32_t checksum; /**< Of the bytes with padding. */
  void *data;        /**< While it is written: the writer's copy, padded. */
} tni_kit_section;

struct tn_kit_container_writer {
  const tni_allocator *allocator; /**< Borrowed. */
  tni_vector sections;            /**< Of tni_kit_section. */
  tni_text settings;              /**< Lines NAME=VALUE. */
};

struct tn_kit_container {
  const tni_allocator *allocator; /**< Borrowed. */
  const unsigned char *data;      /**< The whole container. */
  void *memory;                   /**< The same when it had to be read, else NULL. */
  tni_kit_head head;
  tni_kit_section sections[TNI_KIT_MAX_SECTIONS];
};

/** Makes an empty writer. */
void tni_kit_writer_init(tn_kit_container_writer *writer, const tni_allocator *allocator);
/** Frees what it holds. */
void tni_kit_writer_destroy(tn_kit_container_writer *writer);
/** Writes the container. @return TN_OK, or what the target returned */
tn_status tni_kit_writer_finish(tn_kit_container_writer *writer, const tni_kit_identity *identity,
                                const tn_target *target, tn_error *error);

/** Reads and checks a container; tni_kit_container_close is called also after a failure.
 *  @return TN_OK, TN_MALFORMED, TN_RECOMPILE, TN_OUT_OF_MEMORY, or what the source returned */
tn_status tni_kit_container_open(tn_kit_container *container, const tni_kit_identity *identity,
                                 const tn_source *source, const tni_allocator *allocator,
                                 tn_error *error);
/** Frees what it holds. */
void tni_kit_container_close(tn_kit_container *container);

/** @name Little-endian numbers
 *  @{ */
static inline void tni_kit_put32(unsigned char *out, uint32_t number) {
  for (int i = 0; i < 4; i++)
    out[i] = (unsigned char)(number >> (8 * i));
}
static inline void tni_kit_put64(unsigned char *out, uint64_t number) {
  for (int i = 0; i < 8; i++)
    out[i] = (unsigned char)(number >> (8 * i));
}
static inline uint32_t tni_kit_get32(const unsigned char *in) {
  uint32_t number = 0;
  for (int i = 3; i >= 0; i--)
    number = number << 8 | in[i];
  return number;
}
static inline uint64_t tni_kit_get64(const unsigned char *in) {
  uint64_t number = 0;
  for (int i = 7; i >= 0; i--)
    number = number << 8 | in[i];
  return number;
}
/** @} */

#endif
