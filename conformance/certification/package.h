/** @file
 *  A submission: a folder that holds a report or certificate, the JSON lines of its run, and every
 * file that the plugin ships, and nothing else.
 *
 *      manifest.json    {"files":[{"path":...,"sha256":...}...],"format":1,"type":"package"},
 * canonical document.json    the report or certificate results.jsonl    the JSON lines files/...
 * the plugin's library, its manifest, and what that lists
 */
#ifndef TENON_CONFORMANCE_PACKAGE_H
#define TENON_CONFORMANCE_PACKAGE_H

#include <stdbool.h>

/** Names in the folder. */
#define PACKAGE_MANIFEST "manifest.json"
#define PACKAGE_DOCUMENT "document.json"
#define PACKAGE_LINES    "results.jsonl"
#define PACKAGE_FILES    "files/"

/** Writes a package into a new folder.
 *  @param document path of the report or certificate
 *  @param lines path of the JSON lines
 *  @param library path of the plugin; what it ships lies beside it
 *  @return false after telling on standard error why */
bool package_write(const char *folder, const char *document, const char *lines,
                   const char *library);

/** Whether the folder holds exactly what its manifest lists, with these digests, and the manifest
 * lists what a package has to hold; only regular files and folders, no links.
 *  @return false after telling on standard error why */
bool package_check(const char *folder);

#endif
