/** @file
 *  Extension "tn.export/1" of a compiled model: writes it as a blob that "tn.import/1" of the same
 * plugin reads. Where HAS_IMPORT is not declared, there is none, and import is TN_UNSUPPORTED
 * (TN_EXPORT_005). */
#ifndef TENON_ABI_EXT_EXPORT_H
#define TENON_ABI_EXT_EXPORT_H

#include "tenon/abi/compiled_model.h"

TN_BEGIN_DECLARATIONS

/** Id of tn_export_api. */
#define TN_EXTENSION_EXPORT "tn.export/1"

/** Where a blob is written to. Valid for the call that it is handed to. */
typedef struct tn_target {
  uint32_t size;  /**< TN_SIZE(tn_target) of the caller. */
  uint32_t flags; /**< 0. */
  /** Appends all of `data`, or fails; after a failure export stops and passes it on. */
  tn_status(TN_CALL *write)(const struct tn_target *target, const void *data, uint64_t byte_count,
                            tn_error *error) TN_SERIAL TN_MAY_BLOCK;
  void *user; /**< The caller's own. */
} tn_target;

/** Smallest legal `size` of tn_target. */
#define TN_TARGET_FIRST_SIZE TN_SIZE_THROUGH(tn_target, user)

/** A tn_target with its size and nothing else. */
TN_DEFINE_INIT(tn_target)

/** Options of export. */
typedef struct tn_export_options {
  uint32_t size;                   /**< TN_SIZE(tn_export_options) of the caller. */
  uint32_t flags;                  /**< 0. */
  const tn_option *const *entries; /**< See tn_options. */
  uint32_t entry_count;            /**< Number of entries. */
  uint32_t reserved;               /**< 0. */
} tn_export_options;

/** Smallest legal `size` of tn_export_options. */
#define TN_EXPORT_OPTIONS_FIRST_SIZE TN_SIZE_THROUGH(tn_export_options, reserved)

/** A tn_export_options with its size and nothing else. */
TN_DEFINE_INIT(tn_export_options)

/** Functions of the extension. */
typedef struct tn_export_api {
  uint32_t size;     /**< Bytes of this table. */
  uint32_t reserved; /**< 0. */
  /** Writes the compiled model, whichever it is, as a blob that is not empty (TN_EXPORT_001). The
   * same model and properties give the same bytes (TN_EXPORT_002). The model stays usable, and can
   * be exported again (TN_EXPORT_004).
   *  @param options may be NULL
   *  @return TN_OK, TN_UNSUPPORTED (critical entry), TN_OUT_OF_MEMORY, or what write returned: its
   * failure stops export (TN_EXPORT_003) */
  tn_status(TN_CALL *export_model)(tn_compiled_model *model, const tn_export_options *options,
                                   const tn_target *target,
                                   tn_error *error) TN_ANY_THREAD TN_MAY_BLOCK;
} tn_export_api;

/** Smallest legal `size` of tn_export_api. */
#define TN_EXPORT_API_FIRST_SIZE TN_SIZE_THROUGH(tn_export_api, export_model)

TN_END_DECLARATIONS

#endif
