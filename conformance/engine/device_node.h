/** @file
 *  What the system tells of the device behind a device node: nothing of it is asked of the plugin.
 */
#ifndef TENON_CONFORMANCE_DEVICE_NODE_H
#define TENON_CONFORMANCE_DEVICE_NODE_H

#include <jansson.h>
#include <stdbool.h>
#include <sys/types.h>

/** Where the system tells of itself. */
typedef struct system_roots {
  const char *proc; /**< "/proc", but in tests. */
  const char *sys;  /**< "/sys", but in tests. */
} system_roots;

/** A device node. */
typedef struct device_node {
  const char *path; /**< Its name in the file system. */
  bool is_block;    /**< A block device; else a character device. */
  dev_t number;     /**< Major and minor. */
} device_node;

/** Whether it is one that any program may have open and that stands for no device: null, zero,
 * full, random, urandom. */
bool device_node_is_common(const system_roots *roots, const device_node *node);

/** An object with the node, its bus, the ids, the driver and the firmware of the device behind it;
 * FORMAT.md tells the members. What the system does not tell is empty. NULL without memory. */
json_t *device_node_describe(const system_roots *roots, const device_node *node);

#endif
