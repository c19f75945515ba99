/** @file
 *  What all objects have in common: a header of three words, frozen, and a table whose first slot
 * gives extensions.
 *
 *  An object is a struct of its maker's own that starts with the public struct of its kind, for
 * example `tn_infer_request`. Every table starts with its size, a second word and `get_extension`,
 * so that code which serves any kind of object can work through `tn_object`.
 */
#ifndef TENON_ABI_OBJECT_H
#define TENON_ABI_OBJECT_H

#include "tenon/abi/status.h"
#include "tenon/abi/string.h"

TN_BEGIN_DECLARATIONS

struct tn_object;

/** Who made an object: one record per engine, constant while any of its objects lives
 * (TN_LIFE_001). Objects of the host carry a record of the host. */
typedef struct tn_maker {
  uint32_t size;       /**< TN_SIZE(tn_maker) of the maker. */
  uint32_t reserved;   /**< 0. */
  const void *library; /**< An address inside the maker's library, the same for all engines of that
                          library. */
  tn_string name;      /**< Name of the plugin or host, for messages. */
} tn_maker;

/** Smallest legal `size` of tn_maker. */
#define TN_MAKER_FIRST_SIZE TN_SIZE_THROUGH(tn_maker, name)

/** What every table of an object starts with. Tables are constant for the life of the engine
 * (TN_LAYER_001). */
typedef struct tn_object_api {
  uint32_t size;  /**< Bytes of the whole table, as its maker was compiled. */
  uint32_t major; /**< For plugins the major version that was agreed on; 0 for every other kind. */
  /** Asks the object for a group of optional functions.
   *  @param id name and revision, such as "tn.export/1"
   *  @return the table of that extension, constant while the object lives, or NULL when there is
   * none. Functions of the table take this object, or objects of the same maker where they say so
   * (TN_ABI_010). */
  const void *(TN_CALL *get_extension)(struct tn_object *object, tn_string id)TN_ANY_THREAD;
} tn_object_api;

/** The header of every object. Only these three words are promised, for ever (TN_ABI_004). */
typedef struct TN_MAY_ALIAS tn_object {
  const tn_object_api
      *api; /**< The maker's table for this kind; only the host may replace it (TN_LAYER_002). */
  const tn_maker *maker; /**< Who made the object. */
  void *host;            /**< NULL at creation, from then on the host's alone (TN_LAYER_003). */
} tn_object;

TN_END_DECLARATIONS

#endif
