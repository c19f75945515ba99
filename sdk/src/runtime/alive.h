/** @file
 *  Whether a core may be used in this process: not in a child made by fork(), not once the process
 *  is exiting.
 */
#ifndef TENON_RUNTIME_ALIVE_H
#define TENON_RUNTIME_ALIVE_H

#include "base/status.h"

#include <stdatomic.h>
#include <sys/types.h>

/** What a mark says. */
enum {
  TNI_ALIVE_NO = 0,     /**< Not usable: a fork has wiped it, or the process exits. */
  TNI_ALIVE_YES = 1,    /**< Usable. */
  TNI_ALIVE_COMPARE = 2 /**< The system cannot wipe it on fork: compare the process id. */
};

/** The mark lies on a page of its own that the kernel fills with zeros in a child. So the question,
 * which every inference asks, costs one load. */
typedef struct tni_alive {
  atomic_uchar *mark; /**< The page. */
  pid_t process;      /**< Who made it. */
} tni_alive;

/** Makes a mark that says yes. @return TN_OK or TN_OUT_OF_MEMORY */
tn_status tni_alive_init(tni_alive *alive);

/** Gives the page back; an empty struct is legal. */
void tni_alive_destroy(tni_alive *alive);

/** From now on the answer is no. */
void tni_alive_end(tni_alive *alive);

/** The slow half of tni_is_alive. */
int tni_alive_compare(const tni_alive *alive);

/** 1 when calls may go on. */
static inline int tni_is_alive(const tni_alive *alive) {
  const unsigned char mark = atomic_load_explicit(alive->mark, memory_order_relaxed);
  return __builtin_expect(mark == TNI_ALIVE_YES, 1) || tni_alive_compare(alive);
}

/** The failure of a call on a core that is not alive. */
tn_status tni_fail_not_alive(tn_error *error);

#endif
