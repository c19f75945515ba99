/** @file
 *  Opening the plugin and finding out what it is.
 */
#ifndef TENON_CONFORMANCE_SETUP_H
#define TENON_CONFORMANCE_SETUP_H

#include "engine/check.h"
#include "engine/options.h"
#include "engine/worker.h"

/** The opened libraries and what was found. */
typedef struct suite_setup {
  test_setup base;                      /**< What checks see. */
  suite_other others[SUITE_MAX_WITH];   /**< Plugins given with --with. */
  char other_names[SUITE_MAX_WITH][64]; /**< Their names. */
  const struct tn_handle_provider *providers[SUITE_MAX_PROVIDERS]; /**< --handle-provider. */
  tn_map_entry properties[SUITE_MAX_PROPERTIES]; /**< -p, converted to the declared kinds. */
  char undeclared[100];                          /**< One of -p that the plugin does not declare. */
  char library[4096];                            /**< Path of the library, absolute. */
  char manifest[4096];                           /**< Path of the manifest, or empty. */
  char device[SUITE_DEVICE_SIZE];                /**< Id of the device. */
  char carrier[96];                              /**< Name of the carrier. */
} suite_setup;

/** Opens the library and those given with --with, and enters none of them. Fills outcome and
 * message of `facts` and returns false when it cannot. */
bool setup_open(suite_setup *setup, const suite_options *options, worker_facts *facts);

/** Asks the opened libraries what the command line leaves to them: names of those given with
 * --with, and the kinds of -p. Fills outcome and message of `facts` and returns false when one does
 * not answer. */
bool setup_ask(suite_setup *setup, const suite_options *options, worker_facts *facts);

/** As setup_ask, without entering a library in this process: a forked child asks. When that ends
 * before it has answered, this process ends the same way. */
bool setup_ask_in_child(suite_setup *setup, const suite_options *options, worker_facts *facts);

/** Makes an engine and fills `facts`: devices, capabilities, the carrier. */
void setup_probe(suite_setup *setup, const suite_options *options, worker_facts *facts);

/** Makes an engine and compiles the carrier for the device.
 *  @param infers whether it runs it once, for its time
 *  @return how many requests the compiled model has at a time, where it refuses more for want of
 *          memory and has as many as the device says are best; else 0 */
uint32_t setup_calibrate(const suite_setup *setup, bool infers);

/** Whether a request was refused for want of memory, as it may be where there are enough. */
bool setup_is_full(tn_status status);

/** Takes device, capabilities and carrier from what a probe found. */
void setup_use(suite_setup *setup, const char *device, const char *carrier, uint64_t capabilities,
               uint32_t requests);

/** Writes the path of the manifest of a library: NAME.json for libNAME.so, in the same folder.
 * Returns false when there is none. */
bool setup_find_manifest(const char *library, char *out, size_t size);

#endif
