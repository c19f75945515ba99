/** @file
 *  The command line of tenon-conformance.
 */
#ifndef TENON_CONFORMANCE_OPTIONS_H
#define TENON_CONFORMANCE_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "tenon/abi/value.h"

enum { SUITE_MAX_WITH = 8, SUITE_MAX_PROPERTIES = 32, SUITE_MAX_SELECTIONS = 512 };

/** What was asked for. Strings are those of the command line. */
typedef struct suite_options {
  char **arguments;                         /**< The command line, ended by NULL. */
  const char *library;                      /**< The plugin. */
  bool list;                                /**< --list */
  const char *explain;                      /**< --explain CLAUSE */
  uint32_t level;                           /**< --level: this level and those below; 0: all. */
  const char *groups[SUITE_MAX_SELECTIONS]; /**< --group, any of them. */
  uint32_t group_count;                     /**< Number of groups. */
  const char *cases[SUITE_MAX_SELECTIONS];  /**< --case, any of them. */
  uint32_t case_count;                      /**< Number of cases. */
  bool next;                                /**< --next */
  bool in_process;                          /**< --in-process */
  const char *onnx_tests;                   /**< --onnx-tests DIR */
  tn_map_entry properties[SUITE_MAX_PROPERTIES]; /**< -p KEY=VALUE; strings until the declarations
                                                    are known. */
  uint32_t property_count;                       /**< Number of properties. */
  const char *device;                            /**< --device ID; NULL: the first. */
  const char *with[SUITE_MAX_WITH];              /**< --with PLUGIN.so[=NAME]. */
  uint32_t with_count;                           /**< Number of further plugins. */
  uint32_t jobs;                                 /**< --jobs */
  double timeout;        /**< --timeout, seconds; 0: the suite's own deadlines. */
  uint64_t seed;         /**< --seed */
  bool expect_no_device; /**< --expect-no-device */
  const char *jsonl;     /**< --jsonl F */
  const char *junit;     /**< --junit F */
  const char *html;      /**< --html F */
  const char *worker;    /**< Of the suite's own workers. */
} suite_options;

/** Reads the command line. Returns false after telling what is wrong on standard error. */
bool suite_options_parse(int argc, char **argv, suite_options *out);

/** The name in an argument of --with, PLUGIN.so=NAME, or NULL where it has none. */
const char *suite_with_name(const char *argument);

/** Tells how the command is used. */
void suite_options_usage(FILE *stream);

#endif
