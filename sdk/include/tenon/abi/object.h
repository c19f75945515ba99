/** @file
 *  What all objects have in common: a header of three words, frozen, and a table whose first slot
 * gives extensions.
 *
 *  An object is a struct of its maker's own that starts with the public struct of its kind, for
 * example `tn_infer_request`. Every table starts with its size, a second word and `get_extension`,
 * so that code which serves any kind of object can work through `tn_object`.
 *
 *  An object is either owned or counted; its struct says which. No two creating calls return the
 * same owned object, unless a device made of others hands it on (TN_LAYER_005). The host destroys
 * owned objects children first (TN_LIFE_017), and each `destroy` frees what its object holds
 * (TN_LIFE_005). When it returns, what the plugin's own threads did for the object has ended; only
 * a process that exits waits for nothing (TN_THREAD_007). A counted object works until its last
 * release, also after its plugin was destroyed (TN_LIFE_007). Objects of each kind can be made,
 * used and destroyed over and over: that adds no thread, no descriptor and at most 256 bytes a
 * round (TN_LIFE_015). */
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
 * (TN_LAYER_001). Every slot is there, but for those whose comment says what NULL means
 * (TN_ABI_009): the host refuses a table that is too small or lacks a slot, naming both, before it
 * uses the object (TN_ABI_019). */
typedef struct tn_object_api {
  uint32_t size;  /**< Bytes of the whole table, as its maker was compiled. */
  uint32_t major; /**< For plugins the major version that was agreed on; 0 for every other kind. */
  /** Asks the object for a group of optional functions.
   *  @param id name and revision, such as "tn.export/1"
   *  @return the table of that extension, constant and the same one at every call while the object
   * lives, or NULL when there is none, also where the id begins like a known one or goes on behind
   * it (TN_ABI_014). Functions of the table take this object, or objects of the same maker where
   * they say so; one of another maker is TN_INVALID_ARGUMENT (TN_ABI_010). */
  const void *(TN_CALL *get_extension)(struct tn_object *object, tn_string id)TN_ANY_THREAD;
} tn_object_api;

/** The header of every object. Only these three words are promised, for ever (TN_ABI_004). */
typedef struct TN_MAY_ALIAS tn_object {
  /** The maker's table for this kind. Only the host may replace it (TN_LAYER_002): once at most,
   * under a lock, before it returns what a creating call has returned to it (TN_LAYER_007), never
   * in an object that it first meets as an argument or from get_tensor (TN_LAYER_012). What it puts
   * there is a copy with the same size, NULLs and unknown slots, and known slots replaced
   * (TN_LAYER_008); once it has called destroy or release below, it touches neither the object nor
   * what `host` pointed to (TN_LAYER_009). A plugin goes through it only for objects that it was
   * handed, not for its own (TN_LAYER_006). */
  const tn_object_api *api;
  /** Who made the object. By this, and not by the table, it is recognised when it is handed in
   * (TN_LAYER_011). */
  const tn_maker *maker;
  void *host; /**< NULL at creation, from then on the host's alone (TN_LAYER_003). */
} tn_object;

TN_END_DECLARATIONS

#endif
