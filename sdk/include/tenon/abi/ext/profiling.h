/** @file
 *  Extension "tn.profiling/1" of an infer request: where the time of the last inference went.
 */
#ifndef TENON_ABI_EXT_PROFILING_H
#define TENON_ABI_EXT_PROFILING_H

#include "tenon/abi/infer_request.h"

TN_BEGIN_DECLARATIONS

/** Id of tn_profiling_api. */
#define TN_EXTENSION_PROFILING "tn.profiling/1"

/** What became of a node. */
enum tn_profile_status {
  TN_PROFILE_EXECUTED = 0,     /**< It ran. */
  TN_PROFILE_NOT_RUN = 1,      /**< It was not reached (a branch that was not taken). */
  TN_PROFILE_OPTIMIZED_OUT = 2 /**< It was folded, removed or fused into another one. */
};

/** Time of one node of the original model, or of a stage around them. */
typedef struct tn_profile_entry {
  uint32_t size;   /**< TN_SIZE(tn_profile_entry) of the maker. */
  uint32_t status; /**< One of tn_profile_status. */
  /** Name of the original node (TN_PROFILING_004), or of the stage when `operation` is empty. */
  tn_string name;
  tn_string operation; /**< Operator of the node; empty for a stage. */
  tn_string kernel;    /**< What ran it, in the plugin's words. */
  /** Entries of one lane do not overlap in time, and add up to no more than the inference took and
   * 5 % (TN_PROFILING_003). */
  uint32_t lane;
  uint32_t reserved;    /**< 0. */
  uint64_t start_ns;    /**< Nanoseconds since the inference began. */
  uint64_t duration_ns; /**< Nanoseconds; 0 unless it ran (TN_PROFILING_007). */
} tn_profile_entry;

/** Smallest legal `size` of tn_profile_entry. */
#define TN_PROFILE_ENTRY_FIRST_SIZE TN_SIZE_THROUGH(tn_profile_entry, duration_ns)

/** A tn_profile_entry with its size and nothing else. */
TN_DEFINE_INIT(tn_profile_entry)

/** Receives the profile, borrowed for the call. Returns TN_OK, or a failure that the giving call
 * passes on. */
typedef tn_status(TN_CALL *tn_profile_sink)(void *user, const tn_profile_entry *const *entries,
                                            uint64_t count);

/** Functions of the extension. */
typedef struct tn_profiling_api {
  uint32_t size;     /**< Bytes of this table. */
  uint32_t reserved; /**< 0. */
  /** Gives the profile of the last inference of the request that has ended (TN_PROFILING_005), with
   * one entry at least (TN_PROFILING_001): one entry for each node of the original model's graph,
   * whatever became of it, and of an imported model too (TN_PROFILING_006), and any number for
   * stages.
   *  @return TN_OK, TN_WRONG_STATE (PERF_COUNT is off, or nothing has run yet, TN_PROFILING_002),
   * TN_BUSY, or what the sink returned */
  tn_status(TN_CALL *get)(tn_infer_request *request, tn_profile_sink sink, void *user,
                          tn_error *error) TN_SERIAL;
} tn_profiling_api;

/** Smallest legal `size` of tn_profiling_api. */
#define TN_PROFILING_API_FIRST_SIZE TN_SIZE_THROUGH(tn_profiling_api, get)

TN_END_DECLARATIONS

#endif
