#include "graph/shape_text.h"

#include "base/status.h"

#include <inttypes.h>
#include <stdio.h>

const char *tni_dimension_text(tn_dimension dimension, char *text, size_t capacity) {
  if (dimension.min == dimension.max)
    snprintf(text, capacity, "%" PRId64, dimension.min);
  else if (dimension.symbol && dimension.symbol->name.length > 0)
    snprintf(text, capacity, "%.*s", TNI_TEXT(dimension.symbol->name));
  else if (dimension.max != TN_UNBOUNDED)
    snprintf(text, capacity, "%" PRId64 "..%" PRId64, dimension.min, dimension.max);
  else if (dimension.min > 0)
    snprintf(text, capacity, "%" PRId64 "..", dimension.min);
  else
    snprintf(text, capacity, "?");
  return text;
}

/* What one of the lists has at a place. */
typedef const char *(*printer)(const void *list, uint32_t index, char *text, size_t capacity);

static const char *print_list(uint32_t rank, const void *list, printer print, char *text,
                              size_t capacity) {
  size_t length = (size_t)snprintf(text, capacity, "[");
  for (uint32_t i = 0; i < rank && length < capacity; i++) {
    char one[64];
    length += (size_t)snprintf(text + length, capacity - length, "%s%s", i > 0 ? "," : "",
                               print(list, i, one, sizeof one));
  }
  if (length < capacity) snprintf(text + length, capacity - length, "]");
  return text;
}

static const char *print_number(const void *list, uint32_t index, char *text, size_t capacity) {
  snprintf(text, capacity, "%" PRId64, ((const int64_t *)list)[index]);
  return text;
}

static const char *print_dimension(const void *list, uint32_t index, char *text, size_t capacity) {
  return tni_dimension_text(((const tn_dimension *)list)[index], text, capacity);
}

const char *tni_extents_text(uint32_t rank, const int64_t *shape, char *text, size_t capacity) {
  return print_list(rank, shape, print_number, text, capacity);
}

const char *tni_dimensions_text(uint32_t rank, const tn_dimension *dimensions, char *text,
                                size_t capacity) {
  return print_list(rank, dimensions, print_dimension, text, capacity);
}
