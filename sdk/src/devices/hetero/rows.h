/** @file
 *  Tables of texts in a section of a blob: the cells of the rows one after the other, each ended by
 * a zero byte.
 */
#ifndef TENON_DEVICES_HETERO_ROWS_H
#define TENON_DEVICES_HETERO_ROWS_H

#include "base/arena.h"
#include "base/text.h"
#include "tenon/kit/container.h"

/** Adds a cell to the text that becomes the section, up to its first zero byte, if it has one. */
void tni_rows_add(tni_text *text, tn_string cell);

/** Writes the section, and gives the text back in any case. */
tn_status tni_rows_write(tn_kit_container_writer *writer, const char *section, tni_text *text,
                         tn_error *error);

/** Reads a section.
 *  @param columns cells of each row
 *  @param out receives the cells, row by row, copied to the arena
 *  @param row_count receives the number of rows
 *  @return TN_OK, TN_MALFORMED, TN_OUT_OF_MEMORY */
tn_status tni_rows_read(tni_arena *arena, const tn_kit_container *container, const char *section,
                        uint32_t columns, tn_string **out, uint32_t *row_count, tn_error *error);

#endif
