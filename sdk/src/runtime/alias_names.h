/** @file
 *  Devices behind an alias by the names that users see. At the plugin interface a device is what
 * its maker calls it; what the runtime tells an application of something that was made for an alias
 * is told by the alias's numbers.
 */
#ifndef TENON_RUNTIME_ALIAS_NAMES_H
#define TENON_RUNTIME_ALIAS_NAMES_H

#include "base/arena.h"
#include "tenon/abi/ext/profiling.h"
#include "tenon/abi/value.h"

struct tni_engine;

/** A number, and a device that it stands for. */
typedef struct tni_served {
  tn_string number; /**< As users see it. */
  tn_string device; /**< Its whole name at the interface: "VENDOR.1". */
} tni_served;

/** The devices of an alias at one moment. Constant, so that threads may share it. */
typedef struct tni_alias_names {
  tni_arena arena;          /**< Holds all that follows. */
  tn_string alias;          /**< Its name. */
  const tni_served *served; /**< Its devices: of each number what serves it first; then what other
                             * plugins of the alias call the same devices. */
  uint64_t count;           /**< How many numbers there are. */
  uint64_t all_count;       /**< How many entries there are. */
} tni_alias_names;

/** Asks the alias.
 *  @return TN_OK, TN_OUT_OF_MEMORY, and what keeps the alias from working; on failure there is
 * nothing to destroy */
tn_status tni_alias_names_read(const struct tni_engine *alias, tni_alias_names *out,
                               tn_error *error);

/** Gives back what read took; an empty struct is legal. */
void tni_alias_names_destroy(tni_alias_names *names);

/** Who serves a number first, such as "VENDOR.1"; of an empty number the first one. An empty text
 * where there is none. */
tn_string tni_alias_names_serving(const tni_alias_names *names, tn_string number);

/** A device by the name that users see: a whole name ("VENDOR.1") as "GPU.0", an id of `plugin`'s
 * ("1") as "0". A device that several plugins of the alias know has one number. What is not the
 * alias's, such as a device of the fallback, is told by its own name, with its plugin's before an
 * id.
 *  @param plugin who tells the device
 *  @param out lies in `arena`, or is `device` itself
 *  @return TN_OK or TN_OUT_OF_MEMORY */
tn_status tni_alias_names_translate(const tni_alias_names *names, tni_arena *arena,
                                    tn_string plugin, tn_string device, tn_string *out);

/** 1 for a property whose values name devices: of compiled models and of remote contexts. */
int tni_names_devices(tn_string property);

/** The devices in what is said of them: "VENDOR.1: why; CPU.0: why" as "GPU.0: why; CPU.0: why".
 *  @param at the text; what it becomes lies in `arena`
 *  @return TN_OK or TN_OUT_OF_MEMORY */
tn_status tni_alias_names_said(const tni_alias_names *names, tni_arena *arena, tn_string *at);

/** Every device in a value, and in what lists and maps hold; see translate. One that would stand in
 * a list twice stands there once. A text with ':' is what
 * is said of devices, one with ',' several of them. */
tn_status tni_alias_names_value(const tni_alias_names *names, tni_arena *arena, tn_string plugin,
                                const tn_value *value, tn_value *out);

/** The devices before what ran a node ("VENDOR.1: kernel") in a profile.
 *  @param out receives `count` entries, in the arena
 *  @return TN_OK or TN_OUT_OF_MEMORY */
tn_status tni_alias_names_profile(const tni_alias_names *names, tni_arena *arena,
                                  const tn_profile_entry *const *entries, uint64_t count,
                                  const tn_profile_entry *const **out);

#endif
