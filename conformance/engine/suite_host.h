/** @file
 *  The suite's host: what a plugin under test may call. It counts what it lends, can fail the n-th
 * call, can hold tasks back, and surrounds its tensors with red zones.
 */
#ifndef TENON_CONFORMANCE_SUITE_HOST_H
#define TENON_CONFORMANCE_SUITE_HOST_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "tenon/abi.h"

/** A plugin that the tested one reaches through tn.core/1. */
typedef struct suite_other {
  const char *name;                        /**< As named on the command line or by the plugin. */
  tn_create_plugin_engine_function create; /**< Its one function. */
} suite_other;

/** Host functions whose calls are counted and can be made to fail. */
enum suite_fault {
  SUITE_FAULT_ALLOCATE,
  SUITE_FAULT_CREATE_TENSOR,
  SUITE_FAULT_CREATE_EXECUTOR,
  SUITE_FAULT_COUNT /**< Number of them. */
};

/** How a host cuts parallel loops. */
enum suite_parallel {
  SUITE_PARALLEL_HALVES,  /**< In two parts, one after the other. */
  SUITE_PARALLEL_WHOLE,   /**< In one part. */
  SUITE_PARALLEL_TURNED,  /**< In parts as small as allowed, the last one first. */
  SUITE_PARALLEL_TOGETHER /**< In up to 16 parts at the same time, each on a thread of its own. */
};

/** The host of one engine. */
typedef struct suite_host {
  tn_host table;                  /**< First: the engine hands it back. */
  atomic_long blocks;             /**< Allocations not released. */
  atomic_ullong bytes_lent;       /**< Bytes of all allocations and tensors so far. */
  atomic_long tensors;            /**< Host tensors not released. */
  atomic_long plugin_tensors;     /**< Of these, those that the plugin asked for. */
  atomic_long executors;          /**< Executors not destroyed. */
  atomic_long ended;              /**< Calls of `end`. */
  atomic_long calls_after_end;    /**< Calls of any other function after `end`. */
  atomic_long forgotten;          /**< Calls of `forget`. */
  _Atomic(void *) last_forgotten; /**< What the last of them was given. */
  atomic_long logged;             /**< Messages. */
  enum suite_parallel parallel;   /**< Set before loops run. */
  atomic_long loops;              /**< Calls of parallel_for with more items than one part takes. */
  atomic_long posted_twice; /**< Posts of tasks that had not been called since the last post. */
  atomic_long calls[SUITE_FAULT_COUNT];   /**< Calls of each function that can fail. */
  atomic_long fail_at[SUITE_FAULT_COUNT]; /**< The call (from 1) that fails; 0: none. */
  atomic_long failed[SUITE_FAULT_COUNT];  /**< Calls that were made to fail. */
  struct suite_host *root;   /**< Whose `hold` counts: this one, or that of the engine above. */
  atomic_bool hold;          /**< Tasks posted are kept until suite_host_let_go. */
  atomic_long held;          /**< Tasks that are kept at present. */
  atomic_int staying;        /**< Callbacks that stay until suite_host_let_go, at present. */
  bool own_threads;          /**< A generation has ended although tasks were held. */
  bool fenced;               /**< Memory lies between fences; set before the engine is made. */
  atomic_long fences_hit;    /**< Blocks that were written outside of their bytes. */
  atomic_long red_zones_hit; /**< Host tensors that were written outside of their bytes. */
  bool core_open;            /**< tn_create_plugin_engine has returned. */
  const suite_other *others; /**< Devices of tn.core/1. */
  uint32_t other_count;      /**< Number of others. */
  struct suite_host *lender; /**< Whose others these are; NULL: its own. */
  struct suite_host *other_hosts; /**< Hosts of engines that tn.core/1 has opened; one per other. */
  tn_plugin **other_plugins;      /**< Those engines; NULL where none was needed yet. */
  pthread_mutex_t mutex;          /**< Guards other_plugins. */
} suite_host;

/** Makes a host. */
void suite_host_init(suite_host *host, const suite_other *others, uint32_t other_count);

/** Ends the engines that tn.core/1 opened, and frees what the host holds. */
void suite_host_clear(suite_host *host);

/** Makes an engine with this host. */
tn_status suite_host_create_engine(suite_host *host, tn_create_plugin_engine_function create,
                                   const tn_map_entry *properties, uint32_t property_count,
                                   tn_plugin **out, tn_error *error);

/** Lets all tasks go that were held, and holds no more. */
void suite_host_let_go(suite_host *host);

/** Returns after suite_host_let_go, or after 10 s. */
void suite_host_stay(suite_host *host);

/** Makes a tensor with red zones around its bytes, poisoned.
 *  @param alignment of the first byte, at most 64 */
tn_status suite_host_create_tensor(suite_host *host, uint32_t type, uint32_t rank,
                                   const int64_t *shape, uint32_t alignment, tn_tensor **out,
                                   tn_error *error);

/** Says that a new tensor is one that the plugin asked for. */
void suite_tensor_is_of_plugin(tn_tensor *tensor);

/** Tensors not released that were made for a check. */
long suite_host_own_tensors(const suite_host *host);

/** Number of references to a tensor of the suite. */
long suite_tensor_references(const tn_tensor *tensor);

enum { SUITE_POISON_BYTE = 0xcb /**< What new tensors of the suite are filled with. */ };

/** 1 when the zones around a tensor of the suite are as they were made. */
int suite_tensor_zones_intact(const tn_tensor *tensor);

#endif
