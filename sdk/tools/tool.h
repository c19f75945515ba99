/** @file
 *  What the sub-commands of `tenon` share: the command line, the core, and how a failure is told.
 */
#ifndef TENON_TOOLS_TOOL_H
#define TENON_TOOLS_TOOL_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "base/arena.h"
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
  tool_pairs nodes;      /**< -a NODE=DEVICE */
  bool json;             /**< --json */
  bool dot;              /**< --dot */
  tn_core *core;         /**< The runtime. */
  tn_error error;        /**< For calls. */
} tool;

/** Prints a line, or a part of one: all that tenon prints for people. Names and messages come from
 * models and plugins, so control characters are printed as \n, \t or \x1b: no name makes a line of
 * its own or speaks to the terminal. Only a line end that ends `format` is one. */
void tool_print(FILE *stream, const char *format, ...) __attribute__((format(printf, 2, 3)));

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

/** @name The command line; arguments.c
 *  @{ */

/** Takes the words behind the sub-command. Complains itself.
 *  @param options those that the sub-command has, separated by spaces
 *  @return TOOL_DONE or TOOL_USAGE */
int tool_parse(tool *self, const char *options, int argc, char **argv);

/** Tells of a word that is wrong on standard error. Returns TOOL_USAGE. */
int tool_complain(const tool *self, const char *what, const char *found, const char *expected);
/** @} */

/** @name Models; load.c
 *  @{ */

/** Values of the command line, with what they borrow. */
typedef struct tool_values {
  tn_map_entry entries[2 * TOOL_MAX_LIST]; /**< The first `count` hold. */
  tni_arena arena;                         /**< Holds what was read. */
  uint64_t count;                          /**< Number of entries. */
} tool_values;

/** Reads the values of -p as the device declares them; tool_values_free in any case. */
tn_status tool_values_parse(tool *self, tool_values *out);

/** Gives back what was read. */
void tool_values_free(tool_values *values);

/** Reads an ONNX model at self->argument, with the devices that the command line gives to nodes.
 *  @param out receives one reference */
tn_status tool_read_model(tool *self, tn_model **out);

/** Compiles the model at self->argument for self->device with the properties of the command line,
 * or imports it when it is an exported file. Tells a failure itself.
 *  @param extra further properties, such as hints; may be NULL
 *  @return false after a failure */
bool tool_load(tool *self, const tn_map_entry *extra, uint64_t extra_count, tn_compiled **out);
/** @} */

/** Sets every input: from the files of -i, else filled as the peers of the benchmark fill theirs.
 * Tells a failure itself.
 */
bool tool_set_inputs(tool *self, tn_compiled *compiled, tn_request *request);

/** @name Outputs of a request; outputs.c
 *  @{ */

/** Where the outputs are written to. */
typedef struct tool_outputs {
  char **paths;   /**< One for each output, all different; NULL without -o. */
  uint32_t count; /**< Number of paths. */
  bool failed;    /**< Something of them could not be written, and was told. */
} tool_outputs;

/** Looks before the inference where the outputs go; tells of those that no file can hold, which
 * does not keep the others from being written. tool_outputs_free in any case.
 *  @return false, after telling it, when what is read would be written over */
bool tool_outputs_prepare(tool *self, const tn_port_list *ports, tool_outputs *outputs);

/** Prints the outputs of the last inference, and writes them when there is a -o. What fails is told
 * and leaves the others alone. Returns TOOL_DONE or TOOL_FAILED. */
int tool_outputs_tell(tool *self, tool_outputs *outputs, const tn_port_list *ports,
                      tn_request *request);

/** Gives the paths back. */
void tool_outputs_free(tool_outputs *outputs);
/** @} */

/** Whether two paths lead to one file, which is there. */
bool tool_same_file(const char *one, const char *other);

/** ONNX's name of an element type, or "unknown". Static. */
const char *tool_type_name(uint32_t type);

/** A JSON string that borrows nothing. */
json_t *tool_text(tn_string text);

/** @name Devices made of others; listed.c
 *  @{ */

/** Whether the device is one: it has a list, may have one, or is an alias. */
bool tool_is_made_of_others(const tool *self);

/** The names in the list of the device: behind ':', or else in DEVICE_PRIORITIES. An array, empty
 * for an alias and other devices. */
json_t *tool_list(const tool *self);

/** What serves a device of an alias, by priority; NULL where the device is of no alias. */
json_t *tool_serving(const tool *self, const char *device);

/** A device as the list names it, or the alias: "GPU.1" for what serves that first. Takes `device`.
 */
json_t *tool_as_listed(const tool *self, json_t *device);

/** One device of the list as the whole list. */
typedef struct tool_alone {
  char device[512];                        /**< "HETERO:DEVICE". */
  tn_compile_options options;              /**< For it. */
  tn_map_entry entries[2 * TOOL_MAX_LIST]; /**< Of the options. */
} tool_alone;

/** Makes it of one of the names.
 *  @param options those for the whole list, borrowed as long as `out` is used */
void tool_alone_make(const tool *self, const char *listed, const tn_compile_options *options,
                     tool_alone *out);
/** @} */

/** @name Whose a node is; answers.c, parts.c, whole.c, refusals.c, live.c, picture.c
 *  @{ */

/** What a device answers of the nodes of a model. */
typedef struct tool_answers {
  json_t *list;    /**< {"node", "supported", "device", "group", "reason"} each, as they came. */
  json_t *by_name; /**< From the name of a node (see tool_set_by_name) to its answer in `list`. */
} tool_answers;

/** Asks a device of each node; tool_answers_free in any case. */
tn_status tool_ask(tool *self, tn_model *model, const char *device, const tn_query_options *options,
                   tool_answers *out);

/** Whether every node is claimed. */
bool tool_all_supported(const tool_answers *answers);

/** Gives back what tool_ask has made. */
void tool_answers_free(tool_answers *answers);

/** Objects by names of models, of any bytes, which are not for printing. `value` is borrowed, and
 * so is what is returned: NULL where there is none. @{ */
void tool_set_by_name(json_t *object, tn_string name, json_t *value);
json_t *tool_get_by_name(const json_t *object, tn_string name);
/** @} */

/** How a device made of others splits a model, which it compiles for that.
 *  @param out receives {"devices": {NODE: DEVICE}, "refusals": {NODE: TEXT}, "subgraphs": NUMBER,
 * "copied_bytes": NUMBER}, the first two by name, these alone where one device takes the whole;
 * NULL where the device is none
 *  @return false when compiling fails; the error says why */
bool tool_parts(tool *self, tn_model *model, const tn_compile_options *options, json_t **out);

/** Finds the device that has a model which was not split, as the command line names it.
 *  @return its name, or NULL where it cannot be told */
json_t *tool_find_whole(tool *self, tn_model *model, const tn_compile_options *options,
                        tn_compiled *compiled);

/** Finds what the devices before the one that has a whole model have against its nodes.
 *  @param device that one, as tool_find_whole names it
 *  @return from nodes, by name, to texts */
json_t *tool_find_refusals(tool *self, tn_model *model, const tn_compile_options *options,
                           const char *device);

/** Finds the nodes whose results are not known before the model runs: from their names to true. */
json_t *tool_find_live(const tn_model *model);

/** Prints the model's graph for Graphviz, with the device of each node as query has told it, and
 * how many bytes go from one device to another. */
void tool_print_dot(const tn_model *model, const tool_answers *answers);
/** @} */

/** Receives a value as JSON: a property sink whose user is a json_t **. */
tn_status tool_keep_json(void *user, const tn_value *value);

#endif
