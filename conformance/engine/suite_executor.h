/** @file
 *  The executors of the suite's host: threads that run tasks in order, or hold them back.
 */
#ifndef TENON_CONFORMANCE_SUITE_EXECUTOR_H
#define TENON_CONFORMANCE_SUITE_EXECUTOR_H

#include "engine/suite_host.h"

/** tn_host.create_executor. */
tn_status suite_executor_create(suite_host *host, const tn_executor_options *options,
                                tn_executor **out, tn_error *error);

/** tn_host.destroy_executor. */
void suite_executor_destroy(const tn_host *host, tn_executor *executor);

/** tn_host.post. */
void suite_executor_post(const tn_host *host, tn_executor *executor, tn_task *task);

/** tn_host.withdraw. */
uint32_t suite_executor_withdraw(const tn_host *host, tn_executor *executor, tn_task *task);

/** Threads that the executors of all hosts may yet begin: a thread is begun when there is work for
 * it. */
long suite_executor_threads_to_come(void);

#endif
