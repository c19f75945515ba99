/** @file
 *  A process that runs a case itself and is ended by the plugin, as by exit(0): nobody is left to
 * tell of it but the process, while it ends.
 */
#ifndef TENON_CONFORMANCE_EARLY_END_H
#define TENON_CONFORMANCE_EARLY_END_H

/** From now on an end of this process, though not of its children, is told on standard error as one
 * of that case, and is EXIT_FAILED. What ends it without leaving by exit is not seen. Called once.
 *  @param id the caller's, until early_end_forget */
void early_end_watch(const char *id);

/** The process may end. */
void early_end_forget(void);

#endif
