/** @file
 *  The command line of a run of tenon-conformance.
 */
#ifndef TENON_CONFORMANCE_OPTIONS_H
#define TENON_CONFORMANCE_OPTIONS_H

#include "engine/option_table.h"
#include "tenon/abi/value.h"

enum {
  SUITE_MAX_WITH = 8,
  SUITE_MAX_PROVIDERS = 4,
  SUITE_MAX_PROPERTIES = 32,
  SUITE_MAX_SELECTIONS = 512
};

#define OPTION_TYPE(kind, type) typedef type option_type_##kind;
OPTION_KIND_MAP(OPTION_TYPE)
#undef OPTION_TYPE

/** What was asked for. Strings are those of the command line. The fields of options are those that
 * engine/options.def names. */
typedef struct suite_options {
  char **arguments;    /**< The command line, ended by NULL. */
  const char *library; /**< The plugin. */
  /** @cond */
#define TN_OPTION(kind, field, name, role, argument, text) option_type_##kind field;
#define TN_OPTION_LIST(kind, field, count, capacity, name, role, argument, text, accept) \
  option_type_LIST field[capacity];                                                      \
  uint32_t count;
#include "engine/options.def"
#undef TN_OPTION
#undef TN_OPTION_LIST
  /** @endcond */
  tn_map_entry properties[SUITE_MAX_PROPERTIES]; /**< The given -p; values are strings until the
                                                    declarations are known. */
  uint32_t property_count;                       /**< Number of properties. */
} suite_options;

/** The table of all options. */
extern const option_table suite_option_table;

/** Reads the command line. Returns false after telling what is wrong on standard error. */
bool suite_options_parse(int argc, char **argv, suite_options *out);

/** The name in an argument of --with, PLUGIN.so=NAME, or NULL where it has none. */
const char *suite_with_name(const char *argument);

/** Tells how the command is used. */
void suite_options_usage(FILE *stream);

#endif
