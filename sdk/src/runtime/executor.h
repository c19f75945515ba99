/** @file
 *  Threads that run posted tasks in order. A task lies in its poster's memory, so that posting
 *  cannot fail.
 */
#ifndef TENON_RUNTIME_EXECUTOR_H
#define TENON_RUNTIME_EXECUTOR_H

#include "base/allocator.h"
#include "base/platform/thread.h"
#include "base/status.h"
#include "tenon/abi/host.h"

/** Makes an executor and starts its threads.
 *  @param allocator borrowed, outlives the executor
 *  @param thread_count 1 to 1024
 *  @param name of the threads, cut
 *  @return TN_OK, TN_INVALID_ARGUMENT (thread_count), TN_OUT_OF_MEMORY */
tn_status tni_executor_create(const tni_allocator *allocator, uint32_t thread_count, tn_string name,
                              tn_executor **out, tn_error *error);

/** Runs what is posted, joins the threads, frees the executor. NULL is legal. */
void tni_executor_destroy(tn_executor *executor);

/** Posts a task. */
void tni_executor_post(tn_executor *executor, tn_task *task);

/** Takes back a task that has not begun. @return 1 when it will not run */
uint32_t tni_executor_withdraw(tn_executor *executor, tn_task *task);

#endif
