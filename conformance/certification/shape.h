/** @file
 *  What the members of a JSON object must be, as tables.
 */
#ifndef TENON_CONFORMANCE_SHAPE_H
#define TENON_CONFORMANCE_SHAPE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/** What a member may be. */
enum shape_kind {
  SHAPE_TEXT,    /**< A string that is not empty, in one line; see plain_text_is_line. */
  SHAPE_ANY,     /**< Any string. */
  SHAPE_MOMENT,  /**< A moment; see moment.h. */
  SHAPE_DIGEST,  /**< A SHA-256 as 64 lower-case hexadecimal digits. */
  SHAPE_KEY,     /**< A public key; see key.h. */
  SHAPE_COUNT,   /**< A whole number from 0 on. */
  SHAPE_OBJECT,  /**< An object of the shape `of`; any when that is NULL. */
  SHAPE_OBJECTS, /**< An array of such objects. */
  SHAPE_TEXTS    /**< An array of such strings. */
};

/** One member. */
typedef struct shape_member {
  const char *name;            /**< Its name. */
  enum shape_kind kind;        /**< What it is. */
  bool is_optional;            /**< It may be missing. */
  const struct json_shape *of; /**< Of an object or of each in an array. */
} shape_member;

/** All members of an object; there are no others. */
typedef struct json_shape {
  const shape_member *members; /**< The members. */
  size_t count;                /**< Number of them. */
} json_shape;

/** A shape of a table of members. */
#define SHAPE_OF(table) \
  { .members = table, .count = sizeof table / sizeof *table }

/** Whether a value is an object of that shape; `why` tells what is not. */
bool shape_check(const json_shape *self, const json_t *value, char *why, size_t size);

/** Whether the text is a digest. */
bool shape_is_digest(const char *text);

#endif
