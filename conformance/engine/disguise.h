/** @file
 *  What a worker looks like from inside: any application. A plugin that asks which program it was
 * loaded into, as one that behaves only where it is tested, finds neither the suite's name nor its
 * command line. It could still look at the process above; that is what runs through the runtime are
 * for.
 */
#ifndef TENON_CONFORMANCE_DISGUISE_H
#define TENON_CONFORMANCE_DISGUISE_H

/** Replaces this process by this program with another command line, under a name that says nothing.
 * Returns only when that fails. In sanitizer builds the program keeps its name, which their reports
 * need. */
void disguise_execute(char **arguments);

/** In a worker, before anything else: takes the command line out of sight.
 *  @return a copy of it, ended by NULL; `argv` itself where there is no memory */
char **disguise_arguments(int argc, char **argv);

#endif
