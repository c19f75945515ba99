/** @file
 *  What a core has logged.
 */
#ifndef TENON_TESTS_MESSAGES_H
#define TENON_TESTS_MESSAGES_H

#include "runtime.h"

#include <stdio.h>

struct messages {
  char text[1024];
};

static inline void keep_messages(void *user, uint32_t level, tn_string source, tn_string text) {
  struct messages *self = user;
  const size_t used = strlen(self->text);
  (void)level, (void)source;
  snprintf(self->text + used, sizeof self->text - used, "%.*s\n", (int)text.length, text.data);
}

#endif
