/** @file
 *  The worker: the process that opens the plugin, and the words between it and the supervisor.
 */
#ifndef TENON_CONFORMANCE_WORKER_H
#define TENON_CONFORMANCE_WORKER_H

#include <signal.h>

#include "engine/check.h"
#include "engine/options.h"
#include "engine/record.h"
#include "tenon/abi.h"

/** What a supervisor asks a worker for. */
enum worker_command_kind {
  WORKER_PROBE = 1,      /**< Say what the plugin is: a record RECORD_FACT with a worker_facts. */
  WORKER_CHECK = 2,      /**< Run the check `index` (suite_check_at). */
  WORKER_NODE_TEST = 3,  /**< Run the node test `index` (node_tests_at). */
  WORKER_PARAMETERS = 4, /**< Say what the check `index` is run for: a record RECORD_FACT with each
                            name as its text. */
  WORKER_CALIBRATE = 5 /**< Compile the carrier and run it once, without --timeout; a record of kind
                          FACT with the requests. */
};

/** Room for the id of a device, with a zero at its end. */
enum { SUITE_DEVICE_SIZE = 256 };

/** Asks a thread of a worker to print its stack. */
#define WORKER_STACK_SIGNAL (SIGRTMIN + 7)

/** One command; a worker_answer follows when the records are complete. */
typedef struct worker_command {
  uint32_t kind;         /**< One of worker_command_kind. */
  uint32_t index;        /**< See the kinds. */
  uint64_t seed;         /**< Of the case. */
  uint64_t key;          /**< Of the records' seal; another one for each command. */
  uint64_t capabilities; /**< From the probe. */
  uint32_t requests;     /**< From the probe. */
  int32_t handed;        /**< A descriptor for the check (test.handed), or -1. */
  uint32_t follows; /**< 1: the records go behind those of the command before, which has not been
                       answered yet when this one is sent. */
  char device[SUITE_DEVICE_SIZE];      /**< From the probe. */
  char carrier[96];                    /**< From the probe. */
  char parameter[TEST_PARAMETER_SIZE]; /**< Of the case, or "". */
} worker_command;

/** The answer. */
typedef struct worker_answer {
  uint64_t key;        /**< Of the command, so that nobody else can answer. */
  record_seal seal;    /**< Of the records. */
  int64_t nanoseconds; /**< How long it took. */
  int64_t printed;     /**< Bytes on standard error by then. */
} worker_answer;

/** How opening the plugin went. */
enum worker_outcome {
  PLUGIN_READY = 0,        /**< It can be tested. */
  PLUGIN_NOT_OPENED = 1,   /**< The loader refused the library. */
  PLUGIN_NO_SYMBOL = 2,    /**< tn_create_plugin_engine is missing. */
  PLUGIN_NOT_CREATED = 3,  /**< Creation failed. */
  PLUGIN_NO_DEVICE = 4,    /**< It reports no device. */
  PLUGIN_OTHER_DEVICE = 5, /**< The device asked for is not there. */
  PLUGIN_OTHER_FAILED = 6, /**< A plugin of --with could not be opened. */
  PLUGIN_BAD_PROPERTY = 7, /**< A value of -p is not of the declared kind. */
  PLUGIN_LONG_DEVICE = 8   /**< The id of the device is longer than the suite takes. */
};

/** What the probe found. */
typedef struct worker_facts {
  uint32_t outcome;      /**< One of worker_outcome. */
  int32_t status;        /**< Status of creation. */
  uint64_t capabilities; /**< Of the device. */
  uint32_t is_virtual;   /**< 1: the device is made of others. */
  uint32_t device_count; /**< Devices in all. */
  uint32_t plugin_flags; /**< TN_PLUGIN_... */
  uint32_t precision;    /**< Element type of the device's INFERENCE_PRECISION_HINT, or 0. */
  uint32_t requests;     /**< As setup_calibrate found it. */
  char device[SUITE_DEVICE_SIZE]; /**< Id of the tested device. */
  char device_name[128];          /**< For people. */
  char profile[32];               /**< Operator profile that the device says it has, or empty. */
  char carrier[96];               /**< First model of the ladder that query accepts, or empty. */
  char name[64];                  /**< Name of the plugin. */
  char version[64];               /**< Version of the plugin. */
  char vendor[64];                /**< Vendor of the plugin. */
  char message[512]; /**< Why, when the outcome is not PLUGIN_READY; with PLUGIN_OTHER_DEVICE the
                        ids that are there. */
} worker_facts;

/** Serves commands until the supervisor goes away. `options->worker` is "CONTROL,LOG,OUTPUT":
 * numbers of inherited descriptors. Returns the exit status. */
int worker_main(const suite_options *options);

#endif
