/** @file
 *  Compiled models: a model made ready for one device.
 */
#ifndef TENON_ABI_COMPILED_MODEL_H
#define TENON_ABI_COMPILED_MODEL_H

#include "tenon/abi/infer_request.h"
#include "tenon/abi/model.h"
#include "tenon/abi/property.h"

TN_BEGIN_DECLARATIONS

struct tn_compiled_model;

/** Inputs and outputs of a compiled model. In calls ports have one numbering: input i is i, output
 * j is input_count + j. Names, types and dimensions are those of the model that was compiled
 * (TN_COMPILE_002). */
typedef struct tn_port_list {
  uint32_t size;                       /**< TN_SIZE(tn_port_list) of the maker. */
  uint32_t reserved;                   /**< 0. */
  uint32_t input_count;                /**< Number of inputs. */
  uint32_t output_count;               /**< Number of outputs. */
  const tn_value_info *const *inputs;  /**< In the model's order (TN_COMPILE_006). */
  const tn_value_info *const *outputs; /**< In the model's order (TN_COMPILE_006). */
} tn_port_list;

/** Smallest legal `size` of tn_port_list. */
#define TN_PORT_LIST_FIRST_SIZE TN_SIZE_THROUGH(tn_port_list, outputs)

/** A tn_port_list with its size and nothing else. */
TN_DEFINE_INIT(tn_port_list)

/** Options of create_request. */
typedef struct tn_create_request_options {
  uint32_t size;                   /**< TN_SIZE(tn_create_request_options) of the caller. */
  uint32_t flags;                  /**< 0. */
  const tn_option *const *entries; /**< See tn_options. */
  uint32_t entry_count;            /**< Number of entries. */
  uint32_t reserved;               /**< 0. */
} tn_create_request_options;

/** Smallest legal `size` of tn_create_request_options. */
#define TN_CREATE_REQUEST_OPTIONS_FIRST_SIZE TN_SIZE_THROUGH(tn_create_request_options, reserved)

/** A tn_create_request_options with its size and nothing else. */
TN_DEFINE_INIT(tn_create_request_options)

/** Functions of a compiled model. */
typedef struct tn_compiled_model_api {
  uint32_t size;     /**< Bytes of this table. */
  uint32_t reserved; /**< 0. */
  /** See tn_object_api. Extensions: "tn.export/1", "tn.runtime_model/1". */
  const void *(TN_CALL *get_extension)(struct tn_compiled_model *model, tn_string id)TN_ANY_THREAD;
  /** Frees the compiled model. All its requests have been destroyed before. */
  void(TN_CALL *destroy)(struct tn_compiled_model *model) TN_SETUP TN_MAY_BLOCK;
  /** The ports: the same constant record at every call, borrowed as long as the compiled model
   * lives, never NULL (TN_ABI_022). */
  const tn_port_list *(TN_CALL *ports)(struct tn_compiled_model *model)TN_ANY_THREAD;
  /** Makes a request. Every compiled model makes one (TN_REQUEST_001), and more than the optimal
   * number, or fails cleanly (TN_REQUEST_003). Requests of one model are independent in tensors,
   * states and results (TN_REQUEST_002), and may run at the same time.
   *  @param options may be NULL
   *  @param out receives the request, owned by the caller
   *  @return TN_OK, TN_UNSUPPORTED (critical entry), TN_NOT_FOUND (compiled for a device that is
   * absent, see tn_targets_api), TN_OUT_OF_MEMORY, TN_OUT_OF_DEVICE_MEMORY, TN_DEVICE_LOST */
  tn_status(TN_CALL *create_request)(struct tn_compiled_model *model,
                                     const tn_create_request_options *options,
                                     tn_infer_request **out,
                                     tn_error *error) TN_ANY_THREAD TN_MAY_BLOCK;
  /** Reads a property of level MODEL.
   *  @return TN_OK, TN_NOT_FOUND, or what the sink returned */
  tn_status(TN_CALL *get_property)(struct tn_compiled_model *model, tn_string name,
                                   tn_value_sink sink, void *user, tn_error *error) TN_ANY_THREAD;
  /** Sets properties declared MODEL_WRITABLE, all or, on failure, none.
   *  @return TN_OK, TN_NOT_FOUND, TN_READ_ONLY, TN_WRONG_TYPE, TN_OUT_OF_RANGE */
  tn_status(TN_CALL *set_properties)(struct tn_compiled_model *model, const tn_map_entry *entries,
                                     uint64_t count, tn_error *error) TN_ANY_THREAD;
} tn_compiled_model_api;

/** Smallest legal `size` of tn_compiled_model_api. */
#define TN_COMPILED_MODEL_API_FIRST_SIZE TN_SIZE_THROUGH(tn_compiled_model_api, set_properties)

/** A compiled model. Owned: destroyed after its requests and before its plugin. */
typedef struct tn_compiled_model {
  const tn_compiled_model_api *api; /**< The maker's table. */
  const tn_maker *maker;            /**< Who made it. */
  void *host;                       /**< The host's. */
} tn_compiled_model;

/** See tn_object_api::get_extension. */
static inline const void *tn_compiled_model_get_extension(tn_compiled_model *model, tn_string id) {
  return model->api->get_extension(model, id);
}

/** See tn_compiled_model_api::destroy. */
static inline void tn_compiled_model_destroy(tn_compiled_model *model) {
  model->api->destroy(model);
}

/** See tn_compiled_model_api::ports. */
static inline const tn_port_list *tn_compiled_model_ports(tn_compiled_model *model) {
  return model->api->ports(model);
}

/** See tn_compiled_model_api::create_request. */
static inline tn_status tn_compiled_model_create_request(tn_compiled_model *model,
                                                         const tn_create_request_options *options,
                                                         tn_infer_request **out, tn_error *error) {
  return model->api->create_request(model, options, out, error);
}

/** See tn_compiled_model_api::get_property. */
static inline tn_status tn_compiled_model_get_property(tn_compiled_model *model, tn_string name,
                                                       tn_value_sink sink, void *user,
                                                       tn_error *error) {
  return model->api->get_property(model, name, sink, user, error);
}

/** See tn_compiled_model_api::set_properties. */
static inline tn_status tn_compiled_model_set_properties(tn_compiled_model *model,
                                                         const tn_map_entry *entries,
                                                         uint64_t count, tn_error *error) {
  return model->api->set_properties(model, entries, count, error);
}

TN_END_DECLARATIONS

#endif
