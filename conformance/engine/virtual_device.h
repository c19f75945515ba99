/** @file
 *  Devices that are made of others, which they reach through tn.core/1.
 */
#ifndef TENON_CONFORMANCE_VIRTUAL_DEVICE_H
#define TENON_CONFORMANCE_VIRTUAL_DEVICE_H

#include "engine/check.h"

/** Whether a plugin hands on what it is given: it takes nodes as they are, of operator set 0. */
bool plugin_is_virtual(tn_plugin *plugin);

/** Whether the tested device is made of others. */
bool test_is_virtual(test *t);

/** Why a case does not apply to others. */
#define NOT_VIRTUAL "the device is not made of others"

/** Whether an object is one of a device below, which the tested device hands on: it is as that
 * device declares, not as the tested one does (TN_CORE_005).
 *  @param maker of the object */
bool test_is_handed_on(test *t, const tn_maker *maker);

/** Whether a compiled model has a property that the plugin declares for models: one that is handed
 * on has those of its own maker. */
bool test_model_has(test *t, tn_compiled_model *model, tn_string property);

/** Whether a model or request is of a device that is not the context's: of a device made of others
 * another one took the model, or it was split. Then the context's memory is none of its own. */
bool test_lies_elsewhere(test *t, const tn_maker *maker, const tn_remote_context *context);

/** Whether a context tells the id of the tested device; one that is handed on tells what its own
 * maker calls that. */
bool test_names_device(test *t, tn_remote_context *context);

/** Why a case does not apply to it. */
#define HANDED_ON "what the device hands on is as the device below declares"

/** What the engines below hold of their hosts: blocks, tensors and executors. */
long test_held_below(const test *t);

#endif
