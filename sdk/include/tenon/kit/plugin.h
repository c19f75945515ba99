/** @file
 *  What an author writes: one table of facts and functions, and structs that begin with the kit's.
 *
 *  The author's structs of engine, compiled model and request begin with tn_kit_engine,
 * tn_kit_compiled and tn_kit_request; the table tells their sizes, and the kit allocates them
 * zeroed.
 */
#ifndef TENON_KIT_PLUGIN_H
#define TENON_KIT_PLUGIN_H

#include <stdbool.h>

#include "tenon/abi/ext/export.h"
#include "tenon/abi/ext/fault.h"
#include "tenon/abi/ext/handles.h"
#include "tenon/abi/ext/import.h"
#include "tenon/abi/ext/remote.h"
#include "tenon/abi/ext/runtime_model.h"
#include "tenon/abi/ext/states.h"
#include "tenon/abi/ext/targets.h"
#include "tenon/abi/plugin.h"
#include "tenon/kit/container.h"
#include "tenon/kit/property.h"

TN_BEGIN_DECLARATIONS

struct tn_kit_plugin;
struct tn_kit_request;

enum {
  TN_KIT_MAX_STAGES = 8 /**< Most stages of an inference. */
};

/** An engine. */
typedef struct tn_kit_engine {
  tn_plugin base;                     /**< The object that the host has. */
  const struct tn_kit_plugin *plugin; /**< The author's table. */
  const tn_host *host;                /**< The host's table. */
  const tn_device_list *devices; /**< The table's list; `open` may put another one here, which then
                                  * stays as it is. */
  struct tni_kit_engine *kit;    /**< The kit's own. */
} tn_kit_engine;

/** What query, compile or import was asked for, checked. */
typedef struct tn_kit_call {
  tn_kit_engine *engine;              /**< The engine. */
  const tn_device *device;            /**< The device chosen. */
  tn_kit_settings *settings;          /**< The properties that hold. */
  tn_remote_context *context;         /**< Given by option, borrowed; or NULL. */
  const tn_progress_option *progress; /**< Given by option, or NULL. */
  /** For a device made of others: what is for the devices below, borrowed. @{ */
  const tn_option *const *entries; /**< Entries of the options, those that the kit knows as well. */
  uint32_t entry_count;            /**< Number of entries. */
  uint32_t other_count;            /**< Number of properties. */
  tn_map_entry *others;            /**< Properties that the plugin's table does not have. */
  void *author; /**< The author's, NULL at first; see tn_kit_virtual::end_call. */
  /** @} */
} tn_kit_call;

/** Tells the application how far a compile is.
 *  @param done 0 to 1, never falling
 *  @return TN_OK, or TN_CANCELLED when it wants no more */
tn_status tn_kit_report_progress(const tn_kit_call *call, double done, tn_error *error);

/** A compiled model. What stands here is set by the kit before `compile` or `import_model` is
 * called, unless said otherwise, and constant afterwards. */
typedef struct tn_kit_compiled {
  tn_compiled_model base;             /**< The object that the host has. */
  tn_kit_engine *engine;              /**< Its engine. */
  const tn_device *device;            /**< Its device. */
  tn_kit_settings *settings;          /**< Its properties. */
  tn_remote_context *context;         /**< One reference: given by option; or NULL. */
  tn_model *model;                    /**< The model compiled; see tn_kit_compiled_set_model. */
  tn_port_list ports;                 /**< Inputs and outputs of `model`. */
  struct tni_kit_variable *variables; /**< Variables of `model`. */
  uint32_t variable_count;            /**< Number of variables. */
  bool from_blob;                     /**< It was imported. */
  bool begun; /**< Once `compile` or `import_model` was called, which is then undone. */
  /** For each stage the executor that runs it when an inference was started; NULL: one thread that
   * the engine shares. Put here by `compile`, whose business they stay. */
  tn_executor *executors[TN_KIT_MAX_STAGES];
} tn_kit_compiled;

/** Takes a model as the one that was compiled: ports and variables are its. The kit calls this
 * before `compile`; `import_model` has to.
 *  @param model retained
 *  @return TN_OK, TN_OUT_OF_MEMORY */
tn_status tn_kit_compiled_set_model(tn_kit_compiled *compiled, tn_model *model, tn_error *error);

/** A part of an inference. */
typedef struct tn_kit_stage {
  const char *name; /**< For profiles. */
  /** Does its part. Long work asks tn_kit_request_cancelled now and then. */
  tn_status (*run)(struct tn_kit_request *request, tn_error *error);
} tn_kit_stage;

/** Answers of a query under construction. */
typedef struct tn_kit_answers tn_kit_answers;

/** Says that an original node is supported. Names that the model does not have are ignored.
 *  @param group as tn_node_support::group */
void tn_kit_answer_yes(tn_kit_answers *answers, tn_string node, uint32_t group);

/** Says why an original node is not supported.
 *  @param reason one of tn_query_reason
 *  @param text copied
 *  @return TN_OK, TN_OUT_OF_MEMORY */
tn_status tn_kit_answer_no(tn_kit_answers *answers, tn_string node, uint32_t reason, tn_string text,
                           tn_error *error);

/** Answers for the originals of a node by what `check_node` says of it.
 *  @return TN_OK, TN_OUT_OF_MEMORY, or another failure of check_node */
tn_status tn_kit_answer_by_node(tn_kit_answers *answers, const tn_node *node, tn_error *error);

/** What a device made of others does beside what every plugin does. Constant. All may be NULL.
 *
 * Entries of options that the kit does not know, critical ones as well, and properties that the
 * plugin's table does not have are not refused: they are for the devices below (tn_kit_call). */
typedef struct tn_kit_virtual {
  /** Judges a call on a blob by all but the blob. */
  tn_status (*check_import)(const tn_kit_call *call, tn_error *error);
  /** Before a model is compiled or a blob imported: gives the compiled model of another maker,
   * which is then handed on as it is, or leaves `*out` as it is, and the call goes on.
   *  @param model NULL for an import
   *  @param source NULL for a compile, and for a blob of the plugin itself */
  tn_status (*hand_on)(tn_kit_call *call, tn_model *model, const tn_source *source,
                       tn_compiled_model **out, tn_error *error);
  /** Whether a blob that is none of the plugin's can be imported by `hand_on`.
   *  @return TN_OK, or why not */
  tn_status (*check_blob)(const tn_kit_call *call, const void *head, uint64_t head_size,
                          tn_error *error);
  /** Gives back tn_kit_call::author; called when that is not NULL. */
  void (*end_call)(tn_kit_call *call);
  /** What is set and used at a port that tn_kit_request_delegate_port has named. Nothing is in
   * flight. @{ */
  tn_status (*set_tensor)(struct tn_kit_request *request, uint32_t port, tn_tensor *tensor,
                          tn_error *error);
  tn_status (*get_tensor)(struct tn_kit_request *request, uint32_t port, tn_tensor **out,
                          tn_error *error);
  /** @} */
  /** Hands a cancellation to what runs. Thread: any. */
  void (*cancel)(struct tn_kit_request *request);
  const tn_states_api *states; /**< In place of the kit's variables. */
  /** Gives the value of a property of a compiled model that the plugin's table does not have.
   *  @return TN_NOT_FOUND where nobody below has it either */
  tn_status (*get_property)(struct tn_kit_compiled *compiled, tn_string name, tn_value_sink sink,
                            void *user, tn_error *error);
  /** Narrows what `devices` says that the device can do to what those below can; asked at every
   * enumeration.
   *  @param exists receives 1; 0 when there is nothing below, and so no device
   *  @return TN_OK, TN_OUT_OF_MEMORY */
  tn_status (*narrow)(tn_kit_engine *engine, uint64_t *capabilities, uint32_t *exists,
                      tn_error *error);
} tn_kit_virtual;

/** What an author writes. Constant. Functions may be NULL where it says so; they are called on any
 * thread, also on several at a time, unless their object says otherwise. */
typedef struct tn_kit_plugin {
  const tn_plugin_info *info;    /**< Name, version, operator sets. */
  const tn_device_list *devices; /**< The devices; see tn_kit_engine::devices. */
  const tn_device_list *targets; /**< What can be compiled for although it is absent; or NULL. */
  const tn_kit_property_table *properties; /**< The properties that the plugin has. */
  size_t engine_size;   /**< Bytes of the author's engine; 0: tn_kit_engine alone. */
  size_t compiled_size; /**< Likewise of a compiled model. */
  size_t request_size;  /**< Likewise of a request. */

  /** Prepares an engine: finds the driver, makes executors. Its properties hold already. On failure
   * `close` is called. May be NULL. */
  tn_status (*open)(tn_kit_engine *engine, tn_error *error);
  /** Undoes `open`, also when that was done half. Counted objects may outlive this call. May be
   * NULL. */
  void (*close)(tn_kit_engine *engine);

  /** Whether the device runs a node, judged by itself. The default of query asks it for every node,
   * and so does compile before `compile`. May be NULL when `query` is there.
   *
   * Nothing has checked the node before: it may contradict itself. Look at the numbers of inputs
   * and outputs before you index them, at left-out ones (NULL), and at the types of outputs as well
   * as of inputs. What gets through here sizes the memory that your stages write to.
   *  @param reason receives one of tn_query_reason on refusal
   *  @return TN_OK; TN_UNSUPPORTED or TN_MALFORMED with the reason as message; another failure,
   * which ends query and compile */
  tn_status (*check_node)(const tn_kit_call *call, const tn_node *node, uint32_t *reason,
                          tn_error *error);
  /** Answers for all nodes of a model; what it leaves out is answered with a no. NULL: by
   * `check_node`. */
  tn_status (*query)(const tn_kit_call *call, tn_model *model, tn_kit_answers *answers,
                     tn_error *error);
  /** Makes a compiled model ready. On failure `free_compiled` is called. May be NULL. */
  tn_status (*compile)(tn_kit_compiled *compiled, const tn_kit_call *call, tn_model *model,
                       tn_error *error);
  /** Undoes `compile` or `import_model`, also when that was done half. May be NULL. */
  void (*free_compiled)(tn_kit_compiled *compiled);
  /** Writes the sections of a blob. NULL: there is no export. */
  tn_status (*export_model)(tn_kit_compiled *compiled, tn_kit_container_writer *writer,
                            tn_error *error);
  /** Makes a compiled model from a blob. Both or none of this and `export_model`. */
  tn_status (*import_model)(tn_kit_compiled *compiled, const tn_kit_call *call,
                            const tn_kit_container *container, tn_error *error);
  /** Gives the model that really runs, with one reference. NULL: there is no runtime model. */
  tn_status (*runtime_model)(tn_kit_compiled *compiled, tn_model **out, tn_error *error);

  /** Prepares a request. On failure `close_request` is called. May be NULL. */
  tn_status (*open_request)(struct tn_kit_request *request, tn_error *error);
  /** Undoes `open_request`, also when that was done half. May be NULL. */
  void (*close_request)(struct tn_kit_request *request);
  /** The stages of an inference, in order. infer runs them all on the caller's thread. */
  const tn_kit_stage *stages;
  uint32_t stage_count; /**< Number of stages, 1 to TN_KIT_MAX_STAGES. */
  /** Called after the last stage that ran, before anybody learns of the end: gives back what the
   * stages took. May be NULL. */
  void (*finish)(struct tn_kit_request *request, tn_status status);

  const tn_remote_api *remote; /**< Remote contexts, or NULL: there are none. */
  const tn_kit_virtual *below; /**< For a device made of others; NULL otherwise. */
  /** The plugin's further extensions by id, tables or NULL. May be NULL. @{ */
  const void *(*plugin_extension)(tn_kit_engine *engine, tn_string id);
  const void *(*compiled_extension)(tn_kit_compiled *compiled, tn_string id);
  const void *(*request_extension)(struct tn_kit_request *request, tn_string id);
  /** @} */
} tn_kit_plugin;

/** What tn_create_plugin_engine does: makes an engine of the author's plugin.
 *  @param plugin constant for the life of the engine */
tn_status tn_kit_create(const tn_kit_plugin *plugin, const tn_create_options *options,
                        tn_plugin **out, tn_error *error);

/** Defines the one function that the library exports, for a tn_kit_plugin of that name. */
#define TN_KIT_DEFINE_ENTRY(plugin)                                                    \
  tn_status tn_create_plugin_engine(const tn_create_options *options, tn_plugin **out, \
                                    tn_error *error) {                                 \
    return tn_kit_create(&(plugin), options, out, error);                              \
  }

/** @name Helpers for the author's functions
 *  @{ */

/** Zeroed memory of the host, or NULL. Given back by tn_kit_free. Thread: any. */
void *tn_kit_allocate(const tn_kit_engine *engine, uint64_t size);
/** Gives memory back; NULL is legal. Thread: any. */
void tn_kit_free(const tn_kit_engine *engine, void *memory);

/** Zeroed memory for a counted object of the author's own (a remote context, a tensor), with its
 * maker filled in; the engine outlives it. NULL without memory. Thread: any. */
void *tn_kit_object_create(tn_kit_engine *engine, uint64_t size);
/** Has the host forget a counted object and frees it: the last that its release does. Thread: any.
 */
void tn_kit_object_free(tn_kit_engine *engine, void *object);

/** Makes a tensor in host memory, resizable, of undefined elements.
 *  @param out receives one reference
 *  @return TN_OK, TN_INVALID_ARGUMENT, TN_UNSUPPORTED (element type), TN_OUT_OF_MEMORY. Thread:
 * any. */
tn_status tn_kit_tensor_create(tn_kit_engine *engine, uint32_t type, uint32_t rank,
                               const int64_t *shape, tn_tensor **out, tn_error *error);
/** Makes a dense tensor of memory that is somebody else's, which must outlive it.
 *  @return as tn_kit_tensor_create; TN_TOO_SMALL. Thread: any. */
tn_status tn_kit_tensor_borrow(tn_kit_engine *engine, uint32_t type, uint32_t rank,
                               const int64_t *shape, void *data, uint64_t bytes, tn_tensor **out,
                               tn_error *error);
/** Checks a type and shape and gives the bytes of its dense elements.
 *  @return TN_OK, TN_UNSUPPORTED (element type), TN_INVALID_ARGUMENT. Thread: any. */
tn_status tn_kit_shape_bytes(uint32_t type, uint32_t rank, const int64_t *shape, uint64_t *out,
                             tn_error *error);
/** Copies elements between host tensors of the same type and shape, whatever their strides and
 * alignment.
 *  @return TN_OK, TN_WRONG_TYPE, TN_WRONG_SHAPE, TN_UNSUPPORTED (device memory), TN_OUT_OF_MEMORY.
 * Thread: any. */
tn_status tn_kit_tensor_copy(const tn_tensor *source, tn_tensor *target, tn_error *error);
/** Whether a tensor that was handed in is well formed. @param what names it in messages. Thread:
 * any. */
tn_status tn_kit_tensor_check(const tn_tensor *tensor, const char *what, tn_error *error);

/** The device of that id, or, for an empty id, the one of DEVICE_ID, else the first.
 *  @return TN_OK, TN_NOT_FOUND. Thread: any. */
tn_status tn_kit_find_device(tn_kit_engine *engine, tn_string id, const tn_device **out,
                             tn_error *error);

/** From now on enumeration gives a greater generation: a device was lost, or is back. Thread: any.
 */
void tn_kit_devices_changed(tn_kit_engine *engine);

/** 1 when the device is one of the plugin's targets: a model is compiled for it and exported, and
 * never runs here. Thread: any. */
int tn_kit_is_target(const tn_kit_engine *engine, const tn_device *device);

/** For functions of extensions: TN_OK, or TN_INVALID_ARGUMENT when the object handed in is NULL or
 * not one of this library. Thread: any. @{ */
tn_status tn_kit_check_plugin(const tn_plugin *plugin, tn_error *error);
tn_status tn_kit_check_tensor_is_ours(const tn_tensor *tensor, tn_error *error);
tn_status tn_kit_check_context_is_ours(const tn_remote_context *context, tn_error *error);
/** @} */

/** For `wrap` of "tn.handles/1": all that can be said of a handle without knowing its type.
 *  @param types ids of the types that the context wraps
 *  @param bytes what the tensor needs from `handle->offset` on
 *  @param type receives the place of the handle's type among `types`
 *  @return TN_OK, TN_INVALID_ARGUMENT (size, flags, NULL), TN_UNSUPPORTED (a type that is not among
 * `types`), TN_TOO_SMALL. Thread: any. */
tn_status tn_kit_check_handle(const tn_handle *handle, const tn_string *types, uint32_t type_count,
                              uint64_t bytes, uint32_t *type, tn_error *error);

/** ONNX's name of an element type ("float"), or "undefined". Static. Thread: any. */
const char *tn_kit_element_type_name(uint32_t type);

/** Makes an executor of the host. @param name of its threads. Thread: any. */
tn_status tn_kit_executor_create(tn_kit_engine *engine, uint32_t threads, const char *name,
                                 tn_executor **out, tn_error *error);
/** Destroys it; NULL is legal. Not from one of its own tasks. */
void tn_kit_executor_destroy(tn_kit_engine *engine, tn_executor *executor);

/** Runs `body` over items 0 to count - 1 in parts of at least `grain`, on this thread and on
 * threads of the host, and returns when all parts are done. Thread: any. */
void tn_kit_parallel_for(tn_kit_engine *engine, uint64_t count, uint64_t grain,
                         tn_parallel_body body, void *user);

/** Logs, when the host's level asks for it. Thread: any. */
void tn_kit_log(const tn_kit_engine *engine, uint32_t level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/** @} */

TN_END_DECLARATIONS

#endif
