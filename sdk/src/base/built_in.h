/** @file
 *  Plugins that are linked into the runtime: devices made of others. Each stands where it is
 * defined, and the runtime's table of them is generated.
 */
#ifndef TENON_BASE_BUILT_IN_H
#define TENON_BASE_BUILT_IN_H

#include "tenon/abi/plugin.h"

/** One of them. */
typedef struct tni_built_in {
  const char *name;                        /**< "HETERO". */
  const char *description;                 /**< For people. */
  tn_create_plugin_engine_function create; /**< What a library would export. */
} tni_built_in;

/** Defines one; stands at the beginning of a line. Example:
 *  @code
 *  TNI_BUILT_IN(hetero) = {"HETERO", "One model on several devices.", tni_hetero_create};
 *  @endcode */
#define TNI_BUILT_IN(identifier) const tni_built_in tni_built_in_##identifier

#endif
