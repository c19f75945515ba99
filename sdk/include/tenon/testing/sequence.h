/** @file
 *  What programs are made with that `tenon-conformance` prints for a failing sequence of calls: a
 * small host, tensors that count their references, callbacks that count their calls, and
 * expectations. Everything is in this header; such a program needs nothing but it and the C
 * library:
 *
 *  @code
 *  cc -std=c11 -I <include> sequence.c -o sequence -ldl -lpthread
 *  ./sequence libplugin.so
 *  @endcode
 *  It ends with 0 when all holds, with 1 at the first thing that does not, and tells what that was.
 * The words in lower case stand for the objects of the program, so that calls read as they would in
 * an application; the header is for such programs alone.
 */
#ifndef TENON_TESTING_SEQUENCE_H
#define TENON_TESTING_SEQUENCE_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <dlfcn.h>
#include <stdio.h>
#include <time.h>

#include "tenon/testing/sequence_host.h"

#include "tenon/abi/ext/batch.h"
#include "tenon/abi/ext/profiling.h"
#include "tenon/abi/ext/remote.h"
#include "tenon/abi/ext/states.h"

enum {
  SEQUENCE_SLOTS = 8,  /**< Objects of a kind at most. */
  SEQUENCE_PORTS = 16, /**< Ports of a request at most. */
  SEQUENCE_POISON_BITS = 0x5bad
};

/** What a callback of a request saw, and what it is to do. */
typedef struct sequence_watch {
  atomic_uint calls[3];
  atomic_int last_status, action_status;
  atomic_uint action;
  atomic_bool error_fits, latch;
} sequence_watch;

/** The program's objects. */
typedef struct sequence_program {
  tn_plugin *plugin;
  tn_string device;
  tn_model *models[SEQUENCE_SLOTS];
  tn_compiled_model *compiled[SEQUENCE_SLOTS];
  tn_infer_request *request[SEQUENCE_SLOTS];
  tn_tensor *tensor[SEQUENCE_SLOTS];
  tn_state *state[SEQUENCE_SLOTS];
  tn_remote_context *context[SEQUENCE_SLOTS];
  tn_tensor *got, *own[SEQUENCE_SLOTS][SEQUENCE_PORTS];
  tn_error error;
  tn_status status, ended[SEQUENCE_SLOTS];
  sequence_watch watch[SEQUENCE_SLOTS];
  unsigned background[SEQUENCE_SLOTS]; /* calls of start_and_wait that began a generation */
  uint32_t request_model[SEQUENCE_SLOTS];
  uint64_t profile_entries;
  int latched;
  const char *step; /* what is being done */
} sequence_program;

static sequence_program sequence_objects;
static sequence_host sequence_the_host;

#define plugin          (sequence_objects.plugin)
#define device          (sequence_objects.device)
#define compiled        (sequence_objects.compiled)
#define request         (sequence_objects.request)
#define tensor          (sequence_objects.tensor)
#define state           (sequence_objects.state)
#define context         (sequence_objects.context)
#define got             (sequence_objects.got)
#define error           (sequence_objects.error)
#define profile_entries (sequence_objects.profile_entries)

/* --- expectations */

static inline void sequence_fail(int line, const char *text) {
  printf("line %d: %s: %s\n", line, sequence_objects.step, text);
  if (error.message[0]) printf("  the plugin says: %s\n", error.message);
  fflush(stdout);
  _Exit(1); /* what the plugin still does is of no interest */
}

static inline void sequence_expect(int line, int truth, const char *text) {
  if (!truth) sequence_fail(line, text);
}

/** A truth that must hold. */
#define EXPECT(truth) sequence_expect(__LINE__, (truth) != 0, #truth)

static inline void *sequence_poison(void) {
  return (void *)(uintptr_t)SEQUENCE_POISON_BITS;
}

static inline void sequence_begin(const char *text) {
  sequence_objects.step = text;
  memset(&error, 0, sizeof error);
}

/* A failing call fills the record, another leaves it alone. */
static inline void sequence_judge(int line, tn_status came, int holds) {
  sequence_objects.status = came;
  if (!holds) {
    char text[80];
    snprintf(text, sizeof text, "gave the status %d", (int)came);
    sequence_fail(line, text);
  }
  if (came == TN_OK)
    sequence_expect(line, error.status == TN_OK, "the error record was changed by success");
  else
    sequence_expect(line, error.status == came && error.message[0],
                    "the error record does not tell the failure");
}

static inline int sequence_is_one(tn_status came, const tn_status *asked, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (asked[i] == came) return 1;
  return 0;
}

/** A call that gives one of the statuses that follow. */
#define CALL(call, ...)                                                             \
  do {                                                                              \
    static const tn_status asked_[] = {__VA_ARGS__};                                \
    sequence_begin(#call);                                                          \
    tn_status came_ = (call);                                                       \
    sequence_judge(__LINE__, came_,                                                 \
                   sequence_is_one(came_, asked_, sizeof asked_ / sizeof *asked_)); \
  } while (0)

/** A call that fails, with any status. */
#define CALL_FAILS(call)                             \
  do {                                               \
    sequence_begin(#call);                           \
    tn_status came_ = (call);                        \
    sequence_judge(__LINE__, came_, came_ != TN_OK); \
  } while (0)

/** A call that may succeed or fail. */
#define CALL_ANY(call)                  \
  do {                                  \
    sequence_begin(#call);              \
    tn_status came_ = (call);           \
    sequence_judge(__LINE__, came_, 1); \
  } while (0)

static inline void sequence_judge_gift(int line, const void *place) {
  void *now;
  memcpy(&now, place, sizeof now);
  if (sequence_objects.status == TN_OK)
    sequence_expect(line, now && now != sequence_poison(), "nothing was given");
  else
    sequence_expect(line, now == sequence_poison(), "the out-parameter was changed by a failure");
}

static inline void sequence_clear_gift(void *place) {
  void *nothing = NULL;
  if (sequence_objects.status != TN_OK) memcpy(place, &nothing, sizeof nothing);
}

/** A call with the out-parameter `out`, which stays untouched when the call fails. */
#define CALL_GIVES(out, call, ...)            \
  do {                                        \
    void *poison_ = sequence_poison();        \
    memcpy(&(out), &poison_, sizeof poison_); \
    CALL(call, __VA_ARGS__);                  \
    sequence_judge_gift(__LINE__, &(out));    \
    sequence_clear_gift(&(out));              \
  } while (0)

/** Something that is no call of the plugin, or gives no status. */
#define DO(deed)           \
  do {                     \
    sequence_begin(#deed); \
    (deed);                \
  } while (0)

/* --- tensors */

/** The dimensions of a tensor. */
#define SHAPE(...) ((const int64_t[]){__VA_ARGS__})

static inline const tn_copy_api *sequence_copies(tn_tensor *self) {
  return (const tn_copy_api *)self->api->get_extension(self, TN_STRING(TN_EXTENSION_COPY));
}

static inline void sequence_fill(tn_tensor *self, const void *data) {
  tn_tensor *source = NULL;
  const uint64_t bytes = tn_dense_bytes(self->type, tn_tensor_element_count(self));
  if (!(self->flags & TN_TENSOR_DEVICE)) {
    if (bytes) memcpy(self->data, data, (size_t)bytes);
    return;
  }
  EXPECT(sequence_tensor_create(&sequence_the_host, self->type, self->rank, self->shape, &source) ==
         TN_OK);
  memcpy(source->data, data, (size_t)bytes);
  EXPECT(sequence_copies(self)->copy_from(self, source, &error) == TN_OK);
  tn_tensor_release(source);
}

/** Makes a tensor of the application. */
static inline void make_tensor(uint32_t slot, uint32_t type, uint32_t rank, const int64_t *shape,
                               const void *data) {
  EXPECT(sequence_tensor_create(&sequence_the_host, type, rank, shape, &tensor[slot]) == TN_OK);
  sequence_fill(tensor[slot], data);
}

/** As make_tensor, one that cannot be resized. */
static inline void make_fixed_tensor(uint32_t slot, uint32_t type, uint32_t rank,
                                     const int64_t *shape, const void *data) {
  static tn_tensor_api fixed;
  make_tensor(slot, type, rank, shape, data);
  fixed = *tensor[slot]->api;
  fixed.resize = NULL;
  tensor[slot]->api = &fixed;
}

/** Makes a tensor in the memory of a context. */
static inline void make_remote_tensor(uint32_t slot, uint32_t where, uint32_t type, uint32_t rank,
                                      const int64_t *shape, const void *data) {
  EXPECT(tn_remote_context_create_tensor(context[where], type, rank, shape, &tensor[slot],
                                         &error) == TN_OK);
  sequence_fill(tensor[slot], data);
}

/** Gives our reference back. */
static inline void release_tensor(uint32_t slot) {
  tn_tensor_release(tensor[slot]);
  tensor[slot] = NULL;
}

/** Writes other elements. */
static inline void fill_tensor(uint32_t slot, const void *data) {
  sequence_fill(tensor[slot], data);
}

/** Writes into the request's own tensor of a port. */
static inline void fill_own(uint32_t slot, uint32_t port, const void *data) {
  tn_tensor *own = NULL;
  EXPECT(tn_infer_request_get_tensor(request[slot], port, &own, &error) == TN_OK);
  sequence_fill(own, data);
}

/** The application's tensor has so many references. */
#define EXPECT_REFERENCES(slot, count)                                           \
  sequence_expect(__LINE__, sequence_tensor_references(tensor[slot]) == (count), \
                  "tensor[" #slot "] does not have " #count " references")

/** The application's tensor holds these bytes. */
#define EXPECT_UNCHANGED(slot, elements)                                                   \
  sequence_expect(__LINE__, memcmp(tensor[slot]->data, (elements), sizeof(elements)) == 0, \
                  "the elements of tensor[" #slot "] were changed")

static inline double sequence_element(const tn_tensor *self, const void *data, uint64_t index) {
  if (self->type == TN_F32) return (double)((const float *)data)[index];
  if (self->type == TN_F64) return ((const double *)data)[index];
  if (self->type != TN_F16) return 0;
  const uint16_t bits = ((const uint16_t *)data)[index];
  const int exponent = bits >> 10 & 31;
  double number = (double)((bits & 1023) + (exponent ? 1024 : 0));
  for (int i = exponent ? exponent : 1; i < 25; i++)
    number /= 2;
  for (int i = 25; i < exponent; i++)
    number *= 2;
  return bits >> 15 ? -number : number;
}

static inline int sequence_is_near(double expected, double came, double absolute, double relative) {
  const double size = expected < 0 ? -expected : expected;
  const double off = came < expected ? expected - came : came - expected;
  return off <= absolute + relative * size;
}

static inline int sequence_has_shape(const tn_tensor *self, uint32_t type, uint32_t rank,
                                     const int64_t *shape) {
  if (self->type != type || self->rank != rank) return 0;
  for (uint32_t i = 0; i < rank; i++)
    if (self->shape[i] != shape[i]) return 0;
  return 1;
}

/* Real elements lie within the bound, others are equal. */
static inline void sequence_compare(int line, tn_tensor *value, uint32_t type, uint32_t rank,
                                    const int64_t *shape, const void *expected, double absolute,
                                    double relative) {
  tn_tensor *dense = value;
  sequence_expect(line, value && sequence_has_shape(value, type, rank, shape),
                  "the result has another type or shape");
  const uint64_t count = tn_tensor_element_count(value);
  if (value->flags & TN_TENSOR_DEVICE) {
    sequence_tensor_create(&sequence_the_host, type, rank, shape, &dense);
    sequence_expect(line, sequence_copies(value)->copy_to(value, dense, &error) == TN_OK,
                    "the result cannot be copied");
  }
  const int is_real = type == TN_F32 || type == TN_F64 || type == TN_F16;
  for (uint64_t i = 0; is_real && i < count; i++)
    sequence_expect(line,
                    sequence_is_near(sequence_element(dense, expected, i),
                                     sequence_element(dense, dense->data, i), absolute, relative),
                    "an element of the result is wrong");
  if (!is_real)
    sequence_expect(line, memcmp(dense->data, expected, (size_t)tn_dense_bytes(type, count)) == 0,
                    "an element of the result is wrong");
  if (dense != value) tn_tensor_release(dense);
}

/** A value has this type, shape and elements. */
#define EXPECT_VALUE(value, type, rank, shape, expected, absolute, relative) \
  sequence_compare(__LINE__, (value), type, rank, shape, expected, absolute, relative)

static inline tn_tensor *sequence_output(int line, uint32_t slot, uint32_t port) {
  tn_tensor *output = NULL;
  sequence_expect(line, tn_infer_request_get_tensor(request[slot], port, &output, &error) == TN_OK,
                  "get_tensor of an output failed");
  return output;
}

/** As EXPECT_VALUE, of a port of a request. */
#define EXPECT_OUTPUT(slot, port, type, rank, shape, expected, absolute, relative)           \
  EXPECT_VALUE(sequence_output(__LINE__, slot, port), type, rank, shape, expected, absolute, \
               relative)

#include "tenon/testing/sequence_blob.h"
#include "tenon/testing/sequence_flight.h"

/* --- the plugin's extensions, and what is handed to it */

#define model_of(slot) (sequence_objects.models[slot])
#define states_of(slot)                                                 \
  ((const tn_states_api *)tn_infer_request_get_extension(request[slot], \
                                                         TN_STRING(TN_EXTENSION_STATES)))
#define profiling_of(slot)                                                 \
  ((const tn_profiling_api *)tn_infer_request_get_extension(request[slot], \
                                                            TN_STRING(TN_EXTENSION_PROFILING)))
#define batches_of(slot)                                               \
  ((const tn_batch_api *)tn_infer_request_get_extension(request[slot], \
                                                        TN_STRING(TN_EXTENSION_BATCH)))
/** The tensors of a batch, and their number. */
#define ITEMS(...) \
  (tn_tensor *const[]){__VA_ARGS__}, sizeof((tn_tensor *const[]){__VA_ARGS__}) / sizeof(tn_tensor *)
#define remote_of() \
  ((const tn_remote_api *)tn_plugin_get_extension(plugin, TN_STRING(TN_EXTENSION_REMOTE)))
#define unknown_flags(type) (&(const type){.size = TN_SIZE(type), .flags = 1u << 31})
#define take_value()        sequence_take_value, NULL
#define take_profile()      sequence_take_profile, NULL
#define take_answers()      sequence_take_answers, NULL
#define unknown_property() \
  (&(const tn_map_entry){TN_STRING_INIT("NOBODY_HAS_THIS"), tn_value_of_bool(1)}), 1

static inline tn_status sequence_take_value(void *user, const tn_value *value) {
  (void)user, (void)value;
  return TN_OK;
}

static inline tn_status sequence_take_profile(void *user, const tn_profile_entry *const *entries,
                                              uint64_t count) {
  (void)user, (void)entries;
  profile_entries = count;
  return TN_OK;
}

static inline tn_status sequence_take_answers(void *user, const tn_node_support *const *nodes,
                                              uint64_t count) {
  (void)user, (void)nodes, (void)count;
  return TN_OK;
}

static inline const tn_compile_options *with_perf_count(void) {
  static tn_map_entry entry;
  static tn_compile_options options;
  entry = (tn_map_entry){TN_STRING_INIT("PERF_COUNT"), tn_value_of_bool(1)};
  options = tn_compile_options_init();
  options.properties = &entry;
  options.property_count = 1;
  return &options;
}

/* The name of a variable of a model, by its place among the nodes. */
static inline tn_string sequence_variable(const tn_model *model, uint32_t variable) {
  for (uint32_t i = 0; i < model->graph->node_count; i++) {
    const tn_node *node = model->graph->nodes[i];
    if (!tn_string_equal(node->operation, TN_STRING("ReadValue")) || variable-- > 0) continue;
    return tn_node_attribute(node, TN_STRING("variable_id"))->as.strings[0];
  }
  return TN_STRING("");
}

/** The plugin's number of a variable of the model. */
static inline uint32_t find_state(uint32_t slot, uint32_t variable) {
  const tn_states_api *api = states_of(slot);
  const tn_string wanted =
      sequence_variable(model_of(sequence_objects.request_model[slot]), variable);
  for (uint32_t i = 0; i < api->count(request[slot]); i++) {
    tn_state *handle = NULL;
    if (api->open(request[slot], i, &handle, NULL) != TN_OK) return 0;
    const int found = tn_string_equal(handle->api->name(handle), wanted);
    handle->api->destroy(handle);
    if (found) return i;
  }
  return 0;
}

/* --- destroying */

/** Destroys a request; callbacks that are held go on. */
static inline void destroy_request(uint32_t slot) {
  sequence_objects.watch[slot].latch = 0;
  tn_infer_request_destroy(request[slot]);
  request[slot] = NULL;
}

/** Destroys a compiled model. */
static inline void destroy_compiled(uint32_t slot) {
  tn_compiled_model_destroy(compiled[slot]);
  compiled[slot] = NULL;
}

/** Destroys the handle of a variable. */
static inline void destroy_state(uint32_t slot) {
  state[slot]->api->destroy(state[slot]);
  state[slot] = NULL;
}

/** Gives a reference of a context back. */
static inline void release_context(uint32_t slot) {
  tn_remote_context_release(context[slot]);
  context[slot] = NULL;
}

/** A request was made of a model: what was seen of the one before is forgotten. */
static inline void new_request(uint32_t slot, uint32_t model) {
  memset(&sequence_objects.watch[slot], 0, sizeof sequence_objects.watch[slot]);
  sequence_objects.request_model[slot] = model;
  sequence_objects.background[slot] = 0;
}

/* --- the program */

/** Opens the plugin named on the command line, runs the sequence, and looks at what is left. */
static inline int sequence_main(int argc, char **argv, const char *id,
                                const tn_map_entry *properties, uint32_t property_count,
                                void (*sequence)(void)) {
  if (argc != 2) {
    fprintf(stderr, "usage: %s PLUGIN.so\n", argv[0]);
    return 2;
  }
  void *library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
  tn_create_plugin_engine_function create = NULL;
  if (library) *(void **)(void *)&create = dlsym(library, "tn_create_plugin_engine");
  if (!create) {
    fprintf(stderr, "%s\n", dlerror());
    return 2;
  }
  device = tn_string_from(id);
  sequence_host_init(&sequence_the_host);
  CALL(sequence_host_create_engine(&sequence_the_host, create, properties, property_count, &plugin,
                                   &error),
       TN_OK);
  sequence();
  DO(tn_plugin_destroy(plugin, TN_DESTROY_NORMAL));
  EXPECT(sequence_the_host.ended == 1);
  EXPECT(sequence_the_host.tensors == 0);
  EXPECT(sequence_the_host.blocks == 0);
  EXPECT(sequence_the_host.executors == 0);
  printf("all holds\n");
  return 0;
}

#endif
