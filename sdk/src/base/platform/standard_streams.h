/** @file
 *  Standard input, output and error.
 */
#ifndef TENON_BASE_PLATFORM_STANDARD_STREAMS_H
#define TENON_BASE_PLATFORM_STANDARD_STREAMS_H

/** Takes the numbers of the standard streams that whoever started the process has closed, so that
 * no file that is opened later gets one of them and what is printed lands in it. They stay of no
 * use: reading standard input fails, and so does writing to standard output and error. To be called
 * before anything is opened. */
void tni_standard_streams_reserve(void);

#endif
