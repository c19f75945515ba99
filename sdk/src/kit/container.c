#include "kit/container.h"

#include "base/crc32.h"

#include <string.h>

static uint64_t padded(uint64_t size) {
  const uint64_t alignment = TNI_KIT_CONTAINER_ALIGNMENT;
  return (size + alignment - 1) / alignment * alignment;
}

/* --- writing */

void tni_kit_writer_init(tn_kit_container_writer *writer, const tni_allocator *allocator) {
  writer->allocator = allocator;
  tni_vector_init(&writer->sections, allocator, sizeof(tni_kit_section));
  tni_text_init(&writer->settings, allocator);
}

void tni_kit_writer_destroy(tn_kit_container_writer *writer) {
  for (size_t i = 0; i < writer->sections.count; i++)
    tni_free(writer->allocator, ((tni_kit_section *)tni_vector_at(&writer->sections, i))->data);
  tni_vector_destroy(&writer->sections);
  tni_text_destroy(&writer->settings);
}

tn_status tn_kit_container_add(tn_kit_container_writer *writer, const char *name, const void *data,
                               uint64_t size, tn_error *error) {
  const size_t length = strlen(name);
  if (length >= sizeof((tni_kit_section *)0)->name ||
      writer->sections.count == TNI_KIT_MAX_SECTIONS)
    return tni_fail(error, TN_INVALID_ARGUMENT, "section '%s': its name, or too many of them",
                    name);
  const uint64_t room = padded(size);
  unsigned char *copy = tni_alloc_aligned(writer->allocator, room, 64);
  tni_kit_section *section = copy ? tni_vector_add(&writer->sections) : NULL;
  if (!section) {
    tni_free(writer->allocator, copy);
    return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for section '%s' of %llu bytes", name,
                    (unsigned long long)size);
  }
  if (size) memcpy(copy, data, (size_t)size);
  memset(copy + size, 0, (size_t)(room - size));
  memcpy(section->name, name, length);
  section->size = size;
  section->checksum = tni_crc32(0, copy, (size_t)room);
  section->data = copy;
  return TN_OK;
}

/* Places the sections behind the head and the table, and writes the table. */
static void write_table(tn_kit_container_writer *writer, uint32_t head_size, unsigned char *table) {
  uint64_t offset = head_size + writer->sections.count * TNI_KIT_SECTION_ROW;
  for (size_t i = 0; i < writer->sections.count; i++) {
    tni_kit_section *section = tni_vector_at(&writer->sections, i);
    unsigned char *row = table + i * TNI_KIT_SECTION_ROW;
    section->offset = offset;
    memcpy(row, section->name, sizeof section->name);
    tni_kit_put64(row + 32, section->offset);
    tni_kit_put64(row + 40, section->size);
    tni_kit_put32(row + 48, section->checksum);
    offset += padded(section->size);
  }
}

static tn_status write_sections(tn_kit_container_writer *writer, const tn_target *target,
                                tn_error *error) {
  for (size_t i = 0; i < writer->sections.count; i++) {
    const tni_kit_section *section = tni_vector_at(&writer->sections, i);
    if (section->size) TN_TRY(target->write(target, section->data, padded(section->size), error));
  }
  return TN_OK;
}

tn_status tni_kit_writer_finish(tn_kit_container_writer *writer, const tni_kit_identity *identity,
                                const tn_target *target, tn_error *error) {
  TN_TRY(tni_text_status(&writer->settings));
  unsigned char head_bytes[TN_IMPORT_HEAD_SIZE];
  unsigned char table[TNI_KIT_MAX_SECTIONS * TNI_KIT_SECTION_ROW] = {0};
  const size_t table_size = writer->sections.count * TNI_KIT_SECTION_ROW;
  tni_kit_head head = {.section_count = (uint32_t)writer->sections.count,
                       .settings = tni_text_string(&writer->settings),
                       .total = table_size};
  for (size_t i = 0; i < writer->sections.count; i++)
    head.total += padded(((tni_kit_section *)tni_vector_at(&writer->sections, i))->size);
  /* Twice: the table needs the size of the head, and the head the table's checksum. */
  TN_TRY(tni_kit_head_write(identity, &head, head_bytes, error));
  write_table(writer, head.size, table);
  head.table_checksum = tni_crc32(0, table, table_size);
  TN_TRY(tni_kit_head_write(identity, &head, head_bytes, error));
  TN_TRY(target->write(target, head_bytes, head.size, error));
  if (table_size) TN_TRY(target->write(target, table, table_size, error));
  return write_sections(writer, target, error);
}

/* --- reading */

static tn_status malformed(tn_error *error, const char *what) {
  return tni_fail_clause(error, TN_MALFORMED, TNI_CLAUSE(IMPORT, 1), "the blob %s", what);
}

static tn_status read_all(tn_kit_container *self, const tn_source *source, tn_error *error) {
  if (source->data) {
    self->data = source->data;
    return TN_OK;
  }
  self->memory = tni_alloc_aligned(self->allocator, source->byte_count, 64);
  if (!self->memory)
    return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for a blob of %llu bytes",
                    (unsigned long long)source->byte_count);
  self->data = self->memory;
  return source->read_at(source, 0, self->memory, source->byte_count, error);
}

static tn_status check_size(const tn_kit_container *self, const tn_source *source,
                            tn_error *error) {
  const tni_kit_head *head = &self->head;
  const uint64_t smallest = head->size + (uint64_t)head->section_count * TNI_KIT_SECTION_ROW;
  if (head->total == source->byte_count && head->section_count <= TNI_KIT_MAX_SECTIONS &&
      smallest <= source->byte_count)
    return TN_OK;
  return tni_fail_clause(error, TN_MALFORMED, TNI_CLAUSE(IMPORT, 5),
                         "the blob has %llu bytes instead of %llu",
                         (unsigned long long)source->byte_count, (unsigned long long)head->total);
}

/* Judges a blob by its beginning before memory is taken for the rest. */
static tn_status read_head(tn_kit_container *self, const tni_kit_identity *identity,
                           const tn_source *source, tn_error *error) {
  unsigned char buffer[TN_IMPORT_HEAD_SIZE];
  const uint64_t size =
      source->byte_count < sizeof buffer ? source->byte_count : (uint64_t)sizeof buffer;
  const void *head = source->data;
  if (!head) {
    TN_TRY(source->read_at(source, 0, buffer, size, error));
    head = buffer;
  }
  TN_TRY(tni_kit_head_read(identity, head, size, &self->head, error));
  return check_size(self, source, error);
}

static tn_status read_section(tn_kit_container *self, const unsigned char *row,
                              tni_kit_section *section, tn_error *error) {
  memcpy(section->name, row, sizeof section->name);
  section->offset = tni_kit_get64(row + 32);
  section->size = tni_kit_get64(row + 40);
  section->checksum = tni_kit_get32(row + 48);
  if (section->name[sizeof section->name - 1] != 0 || section->offset > self->head.total ||
      section->offset % TNI_KIT_CONTAINER_ALIGNMENT != 0 ||
      section->size > self->head.total - section->offset ||
      padded(section->size) > self->head.total - section->offset)
    return malformed(error, "is damaged: a section lies outside of it");
  if (tni_crc32(0, self->data + section->offset, (size_t)padded(section->size)) !=
      section->checksum)
    return tni_fail_clause(error, TN_MALFORMED, TNI_CLAUSE(IMPORT, 1),
                           "the blob is damaged: the checksum of section '%s' differs",
                           section->name);
  return TN_OK;
}

tn_status tni_kit_container_open(tn_kit_container *self, const tni_kit_identity *identity,
                                 const tn_source *source, const tni_allocator *allocator,
                                 tn_error *error) {
  *self = (tn_kit_container){.allocator = allocator};
  TN_TRY(read_head(self, identity, source, error));
  TN_TRY(read_all(self, source, error));
  /* The head again, from the bytes that will be used. */
  TN_TRY(tni_kit_head_read(identity, self->data, source->byte_count, &self->head, error));
  TN_TRY(check_size(self, source, error));
  const unsigned char *table = self->data + self->head.size;
  if (tni_crc32(0, table, (size_t)self->head.section_count * TNI_KIT_SECTION_ROW) !=
      self->head.table_checksum)
    return malformed(error, "is damaged: the checksum of its table differs");
  for (uint32_t i = 0; i < self->head.section_count; i++)
    TN_TRY(read_section(self, table + (size_t)i * TNI_KIT_SECTION_ROW, &self->sections[i], error));
  return TN_OK;
}

void tni_kit_container_close(tn_kit_container *self) {
  tni_free(self->allocator, self->memory);
  self->memory = NULL;
}

tn_status tn_kit_container_find(const tn_kit_container *self, const char *name, tn_bytes *out,
                                tn_error *error) {
  for (uint32_t i = 0; i < self->head.section_count; i++) {
    if (strcmp(self->sections[i].name, name) != 0) continue;
    out->data = self->data + self->sections[i].offset;
    out->size = self->sections[i].size;
    return TN_OK;
  }
  return tni_fail_clause(error, TN_MALFORMED, TNI_CLAUSE(IMPORT, 1), "the blob has no section '%s'",
                         name);
}
