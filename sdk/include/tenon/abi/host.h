/** @file
 *  The host: what a plugin may call. One table per engine, which the plugin passes first to every
 * function of it (TN_HOST_001). Of what came after the first version it calls only slots that the
 * size covers and that are not NULL (TN_HOST_002). The host holds no lock while it is in a plugin
 * (TN_HOST_009). */
#ifndef TENON_ABI_HOST_H
#define TENON_ABI_HOST_H

#include "tenon/abi/option.h"
#include "tenon/abi/tensor.h"

TN_BEGIN_DECLARATIONS

struct tn_host;
struct tn_executor;

/** Levels of log messages, most urgent first. Open: unknown ones count as DEBUG. */
enum tn_log_level {
  TN_LOG_ERROR = 1,   /**< Something failed that nobody else will tell. */
  TN_LOG_WARNING = 2, /**< Works, but not as it was meant. */
  TN_LOG_INFO = 3,    /**< Once per load or compile. */
  TN_LOG_DEBUG = 4    /**< For the author of the plugin. */
};

/** Work for an executor. It lies inside the caller's own object, so that posting cannot fail; the
 * executor does not touch it once it has called `run` (TN_HOST_005). Frozen. */
typedef struct tn_task {
  void(TN_CALL *run)(struct tn_task *task) TN_SERIAL
      TN_MAY_BLOCK;        /**< Called once, on a thread of the executor. */
  void *executor_words[3]; /**< The executor's while the task is posted. */
} tn_task;

/** Runs tasks in the order in which they were posted, on threads of its own. Made and kept by the
 * host. */
typedef struct tn_executor tn_executor;

/** Options of create_executor. */
typedef struct tn_executor_options {
  uint32_t size;                   /**< TN_SIZE(tn_executor_options) of the plugin. */
  uint32_t flags;                  /**< 0. */
  const tn_option *const *entries; /**< See tn_options. */
  uint32_t entry_count;            /**< Number of entries. */
  uint32_t reserved;               /**< 0. */
  uint32_t thread_count; /**< Tasks that may run at once, 1 to 1024. 1 keeps them in order. */
  uint32_t reserved_too; /**< 0. */
  tn_string name;        /**< Name of the threads, for debuggers; may be cut. */
} tn_executor_options;

/** Smallest legal `size` of tn_executor_options. */
#define TN_EXECUTOR_OPTIONS_FIRST_SIZE TN_SIZE_THROUGH(tn_executor_options, name)

/** A tn_executor_options with its size and nothing else. */
TN_DEFINE_INIT(tn_executor_options)

/** A part of a parallel loop: items `begin` to `end - 1`. */
typedef void(TN_CALL *tn_parallel_body)(void *user, uint64_t begin, uint64_t end);

/** The host's table for one engine. What the plugin was not handed of the host's process, it leaves
 * alone: memory, descriptors, other processes (TN_HOST_011). Signals, floating-point environment,
 * locale, environment and working directory are after each call what they were before it
 * (TN_INFER_013). A signal that interrupts a system call makes no call fail and changes no result
 * (TN_HOST_013). */
typedef struct tn_host {
  uint32_t size;         /**< Bytes of this table. */
  uint32_t log_level;    /**< Do not give or format messages above it (TN_HOST_015). */
  const tn_maker *maker; /**< Carried by objects that the host makes. */
  /** Asks for a group of optional functions: "tn.core/1".
   *  @return its table, constant until `end`, or NULL */
  const void *(TN_CALL *get_extension)(const struct tn_host *host, tn_string id)TN_ANY_THREAD;
  /** Hands a message to the application. What a plugin has to say goes here, and nothing to
   * standard output (TN_ERROR_009). Never inside a signal handler.
   *  @param level one of tn_log_level */
  void(TN_CALL *log)(const struct tn_host *host, uint32_t level,
                     tn_string message) TN_ANY_THREAD TN_MAY_BLOCK;
  /** Gives `size` bytes, undefined, aligned to `alignment` (a power of two, at most 4096), or NULL;
   * then the plugin's call fails with TN_OUT_OF_MEMORY or does without (TN_ERROR_010). These bytes
   * are lent until they are given back; those around them are somebody else's (TN_HOST_016). */
  void *(TN_CALL *allocate)(const struct tn_host *host, uint64_t size,
                            uint64_t alignment)TN_ANY_THREAD;
  /** Takes memory of allocate back, once, and only what this host gave (TN_HOST_010); NULL is
   * legal. */
  void(TN_CALL *release)(const struct tn_host *host, void *memory) TN_ANY_THREAD;
  /** Makes an executor. Where this fails, or create_tensor does, the plugin's call ends cleanly
   * (TN_HOST_003).
   *  @param out receives the executor, owned by the plugin
   *  @return TN_OK, TN_INVALID_ARGUMENT, TN_OUT_OF_MEMORY */
  tn_status(TN_CALL *create_executor)(const struct tn_host *host,
                                      const tn_executor_options *options, tn_executor **out,
                                      tn_error *error) TN_ANY_THREAD TN_MAY_BLOCK;
  /** Runs what is still posted, joins the threads and frees the executor. Not from one of its own
   * tasks. */
  void(TN_CALL *destroy_executor)(const struct tn_host *host,
                                  tn_executor *executor) TN_SETUP TN_MAY_BLOCK;
  /** Posts a task; cannot fail, and never runs the task itself (TN_HOST_006). The task stays where
   * it is until `run` is called or withdraw has taken it back, and is not posted again before that
   * (TN_HOST_004). */
  void(TN_CALL *post)(const struct tn_host *host, tn_executor *executor,
                      tn_task *task) TN_ANY_THREAD;
  /** Takes back a task that has not begun, and tells whether it did (TN_HOST_007).
   *  @return 1 when it was taken back and will not run; 0 when it has begun or was not posted */
  uint32_t(TN_CALL *withdraw)(const struct tn_host *host, tn_executor *executor,
                              tn_task *task) TN_ANY_THREAD;
  /** Runs `body` over items 0 to count - 1 in parts of at least `grain`, on this thread and others,
   * and returns when all parts are done. May be nested; then it may run on this thread alone.
   * Results do not depend on how items are cut into parts, nor on the order and the threads of
   * these (TN_HOST_014). */
  void(TN_CALL *parallel_for)(const struct tn_host *host, uint64_t count, uint64_t grain,
                              tn_parallel_body body, void *user) TN_ANY_THREAD TN_MAY_BLOCK;
  /** Makes a dense, zeroed, resizable tensor in host memory.
   *  @param out receives one reference
   *  @return TN_OK, TN_INVALID_ARGUMENT (rank, shape), TN_UNSUPPORTED (element type),
   * TN_OUT_OF_MEMORY */
  tn_status(TN_CALL *create_tensor)(const struct tn_host *host, uint32_t type, uint32_t rank,
                                    const int64_t *shape, tn_tensor **out,
                                    tn_error *error) TN_ANY_THREAD;
  /** Tells the host that an object whose `host` word is `record` is about to be freed: the maker's
   * last use of that word. Called for every object whose `host` is not NULL (TN_LAYER_004). */
  void(TN_CALL *forget)(const struct tn_host *host, void *record) TN_ANY_THREAD;
  /** The engine's last call, made once (TN_LIFE_008): it is destroyed and its last counted object
   * is gone. The table is invalid afterwards. The library is not unmapped before this has returned
   * to it (TN_LIFE_019). */
  void(TN_CALL *end)(const struct tn_host *host) TN_ANY_THREAD;
} tn_host;

/** Smallest legal `size` of tn_host. */
#define TN_HOST_FIRST_SIZE TN_SIZE_THROUGH(tn_host, end)

TN_END_DECLARATIONS

#endif
