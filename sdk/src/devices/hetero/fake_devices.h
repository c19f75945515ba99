/** @file
 *  For tests of who gets which node: devices that know operators by their first letter, and small
 * models of such operators.
 */
#ifndef TENON_DEVICES_HETERO_FAKE_DEVICES_H
#define TENON_DEVICES_HETERO_FAKE_DEVICES_H

#include "devices/hetero/assign.h"

enum { TNI_MOST_FAKE_NODES = 16 };

/** A device that takes the letters that it knows, and those of `together` in one group; behind a
 * '!' stand those for which it does not answer. */
typedef struct tni_fake_device {
  const char *name, *knows, *together;
} tni_fake_device;

/** Devices, and what they were asked. */
typedef struct tni_fake {
  const tni_fake_device *devices;
  uint32_t count;
  uint32_t asked;       /**< How often. */
  uint32_t asked_about; /**< Nodes, all together. */
} tni_fake;

/** A node of a model. */
typedef struct tni_fake_node {
  /** "Shape" is ONNX's; what begins with an 's' gives a value of rank 1, others one of rank 3. */
  const char *operation;
  /** A character an input: '0' is the input of the model, '1' what the first node computes, ... ':'
   * the tenth and so on in the order of ASCII. */
  const char *inputs;
  const char *variable; /**< Id of the variable that the node reads or writes, or NULL. */
  const char *affinity; /**< Name of a device, or NULL. */
} tni_fake_node;

/** Makes a model of nodes "n0", "n1", ... What no node uses is an output. Fails the test when it
 * cannot. */
tn_model *tni_fake_model(const tni_fake_node *nodes, uint32_t count);

/** What came out of tni_assign. */
typedef struct tni_fake_outcome {
  tn_status status;
  tn_error error;
  char devices[TNI_MOST_FAKE_NODES + 1]; /**< A digit a node; '-' where it has none. */
  char groups[TNI_MOST_FAKE_NODES + 1];  /**< Likewise. */
  char reasons[512];                     /**< Against the first node that has any. */
  uint32_t asked, asked_about;           /**< As tni_fake. */
} tni_fake_outcome;

/** Assigns the nodes of a model to at most four devices.
 *  @param may_leave as tni_asking
 *  @param keep receives the assignment, which the caller's arena holds; or NULL
 *  @return what tni_assign returned */
tn_status tni_fake_assign(tni_arena *arena, tn_model *model, const tni_fake_device *devices,
                          uint32_t count, uint32_t may_leave, tni_assignment *keep,
                          tni_fake_outcome *out);

#endif
