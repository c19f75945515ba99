/** @file
 *  The runtime, for applications: finds plugins, reads models, compiles them for devices, runs
 * them.
 *
 *  Link with libtenon (`pkg-config tenon`, CMake's `Tenon::tenon`).
 *
 *  **Objects.** What is owned has a handle of this header: tn_core, tn_compiled, tn_request. What
 * is counted is the interface's own object, used as it is: tn_model (its graph is read as fields),
 * tn_tensor (shape and data are fields), tn_remote_context; `tn_..._retain` and `tn_..._release`
 * are inline functions of the interface's headers. Handles and counted objects may be given back in
 * any order: each keeps alive what it needs, a request its compiled model, that one its plugin.
 *
 *  **Calls.** A call that can fail returns a tn_status and fills the tn_error handed in last (may
 * be NULL) when it fails; out-parameters are then untouched. A failure of a plugin keeps its
 * status, clause and vendor code, and its message begins with the plugin's name and ": ". NULL in
 * place of a handle is TN_INVALID_ARGUMENT; `destroy` ignores it. Text handed in is zero-ended
 * UTF-8, copied where it is kept; results of unknown size go to a sink, which copies what it keeps,
 * and whose failure the giving call returns. Structs are made by their `..._init` function.
 *
 *  **Threads.** Every function carries one of the tags of `tenon/abi/platform.h`, which refers to
 * the handle that it takes first. No sink or callback is called with a lock held.
 *
 *  **Fork and exit.** In a child made by fork() every call on handles of the parent fails with
 * TN_WRONG_STATE and enters no plugin (TN_LIFE_020), and `destroy` does nothing; cores made in the
 * child are usual ones. Plugins of cores that still live when the process exits are told so by an
 * exit handler (they abandon their work); afterwards calls fail with TN_WRONG_STATE as well. */
#ifndef TENON_TENON_H
#define TENON_TENON_H

#include "tenon/abi.h"
#include "tenon/core_options.h"
#include "tenon/plugin_entry.h"

TN_BEGIN_DECLARATIONS

/** Marks the functions of the runtime. */
#define TN_API TN_EXPORT

/** A core: a set of plugins and all that is made with them. A process may have several. */
typedef struct tn_core tn_core;

/** A model compiled for a device (handle of a tn_compiled_model). */
typedef struct tn_compiled tn_compiled;

/** An inference that can be repeated (handle of a tn_infer_request). */
typedef struct tn_request tn_request;

/** @name The library
 *  @{ */

/** Version of the library, such as "1.0.0". Static. */
TN_API const char *tn_library_version(void) TN_ANY_THREAD;

/** Name of a status without TN_, such as "NOT_FOUND"; "UNKNOWN" for a code that is not known.
 * Static. */
TN_API const char *tn_status_name(tn_status status) TN_ANY_THREAD;

/** Meaning of a status in a few words. Static. */
TN_API const char *tn_status_meaning(tn_status status) TN_ANY_THREAD;

/** Name of a clause's area, such as "COMPILE", or NULL when it is not known. Static. */
TN_API const char *tn_clause_area_name(uint32_t area) TN_ANY_THREAD;

/** @}
 *  @name Cores
 *  @{ */

/** Makes a core and reads the manifests of the plugin folders; opens no library.
 *  @param options may be NULL
 *  @param out receives the core, to be given back by tn_core_destroy
 *  @return TN_OK, TN_INVALID_ARGUMENT (options), TN_OUT_OF_MEMORY. A manifest or folder that cannot
 * be read is no failure: tn_core_plugins tells file and reason, and the others are used
 * (TN_DISCOVERY_003) */
TN_API tn_status tn_core_create(const tn_core_options *options, tn_core **out,
                                tn_error *error) TN_ANY_THREAD TN_MAY_BLOCK;

/** Gives the core back. Plugins are destroyed when the last handle that needs them is. */
TN_API void tn_core_destroy(tn_core *core) TN_SETUP TN_MAY_BLOCK;

/** @}
 *  @name Plugins
 *  @{ */

/** Registers a plugin library. With a name in the options the library is opened at the first use of
 * the plugin, without one at once.
 *  @param library path of the library
 *  @param options may be NULL
 *  @param name receives the plugin's name, borrowed as long as the plugin is registered; may be
 * NULL
 *  @return TN_OK, TN_INVALID_ARGUMENT (a plugin of that name is there, or the name is no name), and
 * for a library opened at once whatever keeps it from working */
TN_API tn_status tn_core_register_plugin(tn_core *core, const char *library,
                                         const tn_plugin_options *options, const char **name,
                                         tn_error *error) TN_ANY_THREAD TN_MAY_BLOCK;

/** Registers the plugin that a manifest describes, without opening its library. Its field
 * `tenon_manifest` is 1, and every field that is known is of its type (TN_DISCOVERY_002); library,
 * name and version agree with what the library states (TN_DISCOVERY_001).
 *  @param manifest path of the JSON file
 *  @param name receives the plugin's name, borrowed as long as the plugin is registered; may be
 * NULL
 *  @return TN_OK, TN_INVALID_ARGUMENT (a plugin of that name is there), TN_NOT_FOUND (no such
 * file), TN_MALFORMED (file and field are named), TN_OUT_OF_MEMORY */
TN_API tn_status tn_core_register_manifest(tn_core *core, const char *manifest, const char **name,
                                           tn_error *error) TN_ANY_THREAD TN_MAY_BLOCK;

/** Takes a plugin away. What was made with it goes on working; the plugin is destroyed with the
 * last of it. Its name is free at once.
 *  @return TN_OK, TN_NOT_FOUND */
TN_API tn_status tn_core_unload_plugin(tn_core *core, const char *name,
                                       tn_error *error) TN_ANY_THREAD TN_MAY_BLOCK;

/** Opens the library of a plugin and creates its engine, as the first use does: one engine, however
 * many threads come at once (TN_DISCOVERY_006). A library whose creation fails leaves no handle,
 * engine or record (TN_LIFE_021).
 *  @return TN_OK, TN_NOT_FOUND (no such plugin), and whatever keeps the plugin from working */
TN_API tn_status tn_core_load_plugin(tn_core *core, const char *name,
                                     tn_error *error) TN_ANY_THREAD TN_MAY_BLOCK;

/** Gives all plugins, in the order in which they were registered, to the sink once. Opens no
 * library.
 *  @return TN_OK, TN_OUT_OF_MEMORY, or what the sink returned */
TN_API tn_status tn_core_plugins(tn_core *core, tn_plugin_sink sink, void *user,
                                 tn_error *error) TN_ANY_THREAD TN_MAY_BLOCK;

/** The plugin's own object, for extensions that this header does not know. That of an alias has
 * none of the plugins behind it: see tn_core_device_extension.
 *  @param out borrowed as long as the plugin is registered; of an alias as long as no plugin behind
 * it comes or goes
 *  @return TN_OK, TN_NOT_FOUND, and whatever keeps the plugin from working */
TN_API tn_status tn_core_plugin_object(tn_core *core, const char *name, tn_plugin **out,
                                       tn_error *error) TN_ANY_THREAD TN_MAY_BLOCK;

/** @}
 *  @name Devices and properties
 *
 *  A device is written `NAME` (the plugin chooses one of its devices), `NAME.ID`, or, for plugins
 *  that are made of other devices, `NAME:LIST`, whose text after ':' the plugin gets as property
 *  DEVICE_PRIORITIES of the call.
 *  @{ */

/** Gives all devices of one plugin, or of all, to the sink once; `id` of each is its whole name
 * ("TEMPLATE.0").
 *  @param plugin name of a plugin, or NULL for all; then plugins that do not work are left out
 *  @return TN_OK, TN_NOT_FOUND (no such plugin), whatever keeps the plugin from working,
 * TN_OUT_OF_MEMORY, or what the sink returned */
TN_API tn_status tn_core_devices(tn_core *core, const char *plugin, tn_device_sink sink, void *user,
                                 tn_error *error) TN_ANY_THREAD TN_MAY_BLOCK;

/** Gives the devices that models can be compiled for although they are absent, of one plugin or of
 * all, to the sink once; `id` of each is the name that tn_core_compile takes
 * ("TEMPLATE.template-1"). What was compiled for one is exported, and imported where such a device
 * is; it makes no request.
 *  @param plugin as for tn_core_devices
 *  @return as tn_core_devices; a plugin without targets has none */
TN_API tn_status tn_core_targets(tn_core *core, const char *plugin, tn_device_sink sink, void *user,
                                 tn_error *error) TN_ANY_THREAD TN_MAY_BLOCK;

/** Finds an extension of the plugin that serves a device: of an alias the first plugin behind it,
 * and no other, since objects are that one's.
 *  @param device `NAME` (of an alias: the device that is chosen where none is named) or `NAME.ID`
 *  @param id name and revision, such as "x-vendor.tuning/1"
 *  @param plugin receives the object that functions of the table take, borrowed as by
 * tn_core_plugin_object
 *  @param table receives the table; constant as long as the object lives
 *  @param sink gets the plugin's own id of the device as a STRING, empty when it chooses; may be
 * NULL
 *  @return TN_OK, TN_NOT_FOUND (plugin, device), TN_UNSUPPORTED (the plugin named has no such
 * extension), TN_INVALID_ARGUMENT, what keeps the plugin from working, TN_OUT_OF_MEMORY, or what
 * the sink returned */
TN_API tn_status tn_core_device_extension(tn_core *core, const char *device, const char *id,
                                          tn_plugin **plugin, const void **table,
                                          tn_value_sink sink, void *user,
                                          tn_error *error) TN_ANY_THREAD TN_MAY_BLOCK;

/** Gives the declarations of all properties of a plugin to the sink once.
 *  @param device a device or plugin
 *  @return TN_OK, TN_NOT_FOUND, or what the sink returned */
TN_API tn_status tn_core_properties(tn_core *core, const char *device, tn_property_sink sink,
                                    void *user, tn_error *error) TN_ANY_THREAD TN_MAY_BLOCK;

/** Reads a property: of the plugin for `NAME`, of one device for `NAME.ID`.
 *  @return TN_OK, TN_NOT_FOUND (device, property, or not of that level), or what the sink returned
 */
TN_API tn_status tn_core_get_property(tn_core *core, const char *device, const char *name,
                                      tn_value_sink sink, void *user,
                                      tn_error *error) TN_ANY_THREAD TN_MAY_BLOCK;

/** Sets properties of a plugin or device, all or none, after checking them against the plugin's
 * declarations. Holds for what is compiled later.
 *  @return TN_OK, TN_NOT_FOUND, TN_READ_ONLY, TN_WRONG_TYPE, TN_OUT_OF_RANGE (the error says what
 * is legal), TN_INVALID_ARGUMENT (entries at NULL, a value that is none), TN_OUT_OF_MEMORY */
TN_API tn_status tn_core_set_properties(tn_core *core, const char *device,
                                        const tn_map_entry *entries, uint64_t count,
                                        tn_error *error) TN_ANY_THREAD TN_MAY_BLOCK;

/** Sets one property from text, as tn_core_parse_property reads it; fails as the two do. */
TN_API tn_status tn_core_set_property_text(tn_core *core, const char *device, const char *name,
                                           const char *text,
                                           tn_error *error) TN_ANY_THREAD TN_MAY_BLOCK;

/** Converts text to the kind that the plugin declares for a property, and gives the value to the
 * sink: "YES", "NO", "true", "false", "1", "0" for a truth value, decimal or 0x... for a whole
 * number, what strtod takes for the others, text as it is for a string, hexadecimal digits for
 * bytes, items parted by ',' for a list of strings. Checks that the value is legal; does not set
 * it. For a device made of others (`NAME:LIST`), what the plugin does not declare is looked for in
 * the plugins of the list, one after the other.
 *  @return TN_OK, TN_NOT_FOUND (property), TN_WRONG_TYPE, TN_OUT_OF_RANGE, TN_UNSUPPORTED (a kind
 * that has no spelling), TN_INVALID_ARGUMENT, TN_OUT_OF_MEMORY, or what the sink returned */
TN_API tn_status tn_core_parse_property(tn_core *core, const char *device, const char *name,
                                        const char *text, tn_value_sink sink, void *user,
                                        tn_error *error) TN_ANY_THREAD TN_MAY_BLOCK;

/** @}
 *  @name Models
 *  @{ */

/** Reads an ONNX model; its weights stay in the file, which is mapped as long as the model lives.
 *  @param out receives one reference, to be given back by tn_model_release; ports, nodes and
 * operator sets are its fields
 *  @return TN_OK, TN_NOT_FOUND or TN_IO (file), TN_MALFORMED or TN_UNSUPPORTED (the node is named),
 * TN_OUT_OF_MEMORY */
TN_API tn_status tn_core_read_model(tn_core *core, const char *path, tn_model **out,
                                    tn_error *error) TN_ANY_THREAD TN_MAY_BLOCK;

/** Reads an ONNX model from memory, which is copied. External data is refused.
 *  @param data the bytes of a model file, borrowed for the call
 *  @param out receives one reference
 *  @return as tn_core_read_model */
TN_API tn_status tn_core_read_model_memory(tn_core *core, const void *data, uint64_t size,
                                           tn_model **out,
                                           tn_error *error) TN_ANY_THREAD TN_MAY_BLOCK;

/** Makes a model with nodes that are meant for certain devices: a device made of others (HETERO)
 * offers such a node to no other. Every other device runs the model as if nothing had been said.
 *  @param model not changed; weights are shared with it
 *  @param nodes names of nodes of the main graph, each with a STRING: a device of the list, or a
 * plugin for all of its devices there; empty for a node that may go anywhere again
 *  @param count number of entries; the others keep what they had
 *  @param out receives one reference
 *  @return TN_OK, TN_NOT_FOUND (no such node), TN_UNSUPPORTED (a node within another),
 * TN_WRONG_TYPE, TN_OUT_OF_MEMORY */
TN_API tn_status tn_core_assign_nodes(tn_core *core, const tn_model *model,
                                      const tn_map_entry *nodes, uint64_t count, tn_model **out,
                                      tn_error *error) TN_ANY_THREAD TN_MAY_BLOCK;

/** Asks of every node of the model whether the device runs it; the model is upgraded for the plugin
 * as compile does. Nodes that the plugin's operator sets do not hold are answered by the runtime.
 *  @param options properties of the call; may be NULL
 *  @return TN_OK, TN_NOT_FOUND (device, property), what the plugin fails with, or what the sink
 * returned */
TN_API tn_status tn_core_query(tn_core *core, tn_model *model, const char *device,
                               const tn_query_options *options, tn_query_sink sink, void *user,
                               tn_error *error) TN_ANY_THREAD TN_MAY_BLOCK;

/** Compiles a model for a device.
 *  @param options properties of this model, which are checked against the declarations, and entries
 * such as a progress callback (tn_progress_option_make) and a remote context
 * (tn_context_option_make); may be NULL
 *  @param out receives the compiled model, to be given back by tn_compiled_destroy
 *  @return TN_OK, TN_NOT_FOUND (device, property), TN_UNSUPPORTED (the node is named),
 * TN_CANCELLED, TN_OUT_OF_MEMORY, and what else the plugin fails with */
TN_API tn_status tn_core_compile(tn_core *core, tn_model *model, const char *device,
                                 const tn_compile_options *options, tn_compiled **out,
                                 tn_error *error) TN_ANY_THREAD TN_MAY_BLOCK;

/** Makes a compiled model from a blob that tn_compiled_export wrote. The plugin judges the
 * beginning of the blob first, then reads it.
 *  @param options as for tn_core_compile; may be NULL
 *  @param out receives the compiled model, to be given back by tn_compiled_destroy
 *  @return TN_OK, TN_UNSUPPORTED (the plugin imports nothing), TN_RECOMPILE (sound, but of another
 * version or device), TN_MALFORMED, and what else the plugin fails with */
TN_API tn_status tn_core_import(tn_core *core, const char *device, const tn_source *source,
                                const tn_import_options *options, tn_compiled **out,
                                tn_error *error) TN_ANY_THREAD TN_MAY_BLOCK;

/** As tn_core_import, from a file, which is mapped for the call. */
TN_API tn_status tn_core_import_file(tn_core *core, const char *device, const char *path,
                                     const tn_import_options *options, tn_compiled **out,
                                     tn_error *error) TN_ANY_THREAD TN_MAY_BLOCK;

/** As tn_core_import, from memory, which is borrowed for the call. */
TN_API tn_status tn_core_import_memory(tn_core *core, const char *device, const void *data,
                                       uint64_t size, const tn_import_options *options,
                                       tn_compiled **out,
                                       tn_error *error) TN_ANY_THREAD TN_MAY_BLOCK;

/** Has the plugin judge a blob by its first TN_IMPORT_HEAD_SIZE bytes (or all, when it is shorter).
 *  @return TN_OK (it would be imported), TN_RECOMPILE, TN_MALFORMED (the error says what does not
 * fit), TN_UNSUPPORTED (the plugin imports nothing) */
TN_API tn_status tn_core_check_blob(tn_core *core, const char *device, const void *head,
                                    uint64_t head_size, const tn_import_options *options,
                                    tn_error *error) TN_ANY_THREAD TN_MAY_BLOCK;

/** @}
 *  @name Compiled models
 *  @{ */

/** Gives a compiled model back. Its requests go on working. */
TN_API void tn_compiled_destroy(tn_compiled *compiled) TN_SETUP TN_MAY_BLOCK;

/** The ports, borrowed as long as the compiled model lives; NULL only for a handle that cannot be
 * used. In calls on requests input i is port i, output j is port input_count + j. */
TN_API const tn_port_list *tn_compiled_ports(tn_compiled *compiled) TN_ANY_THREAD;

/** Finds a port by its name; of an input and an output of the same name the input.
 *  @return TN_OK, TN_NOT_FOUND (the error lists the names) */
TN_API tn_status tn_compiled_find_port(tn_compiled *compiled, const char *name, uint32_t *out,
                                       tn_error *error) TN_ANY_THREAD;

/** Name of the plugin that compiled it; zero-ended, borrowed as long as the compiled model lives.
 */
TN_API const char *tn_compiled_plugin_name(tn_compiled *compiled) TN_ANY_THREAD;

/** Reads a property of the compiled model.
 *  @return TN_OK, TN_NOT_FOUND, or what the sink returned */
TN_API tn_status tn_compiled_get_property(tn_compiled *compiled, const char *name,
                                          tn_value_sink sink, void *user,
                                          tn_error *error) TN_ANY_THREAD;

/** Sets properties declared as writable on compiled models, all or none, after checking them.
 *  @return as tn_core_set_properties */
TN_API tn_status tn_compiled_set_properties(tn_compiled *compiled, const tn_map_entry *entries,
                                            uint64_t count, tn_error *error) TN_ANY_THREAD;

/** Makes a request. Requests of one model are independent and may run at the same time.
 *  @param out receives the request, to be given back by tn_request_destroy
 *  @return TN_OK, TN_OUT_OF_MEMORY, and what else the plugin fails with */
TN_API tn_status tn_compiled_create_request(tn_compiled *compiled, tn_request **out,
                                            tn_error *error) TN_ANY_THREAD TN_MAY_BLOCK;

/** Gives the model that really runs, node for node.
 *  @param out receives one reference, to be given back by tn_model_release
 *  @return TN_OK, TN_UNSUPPORTED (the plugin tells none), TN_OUT_OF_MEMORY */
TN_API tn_status tn_compiled_runtime_model(tn_compiled *compiled, tn_model **out,
                                           tn_error *error) TN_ANY_THREAD TN_MAY_BLOCK;

/** Writes the compiled model as a blob.
 *  @param options may be NULL
 *  @return TN_OK, TN_UNSUPPORTED (the plugin exports nothing), or what `target->write` returned */
TN_API tn_status tn_compiled_export(tn_compiled *compiled, const tn_export_options *options,
                                    const tn_target *target,
                                    tn_error *error) TN_ANY_THREAD TN_MAY_BLOCK;

/** As tn_compiled_export, to a file. A regular file is replaced, keeping its mode, only when all
 * has been written; a link, a device or a pipe stays what it is and is written through.
 *  @return also TN_IO */
TN_API tn_status tn_compiled_export_file(tn_compiled *compiled, const tn_export_options *options,
                                         const char *path,
                                         tn_error *error) TN_ANY_THREAD TN_MAY_BLOCK;

/** As tn_compiled_export, to memory: the sink gets the whole blob once, as a value of kind BYTES.
 */
TN_API tn_status tn_compiled_export_memory(tn_compiled *compiled, const tn_export_options *options,
                                           tn_value_sink sink, void *user,
                                           tn_error *error) TN_ANY_THREAD TN_MAY_BLOCK;

/** The plugin's own object, for extensions that this header does not know; borrowed as long as the
 * handle lives. */
TN_API tn_compiled_model *tn_compiled_object(tn_compiled *compiled) TN_ANY_THREAD;

/** @}
 *  @name Requests
 *  @{ */

/** Ends what is in flight (its callback is still called) and gives the request back. Not inside its
 * own callback. */
TN_API void tn_request_destroy(tn_request *request) TN_SETUP TN_MAY_BLOCK;

/** Gives a tensor to a port; the request takes one reference. NULL gives the port back to the
 * request's own tensor.
 *  @return TN_OK, TN_OUT_OF_RANGE (port), TN_WRONG_TYPE, TN_WRONG_SHAPE, TN_INVALID_ARGUMENT (no
 * tensor can be so), TN_UNSUPPORTED (memory or strides the plugin cannot use), TN_BUSY */
TN_API tn_status tn_request_set_tensor(tn_request *request, uint32_t port, tn_tensor *tensor,
                                       tn_error *error) TN_SERIAL;

/** The tensor of a port: the one that was set, else the request's own.
 *  @param out borrowed until the next tn_request_set_tensor on that port or the end of the request
 *  @return TN_OK, TN_OUT_OF_RANGE (port), TN_OUT_OF_MEMORY, TN_BUSY */
TN_API tn_status tn_request_get_tensor(tn_request *request, uint32_t port, tn_tensor **out,
                                       tn_error *error) TN_SERIAL;

/** Gives several tensors to an input: item i of the batch, along the port's first dimension, is
 * tensor i. The request takes one reference of each, on failure none. The batch stays until the
 * next tn_request_set_tensor or _set_tensors on that port; tn_request_get_tensor of the port
 * answers TN_WRONG_STATE meanwhile.
 *  @param tensors `count` of them, whose first dimension is 1; the array is borrowed for the call
 *  @return TN_OK, TN_INVALID_ARGUMENT (no tensor), TN_OUT_OF_RANGE (port), TN_WRONG_TYPE,
 * TN_WRONG_SHAPE (a tensor, or their number), TN_UNSUPPORTED (an output, memory that the plugin
 * cannot gather from, or a plugin without batches), TN_OUT_OF_MEMORY, TN_BUSY */
TN_API tn_status tn_request_set_tensors(tn_request *request, uint32_t port,
                                        tn_tensor *const *tensors, uint64_t count,
                                        tn_error *error) TN_SERIAL;

/** One tensor of the batch of a port.
 *  @param out borrowed until the next tn_request_set_tensor or _set_tensors on that port or the end
 * of the request
 *  @return TN_OK, TN_OUT_OF_RANGE (port; index; the port has no batch), TN_UNSUPPORTED (a plugin
 * without batches), TN_BUSY */
TN_API tn_status tn_request_get_batch_tensor(tn_request *request, uint32_t port, uint64_t index,
                                             tn_tensor **out, tn_error *error) TN_SERIAL;

/** Runs one inference on the calling thread; calls no callback.
 *  @return TN_OK, TN_BUSY (one is in flight), TN_WRONG_STATE (inside the callback), TN_WRONG_SHAPE,
 * TN_TOO_SMALL, TN_CANCELLED, TN_DEVICE_LOST and others; after a failure the elements of outputs
 * are undefined */
TN_API tn_status tn_request_infer(tn_request *request, tn_error *error) TN_SERIAL TN_MAY_BLOCK;

/** Begins one inference in the background and returns. Legal inside the callback.
 *  @return TN_OK, TN_BUSY, and what tn_request_infer checks before it runs; a start that fails
 * calls no callback */
TN_API tn_status tn_request_start(tn_request *request, tn_error *error) TN_SERIAL;

/** Waits until the inference that was started last has ended and its callback has returned, and
 * returns how it ended; before any start TN_OK at once.
 *  @param timeout_ns limit in nanoseconds; 0 only looks, negative means no limit
 *  @return the status of that inference, TN_TIMEOUT, or TN_WRONG_STATE inside the callback */
TN_API tn_status tn_request_wait(tn_request *request, int64_t timeout_ns,
                                 tn_error *error) TN_ANY_THREAD TN_MAY_BLOCK;

/** Asks the inference in flight to end early; it ends with TN_CANCELLED or as if nothing had been
 * asked. */
TN_API tn_status tn_request_cancel(tn_request *request, tn_error *error) TN_ANY_THREAD;

/** Called once for each successful tn_request_start, when that inference has ended.
 *  @param user as given with the callback
 *  @param request all calls on it are legal here (after a start here, as in any flight), but for
 * _infer and _wait, which give TN_WRONG_STATE, and _destroy, which is undefined
 *  @param status how the inference ended
 *  @param error the record when status is a failure, else NULL; borrowed for the call */
typedef void(TN_CALL *tn_request_callback)(void *user, tn_request *request, tn_status status,
                                           const tn_error *error);

/** Sets the one callback; NULL takes it away. Takes effect for the next start.
 *  @return TN_OK, TN_BUSY */
TN_API tn_status tn_request_set_callback(tn_request *request, tn_request_callback callback,
                                         void *user, tn_error *error) TN_SERIAL;

/** Gives the times of the last inference that has ended.
 *  @return TN_OK, TN_UNSUPPORTED (the plugin measures nothing), TN_WRONG_STATE (PERF_COUNT is off,
 * or nothing has run yet), TN_BUSY, or what the sink returned */
TN_API tn_status tn_request_profile(tn_request *request, tn_profile_sink sink, void *user,
                                    tn_error *error) TN_SERIAL;

/** The plugin's own object, for extensions that this header does not know, and for calls without
 * any layer between; borrowed as long as the handle lives. */
TN_API tn_infer_request *tn_request_object(tn_request *request) TN_ANY_THREAD;

/** @}
 *  @name States: the variables of a request
 *  @{ */

/** Number of variables; 0 for models and plugins without any. */
TN_API uint32_t tn_request_state_count(tn_request *request) TN_ANY_THREAD;

/** Name of a variable.
 *  @param out borrowed as long as the request lives
 *  @return TN_OK, TN_OUT_OF_RANGE (index), TN_OUT_OF_MEMORY */
TN_API tn_status tn_request_state_name(tn_request *request, uint32_t index, tn_string *out,
                                       tn_error *error) TN_SERIAL;

/** Puts a variable back to its initial value.
 *  @return TN_OK, TN_OUT_OF_RANGE (index), TN_BUSY, TN_DEVICE_LOST */
TN_API tn_status tn_request_reset_state(tn_request *request, uint32_t index,
                                        tn_error *error) TN_SERIAL TN_MAY_BLOCK;

/** Gives a copy of the present value.
 *  @param out receives one reference to a tensor in host memory
 *  @return TN_OK, TN_OUT_OF_RANGE (index), TN_BUSY, TN_OUT_OF_MEMORY, TN_DEVICE_LOST */
TN_API tn_status tn_request_get_state(tn_request *request, uint32_t index, tn_tensor **out,
                                      tn_error *error) TN_SERIAL TN_MAY_BLOCK;

/** Stores a copy of `value`, a tensor in host memory.
 *  @return TN_OK, TN_OUT_OF_RANGE (index), TN_BUSY, TN_WRONG_TYPE, TN_WRONG_SHAPE and others */
TN_API tn_status tn_request_set_state(tn_request *request, uint32_t index, tn_tensor *value,
                                      tn_error *error) TN_SERIAL TN_MAY_BLOCK;

/** @}
 *  @name Tensors and remote contexts
 *  @{ */

/** Makes a dense, zeroed tensor in host memory that can be resized.
 *  @param shape `rank` numbers >= 0, copied; may be NULL when rank is 0
 *  @param out receives one reference, to be given back by tn_tensor_release
 *  @return TN_OK, TN_INVALID_ARGUMENT (rank, shape), TN_UNSUPPORTED (element type),
 * TN_OUT_OF_MEMORY */
TN_API tn_status tn_core_create_tensor(tn_core *core, uint32_t type, uint32_t rank,
                                       const int64_t *shape, tn_tensor **out,
                                       tn_error *error) TN_ANY_THREAD;

/** Makes a dense tensor of memory of the application. It cannot be resized.
 *  @param data `byte_count` bytes, as many as the shape needs or more; TN_TENSOR_UNALIGNED is set
 * where the address asks for it
 *  @param release called once, with `user` and `data`, when the last reference is given back, and
 * not when the call fails; NULL: the memory must outlive the tensor
 *  @param out receives one reference
 *  @return TN_OK, TN_INVALID_ARGUMENT (rank, shape), TN_TOO_SMALL, TN_UNSUPPORTED (element type,
 * strings), TN_OUT_OF_MEMORY */
TN_API tn_status tn_core_wrap_tensor(tn_core *core, uint32_t type, uint32_t rank,
                                     const int64_t *shape, void *data, uint64_t byte_count,
                                     void(TN_CALL *release)(void *user, void *data), void *user,
                                     tn_tensor **out, tn_error *error) TN_ANY_THREAD;

/** Copies all elements between two tensors of the same type and shape, wherever they lie: host
 * memory, or memory of a device whose plugin copies. Between two devices the copy goes through host
 * memory.
 *  @return TN_OK, TN_WRONG_TYPE, TN_WRONG_SHAPE, TN_UNSUPPORTED (a device tensor without copies,
 * tensors of strings, strides), TN_OUT_OF_MEMORY, TN_DEVICE_LOST */
TN_API tn_status tn_core_copy_tensor(tn_core *core, tn_tensor *source, tn_tensor *target,
                                     tn_error *error) TN_ANY_THREAD TN_MAY_BLOCK;

/** Makes a remote context on a device.
 *  @param options may be NULL
 *  @param out receives one reference, to be given back by tn_remote_context_release
 *  @return TN_OK, TN_NOT_FOUND (device, property), TN_UNSUPPORTED (the plugin has none),
 * TN_OUT_OF_MEMORY, TN_OUT_OF_DEVICE_MEMORY, TN_DEVICE_LOST */
TN_API tn_status tn_core_create_context(tn_core *core, const char *device,
                                        const tn_create_context_options *options,
                                        tn_remote_context **out,
                                        tn_error *error) TN_ANY_THREAD TN_MAY_BLOCK;

/** The context that compiled models of the device use when none is given; always the same one.
 *  @param out receives one reference
 *  @return as tn_core_create_context */
TN_API tn_status tn_core_default_context(tn_core *core, const char *device, tn_remote_context **out,
                                         tn_error *error) TN_ANY_THREAD TN_MAY_BLOCK;

/** Gives the whole name of a context's device ("GPU.0") to the sink as a STRING: by that of the
 * alias or plugin for which this core has given the context last. (The context's own function tells
 * the id that its maker knows, which may be another.)
 *  @return TN_OK, TN_INVALID_ARGUMENT, TN_OUT_OF_MEMORY, or what the sink returned */
TN_API tn_status tn_core_context_device(tn_core *core, tn_remote_context *context,
                                        tn_value_sink sink, void *user,
                                        tn_error *error) TN_ANY_THREAD TN_MAY_BLOCK;

/** Gives all properties of a context to the sink as one MAP; those that name devices tell the name
 * and id of tn_core_context_device.
 *  @return TN_OK, TN_INVALID_ARGUMENT, TN_OUT_OF_MEMORY, or what the sink returned */
TN_API tn_status tn_core_context_properties(tn_core *core, tn_remote_context *context,
                                            tn_value_sink sink, void *user,
                                            tn_error *error) TN_ANY_THREAD TN_MAY_BLOCK;

/** Gives the whole name of a tensor's device to the sink as a STRING, empty for one that belongs to
 * none: that of its context. A context that this core has not given to the application, such as
 * that of a request's own tensor, is named as lists of devices do.
 *  @return as tn_core_context_device */
TN_API tn_status tn_core_tensor_device(tn_core *core, tn_tensor *tensor, tn_value_sink sink,
                                       void *user, tn_error *error) TN_ANY_THREAD TN_MAY_BLOCK;

/** Gives the ids of the types of handles that a context wraps to the sink, as one LIST of STRINGs;
 * an empty one when it wraps none.
 *  @return TN_OK, TN_INVALID_ARGUMENT, or what the sink returned */
TN_API tn_status tn_core_handle_types(tn_core *core, tn_remote_context *context, tn_value_sink sink,
                                      void *user, tn_error *error) TN_ANY_THREAD;

/** Makes a tensor of memory that the application has from another interface, which is used where it
 * lies: what is written through the handle before an inference is what the inference reads.
 *  @param handle borrowed for the call; with TN_HANDLE_TAKE the tensor becomes its owner, else it
 * must outlive the tensor; after a failure it is the application's in any case
 *  @param shape `rank` numbers >= 0, copied; may be NULL when rank is 0
 *  @param out receives one reference; the tensor cannot be resized
 *  @return TN_OK, TN_UNSUPPORTED (the context wraps no handles, or none of that type),
 * TN_INVALID_ARGUMENT (a value that is no handle of that type, shape), TN_TOO_SMALL (the memory),
 * TN_NOT_FOUND (property), TN_OUT_OF_MEMORY, TN_DEVICE_LOST */
TN_API tn_status tn_core_wrap_handle(tn_core *core, tn_remote_context *context,
                                     const tn_handle *handle, uint32_t type, uint32_t rank,
                                     const int64_t *shape, tn_tensor **out,
                                     tn_error *error) TN_ANY_THREAD TN_MAY_BLOCK;

/** @} */

TN_END_DECLARATIONS

#endif
