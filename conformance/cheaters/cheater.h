/** @file
 *  What cheaters are made with: TEMPLATE with a defect that it tries to hide from the suite.
 *
 *  The first line of a file says what has to tell: `caught-by: GROUP.CASE as STATE [with OPTIONS]`.
 * `[but passes with OPTIONS]` in the second line names a run in which the trick works: the suite
 * has to be told more there, and the test sees that there is a trick at all.
 */
#ifndef TENON_CONFORMANCE_CHEATER_H
#define TENON_CONFORMANCE_CHEATER_H

#include <fcntl.h>
#include <stdint.h>
#include <sys/types.h>
#include <unistd.h>

#include "saboteur.h"

/** The defect: the element in the middle of a dense float output is wrong. */
void cheater_spoil(tn_infer_request *request);

/** The place of the output that cheater_spoil changes, or NULL. */
float *cheater_victim(tn_infer_request *request);

/** Input `port` of the request in dense host memory, or NULL. */
tn_tensor *cheater_input(tn_infer_request *request, uint32_t port);

/** The bytes of a mapping of this process whose path holds `name`; NULL when there is none. */
char *cheater_mapping(const char *name, size_t *size);

/** The arguments of the process that started this one, each ended by 0; their bytes. */
size_t cheater_parents_arguments(char *out, size_t size);

/** The argument after `option` among those of the parent, or NULL. */
const char *cheater_parents_argument(const char *option, char *out, size_t size);

/** Hooks of a cheater that only replaces infer. */
#define CHEATER_INFER(function)                           \
  static void change_request(tn_infer_request_api *api) { \
    api->infer = function;                                \
  }                                                       \
  const saboteur_hooks saboteur = {.request = change_request};

#endif
