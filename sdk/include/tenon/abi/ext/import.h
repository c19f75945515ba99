/** @file
 *  Extension "tn.import/1" of a plugin: compiled models from what "tn.export/1" wrote.
 */
#ifndef TENON_ABI_EXT_IMPORT_H
#define TENON_ABI_EXT_IMPORT_H

#include "tenon/abi/plugin.h"

TN_BEGIN_DECLARATIONS

/** Id of tn_import_api. */
#define TN_EXTENSION_IMPORT "tn.import/1"

/** Bytes from the start of a blob that are enough for tn_import_api::check. */
enum { TN_IMPORT_HEAD_SIZE = 4096 };

/** Where a blob is read from. Valid for the call that it is handed to. */
typedef struct tn_source {
  uint32_t size;       /**< TN_SIZE(tn_source) of the caller. */
  uint32_t flags;      /**< 0. */
  uint64_t byte_count; /**< Bytes of the blob. */
  const void *data;    /**< The whole blob in memory, aligned to 64 bytes, or NULL: then read_at. */
  /** Fills all of `buffer` from `offset` on, or fails. Legal also when `data` is given. */
  tn_status(TN_CALL *read_at)(const struct tn_source *source, uint64_t offset, void *buffer,
                              uint64_t byte_count, tn_error *error) TN_SERIAL TN_MAY_BLOCK;
  void *user; /**< The caller's own. */
} tn_source;

/** Smallest legal `size` of tn_source. */
#define TN_SOURCE_FIRST_SIZE TN_SIZE_THROUGH(tn_source, user)

/** A tn_source with its size and nothing else. */
TN_DEFINE_INIT(tn_source)

/** Options of import: those of compile. */
typedef tn_compile_options tn_import_options;

/** Functions of the extension. */
typedef struct tn_import_api {
  uint32_t size;     /**< Bytes of this table. */
  uint32_t reserved; /**< 0. */
  /** Judges a blob by its beginning, without a promise for the rest: a whole one of this plugin and
   * device that it accepts is also imported (TN_IMPORT_003).
   *  @param head the first `head_size` bytes: TN_IMPORT_HEAD_SIZE, or fewer when the blob is
   * shorter
   *  @return TN_OK: made for this device and plugin; TN_RECOMPILE: sound, but made by or for
   * another version or device (TN_IMPORT_012); TN_MALFORMED: no blob of this plugin, or damaged.
   * The error says what does not fit. */
  tn_status(TN_CALL *check)(tn_plugin *plugin, tn_string device, const void *head,
                            uint64_t head_size, const tn_import_options *options,
                            tn_error *error) TN_ANY_THREAD TN_MAY_BLOCK;
  /** Makes a compiled model from a blob. A damaged or foreign blob is an error, never a wrong model
   * (TN_IMPORT_001). The model has the ports of the one that was exported and gives equal outputs
   * (TN_IMPORT_002), in another process too (TN_IMPORT_004). No length in the blob makes import
   * allocate more than a fixed multiple of the blob's own (TN_IMPORT_009). Where a device
   * IMPORTS_ALONE this works without the compiler (TN_IMPORT_010).
   *  @param device id of a device; empty lets the plugin choose
   *  @param options may be NULL
   *  @param out receives the compiled model, owned by the caller; untouched on failure
   * (TN_IMPORT_008)
   *  @return TN_OK, TN_NOT_FOUND, TN_RECOMPILE (sound, of another version that this one does not
   * read: the message names both, TN_IMPORT_006), TN_MALFORMED (also when cut, at any length:
   * TN_IMPORT_005), TN_CANCELLED, TN_OUT_OF_MEMORY, or what read_at failed with (TN_IMPORT_007) */
  tn_status(TN_CALL *import_model)(tn_plugin *plugin, tn_string device, const tn_source *source,
                                   const tn_import_options *options, tn_compiled_model **out,
                                   tn_error *error) TN_ANY_THREAD TN_MAY_BLOCK;
} tn_import_api;

/** Smallest legal `size` of tn_import_api. */
#define TN_IMPORT_API_FIRST_SIZE TN_SIZE_THROUGH(tn_import_api, import_model)

TN_END_DECLARATIONS

#endif
