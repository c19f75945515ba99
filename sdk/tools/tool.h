/** @file
 *  What the sub-commands of `tenon` share: the command line, the core, and how a failure is told.
 */
#ifndef TENON_TOOLS_TOOL_H
#define TENON_TOOLS_TOOL_H

#include <jansson.h>
#include <stdbool.h>

#include "base/status.h"
#include "tenon/tenon.h"

enum { TOOL_MAX_LIST = 64 };

/** Exit statuses. */
enum { TOOL_DONE = 0, TOOL_FAILED = 1, TOOL_USAGE = 2 };

/** "LEFT=RIGHT" of the command line. */
typedef struct tool_pair {
  tn_string left;    /**< Before the first '='. */
  const char *right; /**< After it. */
} tool_pair;

/** A list of such. */
typedef struct tool_pairs {
  tool_pair items[TOOL_MAX_LIST]; /**< The first `count` hold. */
  uint32_t count;                 /**< Number of items. */
} tool_pairs;

/** One call of the command. */
typedef struct tool {
  const char *command;   /**< Sub-command. */
  const char *argument;  /**< MODEL, FILE or DEVICE; NULL when there is none. */
  const char *device;    /**< -d */
  const char *output;    /**< -o */
  const char *precision; /**< --precision */
  const char *threads;   /**< --threads */
  tool_pairs inputs;     /**< -i NAME=FILE.npy */
  tool_pairs shapes;     /**< -s NAME=1,3,224,224 */
  tool_pairs properties; /**< -p KEY=VALUE */
  bool json;             /**< --json */
  tn_core *core;         /**< The runtime. */
  tn_error error;        /**< For calls. */
} tool;

/** Tells a failure of a call on standard error: what was asked, what was found. Returns
 * TOOL_FAILED. */
int tool_fail(const tool *self, const char *what);

/** Prints one JSON object and frees it. Returns TOOL_DONE, or TOOL_FAILED when it cannot be
 * written. */
int tool_print_json(json_t *object);

/** @name The sub-commands
 *  @{ */
int tool_devices(tool *self);
int tool_inspect(tool *self);
int tool_query(tool *self);
int tool_run(tool *self);
int tool_compile(tool *self);
int tool_benchmark(tool *self);
int tool_properties(tool *self);
/** @} */

/** @name Models; load.c
 *  @{ */

/** Compiles the model at self->argument for self->device with the properties of the command line,
 * or imports it when it is an exported file. Tells a failure itself.
 *  @param extra further properties, such as hints; may be NULL
 *  @return false after a failure */
bool tool_load(tool *self, const tn_map_entry *extra, uint64_t extra_count, tn_compiled **out);

/** Sets every input: from the files of -i, else filled as the peers of the benchmark fill theirs.
 * Tells a failure itself.
 */
bool tool_set_inputs(tool *self, tn_compiled *compiled, tn_request *request);
/** @} */

/** A JSON string that borrows nothing. */
json_t *tool_text(tn_string text);

#endif
