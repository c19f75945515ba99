/** @file
 *  Exported models in memory: a target that gathers and can fail, a source that counts and can
 * fail.
 */
#ifndef TENON_CONFORMANCE_BLOB_H
#define TENON_CONFORMANCE_BLOB_H

#include "engine/check.h"
#include "tenon/abi/ext/export.h"
#include "tenon/abi/ext/import.h"

/** What an export wrote. */
typedef struct blob {
  unsigned char *bytes;  /**< Aligned to 64 bytes. */
  uint64_t size;         /**< Number of bytes. */
  uint64_t *ends;        /**< Where each write ended. */
  uint64_t write_count;  /**< Number of writes. */
  uint64_t fail_at;      /**< The write (from 1) that fails; 0: none. */
  tn_status fail_status; /**< What it fails with. */
  uint64_t after_fail;   /**< Writes that came after the failed one. */
} blob;

/** The vendor code and the message of reads and writes that are made to fail. */
enum { BLOB_VENDOR_CODE = 471147 };

/** See BLOB_VENDOR_CODE. */
#define BLOB_MESSAGE "the suite made this fail"

/** Frees what it holds. */
void blob_clear(blob *self);

/** The table of "tn.export/1" of a compiled model; NULL after recording that it is missing. */
const tn_export_api *blob_export_api(test *t, tn_compiled_model *model);

/** The table of "tn.import/1" of the plugin; NULL after recording that it is missing. */
const tn_import_api *blob_import_api(test *t);

/** A target that gathers into `out`, which may be set to fail; borrowed while the target is used.
 */
tn_target blob_target(blob *out);

/** Exports into `out`, which may be set to fail; not recorded. */
tn_status blob_export(test *t, tn_compiled_model *model, blob *out);

/** Compiles a model of the list and exports it. The blob is freed with blob_clear.
 *  @return false after recording why there is none */
bool blob_make(test *t, const char *model, blob *out);

/** How a blob is offered to import. */
typedef struct blob_source {
  tn_source base;     /**< What import is given. */
  const void *bytes;  /**< The blob. */
  uint64_t available; /**< Bytes that are there, whatever the source states; reads behind fail. */
  uint64_t reads;     /**< Calls of read_at. */
  uint64_t fail_at;   /**< The read (from 1) that fails; 0: none. */
  tn_status fail_status; /**< What it fails with. */
  uint64_t outside;      /**< Reads beyond the end. */
} blob_source;

/** A source of `size` bytes.
 *  @param in_memory whether `data` is given as well as read_at */
blob_source blob_source_make(const void *bytes, uint64_t size, bool in_memory);

/** Imports for the tested device; not recorded. */
tn_status blob_import(test *t, const blob_source *source, const tn_import_options *options,
                      tn_compiled_model **out);

/** Imports a blob that must import, and adopts the model.
 *  @return NULL after recording the failure */
tn_compiled_model *blob_import_whole(test *t, const blob *self, bool in_memory);

/** Imports the first `size` bytes alone, which has to be refused with MALFORMED without a read
 * behind them.
 *  @param in_memory offered as memory as well, where that many bytes can be */
void blob_expect_cut_refused(test *t, const blob *whole, uint64_t size, bool in_memory);

/** Runs an imported model and hands its outputs over. */
void blob_expect_outputs(test *t, tn_compiled_model *imported, const char *model, uint64_t seed,
                         int64_t size);

#endif
