/** @file
 *  Shapes as messages show them.
 */
#ifndef TENON_GRAPH_SHAPE_TEXT_H
#define TENON_GRAPH_SHAPE_TEXT_H

#include <stddef.h>

#include "tenon/abi/model.h"

/** "8", "rows", "1..8", "1.." or "?": a number, the name of one, or what it may be. Returns `text`.
 */
const char *tni_dimension_text(tn_dimension dimension, char *text, size_t capacity);

/** "[2,3]", cut where there is no more room. Returns `text`. */
const char *tni_extents_text(uint32_t rank, const int64_t *shape, char *text, size_t capacity);

/** "[rows,1..8,3]", the same of a shape that is not known whole. Returns `text`. */
const char *tni_dimensions_text(uint32_t rank, const tn_dimension *dimensions, char *text,
                                size_t capacity);

#endif
