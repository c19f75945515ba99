/** @file
 *  Cutting a run into parts for several machines.
 */
#ifndef TENON_CONFORMANCE_SHARDS_H
#define TENON_CONFORMANCE_SHARDS_H

#include "engine/cases.h"
#include "engine/digest.h"

/** How the cases were cut. Every part has the same. */
typedef struct shards {
  uint32_t total;        /**< Cases of all parts. */
  char cut[DIGEST_SIZE]; /**< Digest of every id with its part. */
} shards;

/** Finds out which part is asked for: --shard, else the variables of Bazel (TEST_TOTAL_SHARDS,
 * ...), else those of an array of Slurm (SLURM_ARRAY_TASK_COUNT, ...). Tells on standard output
 * when it was not the option. Does what the environment asks for beside: touches
 * TEST_SHARD_STATUS_FILE, and writes JUnit to XML_OUTPUT_FILE when --junit names no other file.
 *  @return false after telling on standard error that the variables make no sense */
bool shards_read_environment(suite_options *options);

/** Keeps the cases of the part that is asked for. The parts take about the same time, as an earlier
 * run (--times) tells it; without one all cases count alike, slow ones more.
 *  @return false after telling on standard error why there are no such parts */
bool shards_keep(const suite_options *options, suite_cases *cases, shards *out);

#endif
