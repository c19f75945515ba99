/** @file
 *  Environments that a plugin's manifest names, in which something below the plugin is not there:
 *  `"FIELD": {"environment": {"VARIABLE": "value", ...}}`.
 */
#ifndef TENON_CONFORMANCE_MANIFEST_SWITCH_H
#define TENON_CONFORMANCE_MANIFEST_SWITCH_H

#include "engine/check.h"

/** Whether the manifest has the field. */
bool manifest_switch_exists(const test *t, const char *field);

/** A text beside the environment, copied for the check, or NULL where the manifest does not say it:
 * "found" and "needed" of "backend_version", the versions that the message then names. */
const char *manifest_switch_text(test *t, const char *field, const char *name);

/** Sets the variables of the field in this process. */
void manifest_switch_set(const test *t, const char *field);

/** Takes them away. */
void manifest_switch_unset(const test *t, const char *field);

#endif
