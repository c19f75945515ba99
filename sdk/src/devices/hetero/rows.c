#include "devices/hetero/rows.h"

#include <string.h>

#include "base/status.h"

void tni_rows_add(tni_text *text, tn_string cell) {
  const char *end = cell.length ? memchr(cell.data, 0, (size_t)cell.length) : NULL;
  tni_text_append(text, end ? tn_string_make(cell.data, (uint64_t)(end - cell.data)) : cell);
  tni_text_append(text, tn_string_make("", 1));
}

tn_status tni_rows_write(tn_kit_container_writer *writer, const char *section, tni_text *text,
                         tn_error *error) {
  tn_status status = tni_text_status(text) == TN_OK
                         ? TN_OK
                         : tni_fail(error, TN_OUT_OF_MEMORY, "no memory for a blob");
  if (status == TN_OK)
    status = tn_kit_container_add(writer, section, text->data, text->length, error);
  tni_text_destroy(text);
  return status;
}

tn_status tni_rows_read(tni_arena *arena, const tn_kit_container *container, const char *section,
                        uint32_t columns, tn_string **out, uint32_t *row_count, tn_error *error) {
  tn_bytes bytes;
  uint64_t count = 0;
  TN_TRY(tn_kit_container_find(container, section, &bytes, error));
  const char *at = bytes.data;
  for (uint64_t i = 0; i < bytes.size; i++)
    count += at[i] == 0;
  if (count % columns || count / columns > UINT32_MAX || (bytes.size && at[bytes.size - 1] != 0))
    return tni_fail_clause(error, TN_MALFORMED, TNI_CLAUSE(IMPORT, 1),
                           "the blob's section '%s' is no table of %u columns", section, columns);
  tn_string *cells = tni_arena_alloc_array(arena, (size_t)count + 1, sizeof *cells);
  for (uint64_t i = 0; cells && i < count; i++) {
    const tn_string cell = tn_string_from(at);
    at += cell.length + 1;
    if (!tni_arena_copy_string(arena, cell, &cells[i])) cells = NULL;
  }
  if (!cells) return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for a table of a blob");
  *out = cells;
  *row_count = (uint32_t)(count / columns);
  return TN_OK;
}
