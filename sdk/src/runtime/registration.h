/** @file
 *  What is known of a plugin before its library is opened: from a manifest, or from the
 * application.
 */
#ifndef TENON_RUNTIME_REGISTRATION_H
#define TENON_RUNTIME_REGISTRATION_H

#include "base/arena.h"
#include "base/built_in.h"
#include "base/status.h"
#include "tenon/tenon.h"

/** The description of a plugin. All strings lie in the arena and are ended by a zero byte. */
typedef struct tni_registration {
  tni_arena arena;                /**< Holds all that follows. */
  tn_string name;                 /**< Name; empty while only the library knows it. */
  tn_string library;              /**< Path of the library. */
  tn_string manifest;             /**< Path of the manifest, or empty. */
  tn_string version;              /**< As the manifest says, or empty. */
  tn_string description;          /**< Likewise. */
  const tn_map_entry *properties; /**< Initial values. */
  uint64_t property_count;        /**< Number of properties. */
  tn_string alias;                /**< Name under which users see its devices, or empty. */
  int64_t priority;               /**< Among the plugins of that name; higher ones come first. */
  tn_string fallback; /**< Devices that take what it does not, separated by commas; or empty. */
  uint32_t is_hidden; /**< 1: users see the alias alone. */
  tn_create_plugin_engine_function create; /**< Of a plugin that is built in; else NULL: it is the
                                              library's. */
} tni_registration;

/** Makes an empty description. */
void tni_registration_init(tni_registration *registration, const tni_allocator *allocator);

/** Gives its memory back. */
void tni_registration_destroy(tni_registration *registration);

/** Fills it from what an application gives; everything is copied.
 *  @return TN_OK, TN_INVALID_ARGUMENT, TN_OUT_OF_MEMORY */
tn_status tni_registration_set(tni_registration *registration, const char *library,
                               const tn_plugin_options *options, tn_error *error);

/** Fills it for a plugin that is built in. @return TN_OK or TN_OUT_OF_MEMORY */
tn_status tni_registration_set_built_in(tni_registration *registration, const tni_built_in *row);

/** Fills it from a manifest: `{"tenon_manifest": 1, "name": ..., "library": ..., "version": ...,
 * "description": ..., "properties": {...}, "majors": [oldest, newest], "alias": ...,
 * "priority": number, "fallback": [...], "hidden": bool, "backend_absent": {...}, ...}`, of which
 * the first three have to be there and unknown ones are ignored. `library` is relative to the
 * manifest's folder.
 *  @return TN_OK; TN_NOT_FOUND or TN_IO; TN_MALFORMED with file and field; TN_UNSUPPORTED (a later
 * kind of manifest); TN_OUT_OF_MEMORY. On failure `manifest` may be set all the same */
tn_status tni_registration_read(tni_registration *registration, tn_string path, tn_error *error);

#endif
