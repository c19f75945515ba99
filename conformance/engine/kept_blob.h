/** @file
 *  The blobs in the folder of --blobs. NAME.blob is one of the model NAME, or of what stands before
 * the first dot of NAME, so that a folder has room for blobs of several devices.
 */
#ifndef TENON_CONFORMANCE_KEPT_BLOB_H
#define TENON_CONFORMANCE_KEPT_BLOB_H

#include "engine/check.h"

/** Whose a kept blob is. */
enum kept_blob_origin {
  KEPT_BLOB_OWN,          /**< Of the tested device, or of one that is not told. */
  KEPT_BLOB_OTHER_DEVICE, /**< Of another device of this plugin. */
  KEPT_BLOB_OTHER_PLUGIN  /**< Of another plugin. */
};

/** Finds the names of the files of an ending, for test_check.found. */
void kept_blob_find_files(test *t, test_parameters *found, const char *suffix);

/** Finds the names of the blobs of an origin, likewise. */
void kept_blob_find(test *t, test_parameters *found, enum kept_blob_origin origin);

/** Reads the file NAME.SUFFIX, with NAME the case's parameter, aligned as import may ask.
 *  @return its bytes, until the check returns; NULL after recording why there are none */
char *kept_blob_read(test *t, const char *suffix, uint64_t *size);

/** The name of the model that the case's blob was made of. */
const char *kept_blob_model(test *t);

#endif
