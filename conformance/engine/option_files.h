/** @file
 *  Which files a command line names.
 */
#ifndef TENON_CONFORMANCE_OPTION_FILES_H
#define TENON_CONFORMANCE_OPTION_FILES_H

#include "engine/option_table.h"

/** Whether every file or folder that a command line writes is another one than all that it reads
 * and than what else it writes, whatever their paths look like. What is no option counts as read.
 * Devices and pipes may be written to twice, and of an option that stands there twice the last
 * counts.
 *  @return false after telling on standard error which are the same */
bool option_outputs_are_apart(const option_table *table, int count, char **arguments);

#endif
