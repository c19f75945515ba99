/** @file
 *  Sub-commands: tenon-conformance NAME [arguments]. Each is one file of this folder, which holds a
 * TN_COMMAND; the build finds it there, and --help lists it.
 *
 *  @code
 *  TN_COMMAND(merge, "RUN.jsonl... --jsonl F", "puts the runs of all shards together",
 *             "Refuses shards that overlap or are missing.\n"
 *             "\n"
 *             "Exit status: 0 done, 1 the runs do not fit together, 2 wrong usage, 4 cannot
 * write\n",
 *             &(const option_table){rows, sizeof rows / sizeof *rows}) {
 *    ...
 *  }
 *  @endcode
 */
#ifndef TENON_CONFORMANCE_COMMAND_H
#define TENON_CONFORMANCE_COMMAND_H

#include "engine/exit_status.h"
#include "engine/option_table.h"

/** A sub-command. */
typedef struct suite_command {
  const char *name;            /**< "merge". */
  const char *arguments;       /**< For its usage line: "RUN.jsonl...". */
  const char *text;            /**< What it does, in a line of --help. */
  const char *usage;           /**< What else its own --help tells; ends with a line's end. */
  const option_table *options; /**< Its options; NULL: none. */
  int (*run)(const struct suite_command *self, int count,
             char **arguments); /**< Runs it with what stands behind its name; returns the exit
                                   status. */
} suite_command;

/** Defines a sub-command; see the example above. Begins a line, so that the build finds it. */
#define TN_COMMAND(identifier, arguments_, text_, usage_, options_)                             \
  static int run_##identifier(const suite_command *self, int count, char **arguments);          \
  const suite_command suite_command_##identifier = {#identifier, arguments_, text_,             \
                                                    usage_,      options_,   run_##identifier}; \
  static int run_##identifier(const suite_command *self, int count, char **arguments)

/** The sub-command of that name, or NULL. */
const suite_command *command_find(const char *name);

/** Runs a sub-command, or tells how it is used when --help is among its arguments. */
int command_run(const suite_command *self, int count, char **arguments);

/** Tells in one line what is wrong with how a sub-command was called (as printf, without the end of
 * the line), and where its usage stands. Returns EXIT_USAGE. */
int command_misused(const suite_command *self, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/** Writes a line for every sub-command. */
void command_list(FILE *stream);

#endif
