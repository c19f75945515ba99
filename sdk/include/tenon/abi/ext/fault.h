/** @file
 *  Extension "tn.fault/1" of a plugin: devices that are lost and come back at a word. For tests: no
 * plugin needs it, and one that has it may offer it in test builds alone.
 */
#ifndef TENON_ABI_EXT_FAULT_H
#define TENON_ABI_EXT_FAULT_H

#include "tenon/abi/plugin.h"

TN_BEGIN_DECLARATIONS

/** Id of tn_fault_api. */
#define TN_EXTENSION_FAULT "tn.fault/1"

/** Functions of the extension. */
typedef struct tn_fault_api {
  uint32_t size;     /**< Bytes of this table. */
  uint32_t reserved; /**< 0. */
  /** The device is lost from now on, as if it had been pulled out or reset: what is in flight on it
   * and what is begun later ends with TN_DEVICE_LOST (TN_DEVICE_010).
   *  @param device id of a device
   *  @return TN_OK, also when it was lost already; TN_NOT_FOUND */
  tn_status(TN_CALL *lose)(tn_plugin *plugin, tn_string device, tn_error *error) TN_ANY_THREAD;
  /** The device is back: enumeration gives a greater generation, and what is made from now on works
   * (TN_DEVICE_011). What was made before it was lost stays lost.
   *  @param device id of a device
   *  @return TN_OK, also when it was not lost; TN_NOT_FOUND */
  tn_status(TN_CALL *restore)(tn_plugin *plugin, tn_string device, tn_error *error) TN_ANY_THREAD;
} tn_fault_api;

/** Smallest legal `size` of tn_fault_api. */
#define TN_FAULT_API_FIRST_SIZE TN_SIZE_THROUGH(tn_fault_api, restore)

TN_END_DECLARATIONS

#endif
