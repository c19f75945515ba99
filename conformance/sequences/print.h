/** @file
 *  Printing a sequence as a program in C, which compiles against the installed headers
 * (tenon/testing/sequence.h) and repeats the sequence without the suite.
 */
#ifndef TENON_CONFORMANCE_SEQUENCE_PRINT_H
#define TENON_CONFORMANCE_SEQUENCE_PRINT_H

#include <stdio.h>

#include "sequences/cases.h"

/** What a program says of itself. */
typedef struct sequence_title {
  const char *id;                 /**< Of the case. */
  const char *library;            /**< Of the plugin. */
  const char *device;             /**< Id of the device. */
  const char *clause;             /**< Name of the clause that was broken. */
  const char *text;               /**< What was asked and what came. */
  const tn_map_entry *properties; /**< Given at creation: strings, truths and numbers. */
  uint32_t property_count;        /**< Number of properties. */
} sequence_title;

/** Writes the program.
 *  @return false when there is no memory for it */
bool sequence_print(FILE *to, const sequence_title *title, const sequence_case *what);

/** Writes a model as constant structs; the last of them is `static tn_model NAME`. */
void sequence_print_model(FILE *to, const char *name, const tn_model *model);

/** Writes the elements of a dense tensor as an array: `static const TYPE NAME[] = {...};`. */
void sequence_print_elements(FILE *to, const char *name, const tn_tensor *dense);

/** The name of an element type in C ("TN_F32"). */
const char *sequence_type_name(uint32_t type);

#endif
