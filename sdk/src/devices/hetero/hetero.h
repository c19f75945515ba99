/** @file
 *  HETERO: one model on several devices. What the plugin's files share.
 */
#ifndef TENON_DEVICES_HETERO_HETERO_H
#define TENON_DEVICES_HETERO_HETERO_H

#include <stdatomic.h>

#include "base/map.h"
#include "base/platform/thread.h"
#include "devices/hetero/dependencies.h"
#include "devices/hetero/memory.h"
#include "devices/hetero/plan.h"
#include "devices/hetero/wiring.h"
#include "devices/shared/capabilities.h"
#include "tenon/kit/plugin.h"
#include "tenon/kit/request.h"

/** Texts, each kept once. */
typedef struct tni_texts {
  tni_arena arena; /**< Holds them. */
  tni_map known;   /**< Each by itself. */
} tni_texts;

/** Makes an empty collection, and gives one back. @{ */
void tni_texts_init(tni_texts *texts, const tni_allocator *allocator);
void tni_texts_destroy(tni_texts *texts);
/** @} */

/** A compiled model of several parts. (Where one device takes the whole there is one, and its
 * requests are that device's.) */
typedef struct tni_hetero_compiled {
  tn_kit_compiled base;          /**< The kit's. */
  tni_plan *plan;                /**< The parts. */
  tni_wiring wiring;             /**< Between them. */
  tni_dependencies dependencies; /**< Which parts wait for which. */
  tni_memory memory;             /**< Where what is between them lies. */
  atomic_uint_least64_t copied;  /**< Bytes that the latest inference has copied. */
  uint32_t wired;                /**< 1 once `wiring` was made. */
  uint32_t has_mutex;            /**< 1 once `mutex` and `texts` were made. */
  tni_mutex mutex;               /**< Guards `texts`. */
  tni_texts texts;               /**< Of profiles. */
} tni_hetero_compiled;

/** The tensor of a wire with several ends. */
typedef struct tni_link {
  tn_tensor *shared; /**< One reference: used while the application has set none; or NULL. */
  tn_tensor
      *mirror; /**< One reference: a copy in host memory, for ends on other devices; or NULL. */
  tn_tensor *current; /**< What was set at the ends; borrowed from them; NULL: their own. */
  uint32_t late; /**< 1: only the first end has it; the others get it once its shape is known. */
  uint32_t on_device; /**< 1: `shared` lies in the memory of the device that computes it. */
} tni_link;

/** A request. */
typedef struct tni_hetero_request {
  tn_kit_request base;         /**< The kit's. */
  tn_infer_request **parts;    /**< One of each part, owned. */
  struct tni_link *links;      /**< One of each wire. */
  uint32_t late_count;         /**< How many links are late. */
  uint32_t mirror_count;       /**< How many links have a mirror. */
  tn_tensor **inputs;          /**< Room for what tni_hetero_check_apart finds at the inputs. */
  uint32_t has_new_tensors;    /**< 1: some were set since it was checked that they lie apart. */
  uint64_t returned_bytes;     /**< Copied for values that the device had no room for. */
  struct tni_at_once *at_once; /**< Where parts run at the same time; or NULL. */
  /** Number of the part that runs, plus 1, or 0; in the upper half how many have run. Whoever
   * runs and whoever cancels change it: so one of them sees what the other has done before. */
  atomic_uint_least64_t running;
  /** How many more parts may end cancelled without the inference being so: a cancel that comes late
   * meets a part of the next inference. */
  atomic_uint late_cancels;
} tni_hetero_request;

/** The struct behind the kit's. @{ */
static inline tni_hetero_compiled *tni_hetero_compiled_of(tn_kit_compiled *compiled) {
  return (tni_hetero_compiled *)compiled;
}

static inline tni_hetero_request *tni_hetero_request_of(tn_kit_request *request) {
  return (tni_hetero_request *)request;
}
/** @} */

/** Name of the device of a part. */
tn_string tni_hetero_device_of(const tni_hetero_compiled *compiled, uint32_t part);

/** Takes a plan as what was compiled: the ports and wires are its. */
tn_status tni_hetero_take_plan(tni_hetero_compiled *self, tn_error *error);

/** Adds what the request of a part tells of the inference that began `start_ns` after that of the
 * whole, and what runs nowhere. @{ */
tn_status tni_hetero_profile_part(tni_hetero_request *request, uint32_t part, uint64_t start_ns,
                                  tn_error *error);
tn_status tni_hetero_profile_removed(tni_hetero_request *request, tn_error *error);
/** @} */

/** The properties. */
extern const tn_kit_property_table tni_hetero_properties;

/** The stages of an inference: one. */
extern const tn_kit_stage tni_hetero_stages[1];

/** tn_create_plugin_engine of HETERO. */
tn_status tni_hetero_create(const tn_create_options *options, tn_plugin **out, tn_error *error);

/** Functions of tn_kit_plugin and tn_kit_virtual. @{ */
tn_status tni_hetero_narrow(tn_kit_engine *engine, uint64_t *capabilities, uint32_t *exists,
                            tn_error *error);
tn_status tni_hetero_get_available_devices(const tn_kit_reading *reading, tn_value_sink sink,
                                           void *user, tn_error *error);
tn_status tni_hetero_check_import(const tn_kit_call *call, tn_error *error);
tn_status tni_hetero_check_blob(const tn_kit_call *call, const void *head, uint64_t head_size,
                                tn_error *error);
tn_status tni_hetero_query(const tn_kit_call *call, tn_model *model, tn_kit_answers *answers,
                           tn_error *error);
tn_status tni_hetero_open_request(tn_kit_request *request, tn_error *error);
void tni_hetero_close_request(tn_kit_request *request);
tn_status tni_hetero_set_tensor(tn_kit_request *request, uint32_t port, tn_tensor *tensor,
                                tn_error *error);
tn_status tni_hetero_get_tensor(tn_kit_request *request, uint32_t port, tn_tensor **out,
                                tn_error *error);
tn_status tni_hetero_export(tn_kit_compiled *compiled, tn_kit_container_writer *writer,
                            tn_error *error);
tn_status tni_hetero_import(tn_kit_compiled *compiled, const tn_kit_call *call,
                            const tn_kit_container *container, tn_error *error);
void tni_hetero_cancel(tn_kit_request *request);
extern const tn_states_api tni_hetero_states;
/** @} */

#endif
