/** @file
 *  Environments that a plugin's manifest names, in which something below the plugin is not there:
 *  `"FIELD": {"environment": {"VARIABLE": "value", ...}}`.
 */
#ifndef TENON_CONFORMANCE_MANIFEST_SWITCH_H
#define TENON_CONFORMANCE_MANIFEST_SWITCH_H

#include "engine/check.h"

/** Whether the manifest has the field. */
bool manifest_switch_exists(const test *t, const char *field);

/** Sets the variables of the field in this process. */
void manifest_switch_set(const test *t, const char *field);

/** Takes them away. */
void manifest_switch_unset(const test *t, const char *field);

#endif
