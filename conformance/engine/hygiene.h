/** @file
 *  What a plugin must leave as it was: signals, floating-point state, locale, environment, working
 * directory, standard output.
 */
#ifndef TENON_CONFORMANCE_HYGIENE_H
#define TENON_CONFORMANCE_HYGIENE_H

#include <fenv.h>
#include <limits.h>
#include <locale.h>
#include <signal.h>
#include <stdint.h>
#include <sys/types.h>

enum { HYGIENE_SIGNALS = 65 /**< Numbers of signals, from 1 on. */ };

/** What becomes of a signal, as the system keeps it. */
typedef struct hygiene_action {
  uint64_t handler;  /**< Address. */
  uint64_t flags;    /**< SA_... */
  uint64_t restorer; /**< Of the C library, which sets it whenever it sets a handler. */
  uint64_t mask;     /**< Signals that wait meanwhile. */
} hygiene_action;

/** A picture of the process. */
typedef struct hygiene {
  hygiene_action actions[HYGIENE_SIGNALS]; /**< By number. */
  sigset_t mask;                           /**< Blocked signals. */
  fenv_t floating;                         /**< As fegetenv gives it. */
  int rounding;                            /**< Rounding mode. */
  uint64_t control;                        /**< Control bits of the floating-point units. */
  uint64_t environment;                    /**< Checksum of the environment. */
  char locale[256];                        /**< All categories. */
  locale_t locale_of_thread;               /**< What uselocale gives. */
  char directory[PATH_MAX];                /**< Working directory. */
  int is_taken;                            /**< 0: it shows nothing yet. */
  long output_bytes;                       /**< Bytes written to standard output. */
} hygiene;

/** Takes a picture. `output` is the descriptor that standard output was led to. */
void hygiene_take(hygiene *picture, int output);

/** Takes a picture soon after another one: signals of real time, which are half of all and seldom
 * used, are taken over from that, and wait for hygiene_keeps_real_time. */
void hygiene_take_again(hygiene *picture, const hygiene *last, int output);

/** Whether signals of real time are as in the picture. */
int hygiene_keeps_real_time(const hygiene *picture);

/** Makes of the picture after one case that before the next: whatever happened in between is that
 * case's. One that shows nothing is taken now. What was printed by then counts no more. */
void hygiene_go_on(hygiene *picture, int output);

enum {
  HYGIENE_CHANGES = 9 /**< Things that can differ. */
};

/** Something that differs: its name, and the number of the clause. */
typedef struct hygiene_change {
  const char *what; /**< "the handler of signal 11". */
  uint32_t clause;  /**< TNI_CLAUSE. */
} hygiene_change;

/** Lists the differences of two pictures; returns their number, at most `capacity`. Strings are
 * static. */
uint32_t hygiene_compare(const hygiene *before, const hygiene *after, hygiene_change *changes,
                         uint32_t capacity);

/** Puts back what can be put back, so that the next case starts from a clean process. */
void hygiene_restore(const hygiene *picture);

enum {
  HYGIENE_CHILDREN = 64 /**< Children that are told apart at most. */
};

/** The processes below this one. */
typedef struct hygiene_children {
  pid_t pids[HYGIENE_CHILDREN]; /**< Those that have not ended. */
  uint32_t count;               /**< Number of them. */
} hygiene_children;

/** Lists the children that have not ended; those that have are taken leave of. Children of children
 * that ended count where this process is told of them (PR_SET_CHILD_SUBREAPER). */
void hygiene_take_children(hygiene_children *picture);

/** Waits a moment for the children that are not in `before` to end, and kills those that stay.
 * Returns their number. */
uint32_t hygiene_end_children(const hygiene_children *before);

#endif
