/** @file
 *  Options of a command line as rows of a table: one row gives parser, checks and usage text.
 */
#ifndef TENON_CONFORMANCE_OPTION_TABLE_H
#define TENON_CONFORMANCE_OPTION_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/** One piece of something that is cut in `count`. */
typedef struct option_shard {
  uint32_t index; /**< From 0 on. */
  uint32_t count; /**< 0: not cut. */
} option_shard;

/** What an option's argument is; X(kind, type of the field). */
#define OPTION_KIND_MAP(X) \
  X(FLAG, bool)            \
  X(TEXT, const char *)    \
  X(INPUT, const char *)   \
  X(OUTPUT, const char *)  \
  X(COUNT, uint32_t)       \
  X(TIMES, uint32_t)       \
  X(LEVEL, uint32_t)       \
  X(SECONDS, double)       \
  X(NUMBER, uint64_t)      \
  X(SHARD, option_shard)   \
  X(LIST, const char *)    \
  X(INPUTS, const char *)

/** The kinds. FLAG takes no argument; TEXT any that is not empty; INPUT and OUTPUT the path of what
 * is read and of what is written; COUNT 1 to 64; TIMES 1 to a million; LEVEL L1 to L4; SECONDS a
 * positive number; NUMBER a whole number from 0 to 2^63-1; SHARD I/N, from 1/1 on; LIST and INPUTS
 * may repeat. */
enum option_kind {
#define OPTION_KIND_ENUMERATOR(kind, type) OPTION_##kind,
  OPTION_KIND_MAP(OPTION_KIND_ENUMERATOR)
#undef OPTION_KIND_ENUMERATOR
};

/** What an option changes. */
enum option_role {
  OPTION_MODE,      /**< What the command does instead of a run. */
  OPTION_SELECTION, /**< Which cases run. Part of what a run is. */
  OPTION_SUBJECT,   /**< What is tested, and with what. Part of what a run is, and of the command
                       that repeats a case. */
  OPTION_HOW,       /**< How it runs and what is written; the results are the same. */
  OPTION_HIDDEN     /**< Of the suite's own processes; not in the usage. */
};

/** One option. */
typedef struct option_row {
  const char *name;      /**< "--seed". */
  enum option_kind kind; /**< What its argument is. */
  enum option_role role; /**< What it changes. */
  size_t offset;         /**< Of the field. */
  size_t count_offset;   /**< Of a list's count. */
  uint32_t capacity;     /**< Of a list. */
  const char *argument;  /**< For people: "N"; NULL for flags. */
  const char *text;      /**< What it is for, in a line. */
  bool (*accept)(const struct option_row *row, const char *text); /**< Whether an argument makes
                             sense; it complains itself. NULL: every one of the kind does. */
} option_row;

/** A row for a field of `type`. */
#define OPTION_ROW(type, kind_, field, name_, role_, argument_, text_)    \
  {                                                                       \
    .name = name_, .kind = OPTION_##kind_, .role = OPTION_##role_,        \
    .offset = offsetof(type, field), .argument = argument_, .text = text_ \
  }

/** A row for a list of `type`, of the kind LIST or INPUTS: an array field and its count. */
#define OPTION_LIST_ROW(type, kind_, field, count_field, capacity_, name_, role_, argument_, \
                        text_, accept_)                                                      \
  {                                                                                          \
    .name = name_, .kind = OPTION_##kind_, .role = OPTION_##role_,                           \
    .offset = offsetof(type, field), .count_offset = offsetof(type, count_field),            \
    .capacity = capacity_, .argument = argument_, .text = text_, .accept = accept_           \
  }

/** A command line's table. */
typedef struct option_table {
  const option_row *rows; /**< The options. */
  size_t count;           /**< Number of them. */
} option_table;

/** The row of the option of that name, or NULL. */
const option_row *option_table_find(const option_table *table, const char *name);

/** Reads a command line, without the name of the command, into the fields of `out`. What is no
 * option is handed to `take`, which complains itself. A path of an OUTPUT that is also that of
 * another one, of an input or of what is no option is refused, so that nothing is overwritten.
 *  @return false after telling what is wrong on standard error */
bool option_table_parse(const option_table *table, int count, char **arguments, void *out,
                        bool (*take)(void *out, const char *argument));

/** Writes a line for each option that is not hidden. */
void option_table_print(const option_table *table, FILE *stream);

/** Calls `visit` for every option of that role that was given, with its argument ("" for flags),
 * once for each entry of a list, in the order of the table. */
void option_table_each(const option_table *table, enum option_role role, const void *options,
                       void (*visit)(void *user, const option_row *row, const char *argument),
                       void *user);

/** For the `take` of a command with one argument that is no option: stores it, or complains when
 * there is one already. `expected` says what it is, such as "one plugin". */
bool option_take(const char **place, const char *argument, const char *expected);

/** Tells that `what` is `value` instead of `expected`; returns false. */
bool option_complain(const char *what, const char *value, const char *expected);

#endif
