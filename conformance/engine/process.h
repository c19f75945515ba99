/** @file
 *  A worker as the supervisor sees it: a process with memory for records, a line to it, and what it
 * printed.
 */
#ifndef TENON_CONFORMANCE_PROCESS_H
#define TENON_CONFORMANCE_PROCESS_H

#include <stdbool.h>
#include <sys/types.h>

#include "engine/hygiene.h"
#include "engine/record.h"
#include "engine/worker.h"

enum {
  PROCESS_QUEUE = 128, /**< Commands that may wait for their answers. */
  PROCESS_KEYS = 32    /**< Keys that are drawn at once; the system gives so many in any case. */
};

/** The workers of one process, and what else is below it. */
typedef struct process_family {
  char **argv;             /**< The suite's own command line, ended by NULL. */
  hygiene_children before; /**< Children that are none of its workers; see `adopts`. */
  bool adopts; /**< It is the reaper of what workers leave behind (descendants_adopt), and has no
                  other children than workers and those of `before`: the others are killed when a
                  worker ends by itself. */
  struct process *first; /**< Workers that have been started and not stopped. */
} process_family;

/** A worker. */
typedef struct process {
  process_family *family;       /**< To which it belongs; NULL when there is none. */
  struct process *next;         /**< Of the family. */
  pid_t pid;                    /**< 0 when there is none. */
  int control;                  /**< The line. */
  int log_file;                 /**< Descriptor of the records. */
  int output;                   /**< Descriptor of what it writes to standard output. */
  int messages;                 /**< Descriptor of what it writes to standard error. */
  record_log *log;              /**< The records. */
  uint64_t keys[PROCESS_QUEUE]; /**< Of the commands that are not answered, from `answered` on. */
  uint64_t drawn[PROCESS_KEYS]; /**< Keys of commands to come. */
  uint32_t keys_left;           /**< How many of them: the first ones. */
  uint32_t sent;                /**< Commands since none was left to be answered. */
  uint32_t answered;            /**< How many of them are. */
  int64_t printed;              /**< Bytes that the worker had printed when the case began. */
  int64_t nanoseconds;          /**< How long the command took that was answered last. */
  uintptr_t code;               /**< Where its program's code lies; 0: not looked at yet. */
  int64_t looked; /**< Nanoseconds of the monotonic clock when it was compared with ours. */
} process;

/** How a command ended. */
enum process_end {
  PROCESS_DONE,      /**< The records are complete. */
  PROCESS_AT_WORK,   /**< Neither an answer has come nor an end. */
  PROCESS_EXITED,    /**< It ended by itself; `code` is its exit status. */
  PROCESS_KILLED,    /**< A signal ended it; `code` is its number. */
  PROCESS_CUT,       /**< It closed its line to the suite, and was killed for that. */
  PROCESS_OVERTIME,  /**< The deadline passed; its stacks are printed, and it was killed. */
  PROCESS_FORGED,    /**< Somebody else than the worker answered, or changed its records or code. */
  PROCESS_FLOODING,  /**< It printed more than is taken. */
  PROCESS_UNSTARTED, /**< The suite could not make it. */
  PROCESS_BROKEN     /**< The suite could not reach it. */
};

/** Starts a worker. It stays where it is until it is stopped.
 *  @param family *borrowed* until then
 *  @return false when the process cannot be made */
bool process_start(process *self, process_family *family);

/** Kills a worker and all that it has started, unless it has ended; frees what belongs to it.
 * Nothing happens when there is none. */
void process_stop(process *self);

/** Sends a command. At most PROCESS_QUEUE of them may wait for their answers, which come in the
 * same order. */
bool process_send(process *self, const worker_command *command);

/** Takes the answer of the first command that has none, or finds out how the worker ended. It waits
 * for neither, unless that is the only one.
 *  @param last whether the worker gets no further command: its code is looked at in any case, which
 *  else is done from time to time */
enum process_end process_receive(process *self, bool last, int *code);

/** Whether the worker has ended: process_receive tells how, behind the answers that it gave. */
bool process_has_ended(const process *self);

/** The deadline has passed: has all threads print their stacks, then kills. */
void process_expire(process *self);

/** Whether the worker has printed more since the case began than is taken. What it prints lies in
 * memory, which a plugin that prints without end would fill before its deadline. */
bool process_is_flooding(const process *self);

/** The last bytes that the worker wrote to standard error since the case began. */
void process_messages(const process *self, char *out, size_t size);

/** Forgets what the worker printed. */
void process_forget_prints(process *self);

#endif
