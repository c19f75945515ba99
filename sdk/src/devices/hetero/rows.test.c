#include "devices/hetero/rows.h"

#include <criterion/criterion.h>
#include <string.h>
#include "base/fault_allocator.h"
#include "base/status.h"
#include "kit/container.h"

/* A container of one section. */
static tn_kit_container container_of(const void *bytes, size_t size) {
  tn_kit_container container = {.data = bytes};
  container.head.section_count = 1;
  strcpy(container.sections[0].name, "rows");
  container.sections[0].size = size;
  return container;
}

static tn_status read_rows(const void *bytes, size_t size, uint32_t columns, char *out) {
  const tn_kit_container container = container_of(bytes, size);
  tn_string *cells = NULL;
  uint32_t rows = 0;
  tni_arena arena;
  tni_arena_init(&arena, tni_allocator_system());
  const tn_status status = tni_rows_read(&arena, &container, "rows", columns, &cells, &rows, NULL);
  for (uint32_t i = 0; status == TN_OK && i < rows * columns; i++) {
    strncat(out, cells[i].data, (size_t)cells[i].length);
    strcat(out, i % columns + 1 == columns ? ";" : ",");
  }
  tni_arena_destroy(&arena);
  return status;
}

Test(rows, what_was_written_is_read) {
  static const tn_string cells[] = {TN_STRING_INIT("a"), TN_STRING_INIT(""),
                                    TN_STRING_INIT("cut\0off"), TN_STRING_INIT("d")};
  tn_kit_container_writer writer;
  tni_text text;
  char out[64] = "";
  tni_kit_writer_init(&writer, tni_allocator_system());
  tni_text_init(&text, tni_allocator_system());
  for (size_t i = 0; i < sizeof cells / sizeof *cells; i++)
    tni_rows_add(&text, cells[i]);
  cr_assert_eq(tni_rows_write(&writer, "rows", &text, NULL), TN_OK);
  const tni_kit_section *section = tni_vector_at(&writer.sections, 0);
  cr_assert_eq(read_rows(section->data, (size_t)section->size, 2, out), TN_OK);
  cr_assert_str_eq(out, "a,;cut,d;");
  tni_kit_writer_destroy(&writer);
}

Test(rows, what_is_no_table_is_refused) {
  char out[64] = "";
  cr_assert_eq(read_rows("a\0b\0c", 6, 2, out), TN_MALFORMED, "a cell is missing");
  cr_assert_eq(read_rows("a\0b\0c", 5, 2, out), TN_MALFORMED, "the last one does not end");
  cr_assert_eq(read_rows("", 0, 2, out), TN_OK);
  cr_assert_str_empty(out);
}

static tn_status read_once(const tni_allocator *allocator, void *user) {
  const tn_kit_container container = container_of("a\0b", 4);
  tn_string *cells;
  uint32_t rows;
  tni_arena arena;
  (void)user;
  tni_arena_init(&arena, allocator);
  const tn_status status = tni_rows_read(&arena, &container, "rows", 2, &cells, &rows, NULL);
  tni_arena_destroy(&arena);
  return status;
}

Test(rows, every_failed_allocation_is_survived) {
  cr_assert_gt(tni_fault_sweep(read_once, NULL), 0);
}
