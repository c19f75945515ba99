/** @file
 *  A host in the small, against the headers alone, so that it can be built against other versions
 * of them. It counts what it lends, so that a test can say that everything came back.
 */
#ifndef TENON_TESTS_ABI_SMALL_HOST_H
#define TENON_TESTS_ABI_SMALL_HOST_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "tenon/abi.h"

/* Ends the program with the place and the text when `condition` does not hold. */
#define CHECK(condition)                                                        \
  do {                                                                          \
    if (!(condition)) {                                                         \
      fprintf(stderr, "%s:%d: not true: %s\n", __FILE__, __LINE__, #condition); \
      exit(1);                                                                  \
    }                                                                           \
  } while (0)

/* The host of one engine. */
struct small_host {
  tn_host table; /* first: the engine hands it back */
  tn_maker maker;
  tn_plugin *other; /* reached through tn.core/1, or NULL */
  tn_string other_name;
  bool core_open; /* creation of the engine has returned */
  atomic_long blocks;
  atomic_long tensors;
  atomic_long executors;
  atomic_long records; /* of layers, not forgotten yet */
  atomic_int ended;
  long fail_allocation; /* the allocation that fails, counted down from n; below 1: none */
};

void small_host_init(struct small_host *host);

/* Opens a library and makes an engine with this host; `properties` may be NULL. */
tn_status small_host_open(struct small_host *host, const char *path, const tn_map_entry *properties,
                          uint32_t property_count, tn_plugin **out, tn_error *error);

/* Checks that everything lent has come back and that the engine has ended. */
void small_host_check_ended(const struct small_host *host);

/* The tn.core/1 table: everything goes to `other`. */
const tn_core_api *small_core(void);

/* tn_host.create_executor and its companions. */
tn_status small_executor_create(const tn_host *host, const tn_executor_options *options,
                                tn_executor **out, tn_error *error);
void small_executor_destroy(const tn_host *host, tn_executor *executor);
void small_executor_post(const tn_host *host, tn_executor *executor, tn_task *task);
uint32_t small_executor_withdraw(const tn_host *host, tn_executor *executor, tn_task *task);

/* tn_host.create_tensor. */
tn_status small_tensor_create(const tn_host *host, uint32_t type, uint32_t rank,
                              const int64_t *shape, tn_tensor **out, tn_error *error);

/* Fills the record and returns the status. */
tn_status small_fail(tn_error *error, tn_status status, const char *text);

/* Replaces the table of an object that a creating call has just returned by one that checks every
 * call (layer.c). An object that has a layer already is left alone. */
void layer_watch_compiled_model(struct small_host *host, tn_compiled_model *model);
void layer_watch_request(struct small_host *host, tn_infer_request *request);

/* Calls that the layer has seen in this process. */
long layer_calls(void);

/* Frees a layer's record: the host's forget. */
void layer_forget(const tn_host *host, void *record);

/* A model of `length` rectified linear units in a row over floats of shape [n, 4], n from `min` to
 * `max`; released like any model. `operation` and `version` name the operator. `live` counts models
 * that are not released yet. */
tn_model *small_model(const char *operation, uint32_t version, uint32_t length, int64_t min,
                      int64_t max);
long small_models_live(void);

#endif
