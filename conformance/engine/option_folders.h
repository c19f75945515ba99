/** @file
 *  The folders that options name: --blobs, --write-blobs and --write-cases.
 */
#ifndef TENON_CONFORMANCE_OPTION_FOLDERS_H
#define TENON_CONFORMANCE_OPTION_FOLDERS_H

#include "engine/options.h"

/** Endings of the files in a folder of blobs. */
#define BLOB_KEPT    ".blob"
#define BLOB_VERSION ".version"
#define BLOB_DEVICE  ".device"
#define BLOB_DAMAGED ".bad"

/** Whether the folder of --blobs, when there is one, holds a blob, so that a path that is wrong is
 * no run without them; and whether those that are written into can be. They are made when they are
 * not there.
 *  @return EXIT_PASSED, or the exit status after telling why not */
int option_folders_prepare(const suite_options *options);

#endif
