/** @file
 *  What a process has loaded, mapped and open, read from the system and not asked of the process:
 *  libraries, device nodes, and files in a plugin's own folder.
 */
#ifndef TENON_CONFORMANCE_HOLDINGS_H
#define TENON_CONFORMANCE_HOLDINGS_H

#include <jansson.h>
#include <stdbool.h>
#include <sys/types.h>

#include "engine/device_node.h"
#include "engine/name_set.h"

/** Of one process or several, at one moment or several; all zero is nothing. */
typedef struct holdings {
  name_set libraries; /**< Paths of libraries of which something is mapped to run. */
  name_set files;     /**< Paths of regular files below the plugin's folder. */
  name_set numbers;   /**< Kinds and numbers of the device nodes that stand in `devices`. */
  json_t *devices;    /**< Array of what device_node_describe makes; NULL: none. */
} holdings;

/** Adds what a process has. Its standard streams are left out, and so are common device nodes.
 *  @param folder the plugin's folder as realpath tells it, with a slash at its end; "": none
 *  @return false when it cannot be told; some may have been added */
bool holdings_add(holdings *self, const system_roots *roots, pid_t process, const char *folder);

/** Gives the memory back. */
void holdings_clear(holdings *self);

#endif
