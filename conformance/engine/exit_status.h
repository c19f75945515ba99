/** @file
 *  How tenon-conformance and its sub-commands end.
 */
#ifndef TENON_CONFORMANCE_EXIT_STATUS_H
#define TENON_CONFORMANCE_EXIT_STATUS_H

#include <stdio.h>

/** Exit statuses of a run: X(name, number, meaning). A sub-command tells its own in its usage; 2
 * and 4 mean the same everywhere. */
#define SUITE_EXIT_MAP(X)                                                              \
  X(PASSED, 0, "every required case passed")                                           \
  X(FAILED, 1,                                                                         \
    "something failed, or nothing passed: a run whose cases were all skipped ends "    \
    "with 1")                                                                          \
  X(USAGE, 2, "wrong usage")                                                           \
  X(NO_PLUGIN, 3,                                                                      \
    "the library, or one of --with or --handle-provider, could not be opened or is "   \
    "no plugin or provider")                                                           \
  X(SUITE, 4, "the suite itself could not run, or could not write its output")         \
  X(NO_DEVICE, 5,                                                                      \
    "no device: the plugin reported none, or creation failed with BACKEND_MISSING or " \
    "BACKEND_VERSION")

/** The statuses. */
enum suite_exit {
#define SUITE_EXIT_ENUMERATOR(name, number, meaning) EXIT_##name = number,
  SUITE_EXIT_MAP(SUITE_EXIT_ENUMERATOR)
#undef SUITE_EXIT_ENUMERATOR
};

/** Writes number and meaning of each, one a line. */
void suite_exit_list(FILE *stream);

/** What was printed must have arrived: `status`, or EXIT_SUITE after telling that it has not. */
int suite_exit_printed(int status);

#endif
