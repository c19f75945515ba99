/** @file
 *  Whose a blob in a folder of --blobs is: the plugin and the device that exported it, as far as
 * they tell of themselves, in a file of text beside it.
 */
#ifndef TENON_CONFORMANCE_BLOB_DEVICE_H
#define TENON_CONFORMANCE_BLOB_DEVICE_H

#include "engine/check.h"

/** What is told of a device. */
enum blob_device_fact {
  BLOB_DEVICE_PLUGIN,       /**< The plugin's name. */
  BLOB_DEVICE_ID,           /**< The device's id. */
  BLOB_DEVICE_NAME,         /**< Its name. */
  BLOB_DEVICE_ARCHITECTURE, /**< Its DEVICE_ARCHITECTURE. */
  BLOB_DEVICE_UUID,         /**< 32 hexadecimal digits. */
  BLOB_DEVICE_FACTS
};

enum {
  BLOB_DEVICE_FACT_SIZE = 160, /**< Of a fact, with its end. */
  BLOB_DEVICE_TEXT_SIZE = BLOB_DEVICE_FACTS * (BLOB_DEVICE_FACT_SIZE + 16) /**< Of all as text. */
};

/** A device. Facts that are not told are "". */
typedef struct blob_device {
  char facts[BLOB_DEVICE_FACTS][BLOB_DEVICE_FACT_SIZE]; /**< By blob_device_fact. */
} blob_device;

/** Sets a fact: as far as there is room, and what would not stand in a line as "?". */
void blob_device_set(blob_device *self, enum blob_device_fact fact, tn_string value);

/** Describes the tested device. Nothing is recorded: what it does not tell is not known. */
void blob_device_of(test *t, blob_device *out);

/** Writes lines KEY=VALUE of what is known; returns their bytes. */
uint64_t blob_device_print(const blob_device *self, char text[BLOB_DEVICE_TEXT_SIZE]);

/** Reads what blob_device_print wrote. Lines that it does not know are left out. */
void blob_device_read(blob_device *out, const char *text, uint64_t size);

/** Whether both were surely written by different plugins. */
bool blob_device_other_plugin(const blob_device *a, const blob_device *b);

/** Whether both are known to be different devices: by UUID and architecture, or, where one has no
 * UUID, by anything that is told of them. */
bool blob_device_differs(const blob_device *a, const blob_device *b);

#endif
