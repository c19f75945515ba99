/** @file
 *  Lists of names as text: "A, B".
 */
#ifndef TENON_BASE_NAME_LIST_H
#define TENON_BASE_NAME_LIST_H

#include "base/text.h"
#include "tenon/abi/string.h"

/** Takes the next name off a list that is parted by ','; blanks around a name do not count, and a
 * name may be empty. Returns 0 at its end.
 *  @param list receives what is left
 *  @param out borrowed from the list */
int tni_name_list_next(tn_string *list, tn_string *out);

/** Whether a name stands in the list. */
int tni_name_list_holds(tn_string list, tn_string name);

/** Appends a list without blanks around its names; nothing else is changed: "A,B". */
void tni_name_list_append(tni_text *out, tn_string list);

#endif
