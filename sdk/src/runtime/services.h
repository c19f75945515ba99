/** @file
 *  What a core, its engines and the objects of the host share and must outlive them all: memory,
 *  the log, the mark of life, helpers for parallel loops.
 */
#ifndef TENON_RUNTIME_SERVICES_H
#define TENON_RUNTIME_SERVICES_H

#include "base/environment.h"
#include "runtime/alive.h"
#include "runtime/parallel.h"
#include "tenon/tenon.h"

/** Counted. */
typedef struct tni_services {
  tni_environment environment; /**< For objects made in the core's own name. */
  tni_allocator allocator;     /**< The application's, or the C library's. */
  tn_maker maker;              /**< Named "tenon". */
  atomic_size_t references;    /**< Count of references. */
  tni_alive alive;             /**< See there. */
  tn_log_sink log;             /**< NULL: standard error. */
  void *log_user;              /**< Handed to `log`. */
  atomic_uint closed;          /**< 1 once the core is gone: messages are dropped. */
  uint32_t log_level;          /**< Messages above are dropped. */
  tni_parallel parallel;       /**< Helpers of parallel loops. */
  void *(TN_CALL *allocate)(void *user, uint64_t size,
                            uint64_t alignment);    /**< As in the options. */
  void(TN_CALL *release)(void *user, void *memory); /**< As in the options. */
  void *allocator_user;                             /**< As in the options. */
} tni_services;

/** Makes the services of a core.
 *  @param options may be NULL; checked before
 *  @param out receives one reference */
tn_status tni_services_create(const tn_core_options *options, tni_services **out, tn_error *error);

/** Takes one more reference. */
void tni_services_retain(tni_services *services);

/** Gives back one reference; NULL is legal. */
void tni_services_release(tni_services *services);

/** Stops what works for the core: the log falls silent, helpers are joined. References stay valid.
 */
void tni_services_close(tni_services *services);

/** Hands a message to the application. */
void tni_log(tni_services *services, uint32_t level, tn_string source, tn_string message);

/** Hands a message of the runtime itself to the application; cut at 1 KiB. */
void tni_log_format(tni_services *services, uint32_t level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
