/** @file
 *  The carrier, the model that API cases run, and its kin: the suite's small networks made of the
 * carrier's operator, for devices that do not run the plain ones.
 *
 *  A name is that of a model of the list; or "given", the model of --carrier; or "chain@relu_i8",
 * the kin of a model of the list and a carrier.
 */
#ifndef TENON_CONFORMANCE_CARRIER_H
#define TENON_CONFORMANCE_CARRIER_H

#include <stdbool.h>

#include "engine/models.h"

enum { CARRIER_NAME_SIZE = 96 };

/** The name of the model of --carrier. */
#define CARRIER_GIVEN "given"

/** Says where the model of --carrier lies; borrowed for the life of the process. NULL: there is
 * none.
 *  @return false after telling on standard error why it cannot be read */
bool carrier_give(const char *path);

/** The model that a check means by `name` on a device with this carrier: "carrier" is the carrier
 * itself; networks are made of its operator where it is not the first of the ladder. Returns
 * `buffer` or one of the names. */
const char *carrier_resolve(const char *carrier, const char *name, char buffer[CARRIER_NAME_SIZE]);

/** Builds the model of a name.
 *  @return TN_OK; TN_NOT_FOUND for names that stand for no model; what reading a file gives */
tn_status carrier_build(const char *name, const tni_environment *environment, tn_model **out,
                        tn_error *error);

/** Builds a network of the carrier in a row, for inferences that are to take long.
 *  @param name   of a model of the list
 *  @param rows   times that its first dimension is as long; 1 unless carrier_grows
 *  @param copies times that it stands there, at most 64 */
tn_status carrier_build_long(const char *name, const tni_environment *environment, int64_t rows,
                             int64_t copies, tn_model **out, tn_error *error);

/** Whether the first dimension of a carrier can be longer: it has one input, and the dimension is
 * a number. */
bool carrier_grows(const char *name);

/** Whether a name stands for a model of --carrier, whose outputs are judged as those of a whole
 * model. */
int carrier_is_given(const char *name);

#endif
