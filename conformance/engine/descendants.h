/** @file
 *  Processes that a process has started, and those that these have started: whatever group, session
 * or parent they have taken.
 */
#ifndef TENON_CONFORMANCE_DESCENDANTS_H
#define TENON_CONFORMANCE_DESCENDANTS_H

#include <stdbool.h>
#include <sys/types.h>

#include "engine/hygiene.h"

/** The parent of a process; 0 when it has ended. */
pid_t descendants_parent(pid_t pid);

/** Kills all descendants of a process which is stopped or starts none meanwhile, and not the
 * process itself. Those whose parents have ended are found where it is their reaper
 * (PR_SET_CHILD_SUBREAPER). */
void descendants_kill(pid_t root);

/** Kills the children of this process that are not kept, and what these have started; it has to be
 * the reaper of them (descendants_adopt).
 *  @param is_kept whether a child is left alone; gets `user` */
void descendants_kill_children(bool (*is_kept)(const void *user, pid_t pid), const void *user);

/** From now on descendants whose parents end become children of this process.
 *  @param before receives the children that it has, for descendants_end_adopted */
void descendants_adopt(hygiene_children *before);

/** Ends all children that came since, when all that were started on purpose have ended. */
void descendants_end_adopted(const hygiene_children *before);

#endif
