/** @file
 *  Operator profiles (profile.def): what a device that has one must support.
 */
#ifndef TENON_CONFORMANCE_PROFILE_H
#define TENON_CONFORMANCE_PROFILE_H

#include <stdbool.h>
#include <stdint.h>

#include "numbers/operator_spec.h"

enum { PROFILE_NAME_SIZE = 32 };

/** Whether there is a profile of that name. */
bool profile_exists(const char *profile);

/** Writes the names of all profiles, separated by ", ". */
void profile_names(char *out, uint32_t size);

/** Whether a case is inside a profile. */
bool profile_holds(const char *profile, const operator_spec *spec);

/** The same of a case's name, "operator.Relu/f32.rank4" or "quantized.strided/qdq_i8"; no for cases
 * of other groups. */
bool profile_requires(const char *profile, const char *case_name);

/** Version of the file. */
uint32_t profile_version(void);

/** SHA-256 of profile.def in hexadecimal digits. */
const char *profile_digest(void);

#endif
