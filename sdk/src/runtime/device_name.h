/** @file
 *  The device grammar: `NAME`, `NAME.ID`, `NAME:LIST`.
 */
#ifndef TENON_RUNTIME_DEVICE_NAME_H
#define TENON_RUNTIME_DEVICE_NAME_H

#include "base/arena.h"
#include "base/status.h"

/** A device as applications write it, taken apart; all parts are borrowed from the whole. */
typedef struct tni_device_name {
  tn_string plugin; /**< Name of the plugin. */
  tn_string id;     /**< Id of the device; empty: the plugin chooses. */
  tn_string list;   /**< Text after ':'; empty when there is none. */
} tni_device_name;

/** Takes a name apart.
 *  @return TN_OK or TN_INVALID_ARGUMENT, saying what is wrong with the text */
tn_status tni_device_name_parse(tn_string text, tni_device_name *out, tn_error *error);

/** Puts a name together: "PLUGIN.ID".
 *  @param out in the arena, with a zero byte behind it
 *  @return TN_OK or TN_OUT_OF_MEMORY */
tn_status tni_device_name_join(tni_arena *arena, tn_string plugin, tn_string id, tn_string *out);

/** 1 for a legal name of a plugin: letters, digits and '_', at least one. */
int tni_is_device_type(tn_string name);

#endif
