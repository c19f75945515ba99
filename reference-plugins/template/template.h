/** @file
 *  TEMPLATE: a plugin with all that a plugin can have, made to be copied.
 *
 *  Its two devices are simulated: they compute with the kit's reference kernels, on threads of
 * their own, and have a memory that the host cannot touch. What a vendor replaces is named where it
 * stands: the backend (plugin.c), the kernels (compile.c, infer.c), the memory (memory.c).
 *
 *  plugin.c      the plugin's table: facts, backend, what an engine holds
 *  properties.c  the table of properties, and what hints are resolved to
 *  query.c       what the devices run
 *  compile.c     from a model to a program
 *  blob.c        exported models
 *  fusion.c      a pass of the plugin's own, and the kernel for the node that it makes
 *  infer.c       the stages of an inference
 *  profile.c     where the time of an inference goes
 *  memory.c      the devices' memory
 *  remote.c      remote contexts
 *  remote_tensor.c  tensors in the devices' memory
 *  handles.c     memory that the application brings along
 *  fault.c       devices that are lost and come back
 *  runtime_model.c  what really runs
 */
#ifndef TEMPLATE_H
#define TEMPLATE_H

#include <pthread.h>
#include <stdatomic.h>

#include "tenon/kit.h"

#define TEMPLATE_ARCHITECTURE "template-1" /* both devices run each other's exported models */

/** The operator profile of the conformance suite that the device has: all that the suite has cases
 * for. A vendor names the one that fits, or leaves the property out. */
#define TEMPLATE_OPERATOR_PROFILE "FULL"

enum {
  TEMPLATE_DEVICES = 2,
  TEMPLATE_UNITS = 4, /* inferences that a device runs side by side at its best */
  TEMPLATE_STAGES = 3,
  TEMPLATE_COMPUTE = 1 /* the stage that runs on the device */
};

/* What an engine holds for each of its devices. */
struct template_device {
  tn_executor *exclusive;     /* runs the inferences of models that share the device in turn */
  pthread_mutex_t in_turn;    /* held by them, so that also infer takes its turn */
  tn_remote_context *context; /* the default one, made when it is first asked for */
  atomic_uint_least64_t used_bytes; /* of its memory */
  /* Grows when the device is lost and when it is back, so it is odd while it is lost. What was made
   * at another count is lost as well. */
  atomic_uint losses;
};

struct template_plugin {
  tn_kit_engine base;
  pthread_mutex_t mutex; /* guards the default contexts */
  int has_compiler;      /* 0: models can only be imported */
  tn_executor *host;     /* pre- and postprocessing */
  struct template_device devices[TEMPLATE_DEVICES];
};

struct template_compiled {
  tn_kit_compiled base;
  struct template_device *device;
  unsigned losses;                    /* of the device, when the model was loaded */
  tn_remote_context *default_context; /* one reference, when no context was given */
  tn_model *program_model;            /* what runs: the model after all passes */
  tn_kit_program *program;
  tn_executor *streams; /* of this model alone, unless it runs exclusively */
  int exclusive;        /* its inferences take turns with others on the device */
  double delay;         /* seconds that each inference takes longer */
  int half;             /* results are kept in half precision */
  /* Original nodes that no node of program_model stands for: names, each ended by a zero. */
  char *removed;
  uint64_t removed_bytes;
};

struct template_request {
  tn_kit_request base;
  tn_tensor **inputs;  /* of the running inference, borrowed */
  tn_tensor **outputs; /* of the running inference, one reference each */
  uint32_t depth;      /* of the node under way: inner graphs run within a node */
  uint64_t node_began; /* when it did */
  tn_status observed;  /* what failed while watching */
  tn_error *error;     /* of what failed while watching */
};

static inline struct template_plugin *template_plugin_of(tn_kit_engine *engine) {
  return (struct template_plugin *)engine;
}

static inline struct template_compiled *template_compiled_of(tn_kit_compiled *compiled) {
  return (struct template_compiled *)compiled;
}

static inline struct template_request *template_request_of(tn_kit_request *request) {
  return (struct template_request *)request;
}

/* plugin.c */
tn_status template_check_compiler(tn_kit_engine *engine, tn_error *error);

/* The part of the engine that belongs to one of its devices; NULL for one that is absent. */
struct template_device *template_find_device(tn_kit_engine *engine, const tn_device *device);

/* properties.c */
extern const tn_kit_property_table template_properties;
tn_status template_resolve_hints(tn_kit_compiled *compiled, tn_error *error);

/* query.c */
tn_status template_check_node(const tn_kit_call *call, const tn_node *node, uint32_t *reason,
                              tn_error *error);
tn_status template_query(const tn_kit_call *call, tn_model *model, tn_kit_answers *answers,
                         tn_error *error);

/* compile.c */
tn_status template_compile(tn_kit_compiled *compiled, const tn_kit_call *call, tn_model *model,
                           tn_error *error);
tn_status template_load(tn_kit_compiled *compiled, const tn_kit_call *call, tn_error *error);
void template_free_compiled(tn_kit_compiled *compiled);

/* blob.c */
tn_status template_export(tn_kit_compiled *compiled, tn_kit_container_writer *writer,
                          tn_error *error);
tn_status template_import(tn_kit_compiled *compiled, const tn_kit_call *call,
                          const tn_kit_container *container, tn_error *error);

/* fusion.c */
extern const tn_kit_kernel template_kernels[];
extern const uint32_t template_kernel_count;
tn_status template_fuse(tn_kit_graph *graph, tn_error *error);
int template_is_fused(const tn_node *node);

/* infer.c */
extern const tn_kit_stage template_stages[TEMPLATE_STAGES];
tn_status template_open_request(tn_kit_request *request, tn_error *error);
void template_close_request(tn_kit_request *request);
void template_finish(tn_kit_request *request, tn_status status);

/* profile.c */
const char *template_kernel_name(const tn_node *node);
void template_profile_before(struct template_request *request);
tn_status template_profile_after(struct template_request *request, const tn_node *node,
                                 tn_error *error);
tn_status template_profile_removed(struct template_request *request, tn_error *error);

/* memory.c: memory of a device. `address` is the device's; the host has it only between map and
 * unmap, at another address. */
struct template_memory {
  struct template_device *device;
  int file;
  uint64_t offset; /* in the file; 0 but for memory of the application */
  uint64_t size;
  void *address;
  unsigned losses; /* of the device, when it was made */
  int foreign;     /* the application made it, so it takes nothing of what the device has */
};
tn_status template_memory_create(struct template_device *device, uint64_t capacity, uint64_t size,
                                 struct template_memory *out, tn_error *error);
tn_status template_memory_wrap(struct template_device *device, const tn_handle *handle,
                               uint64_t size, struct template_memory *out, tn_error *error);
void template_memory_destroy(struct template_memory *memory);
tn_status template_memory_map(const struct template_memory *memory, void **out, tn_error *error);
void template_memory_unmap(const struct template_memory *memory, void *mapped);

/* remote.c: a remote context is here no more than the device whose memory it hands out. A vendor's
 * holds the driver's context or queue. */
struct template_context {
  tn_remote_context base;
  tn_kit_engine *engine; /* outlives all counted objects */
  const tn_device *device;
  atomic_size_t references;
};
static inline struct template_context *template_context_of(tn_remote_context *context) {
  return (struct template_context *)context;
}
extern const tn_remote_api template_remote;
tn_status template_default_context(tn_kit_engine *engine, const tn_device *device,
                                   tn_remote_context **out, tn_error *error);
void template_retain_context(tn_remote_context *context);
void template_release_context(tn_remote_context *context);

/* handles.c */
extern const tn_handles_api template_handles;

/* remote_tensor.c: a tensor in new memory of the device, or, with a handle, in the application's.
 */
tn_status template_remote_tensor_create(struct template_context *context, const tn_handle *handle,
                                        uint32_t type, uint32_t rank, const int64_t *shape,
                                        tn_tensor **out, tn_error *error);
tn_status template_remote_tensor_map(tn_tensor *tensor, tn_tensor **out, tn_error *error);
void template_remote_tensor_unmap(tn_tensor *tensor, tn_tensor *mapped);

/* fault.c: whether what was made at that count of losses still is */
extern const tn_fault_api template_fault;
tn_status template_check_device(const struct template_device *device, unsigned losses,
                                tn_error *error);
int template_device_is_lost(const struct template_device *device, unsigned losses);

/* runtime_model.c */
tn_status template_runtime_model(tn_kit_compiled *compiled, tn_model **out, tn_error *error);

#endif
