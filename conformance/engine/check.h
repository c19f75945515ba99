/** @file
 *  What a check is written with.
 *
 *  A check runs in a worker, the process that opens the plugin. It makes calls and records what it
 * observed beside what is asked; the supervisor, another process, compares and judges. Outputs of
 * inferences are handed over as bytes and compared there with a reference that no worker ever
 * holds.
 *
 *  @code
 *  TN_CHECK(compile_failed_leaves_out, COMPILE, 3, 0, "a failed compile leaves *out untouched") {
 *    tn_compiled_model *out = test_poison();
 *    EXPECT_FAILURE(tn_plugin_compile(t->plugin, t->device, test_model(t, "unknown_operator"),
 * NULL, &out, &t->error)); EXPECT(out == test_poison());
 *  }
 *  @endcode
 *  Identifiers are unique among all suites; the case's group is TN_GROUP, defined at the head of
 * the suite's file.
 */
#ifndef TENON_CONFORMANCE_CHECK_H
#define TENON_CONFORMANCE_CHECK_H

#include <stdbool.h>

#include "base/status.h"
#include "engine/models.h"
#include "engine/suite_host.h"
#include "tenon/abi.h"

/** What a check needs; without it the case is UNSUPPORTED (a capability that the device does not
 * declare) or NOT_APPLICABLE (something that was not handed in). */
enum {
  TEST_NEEDS_IMPORT = 1u << 0,     /**< Export and import. */
  TEST_NEEDS_REMOTE = 1u << 1,     /**< Remote contexts and tensors. */
  TEST_NEEDS_STATES = 1u << 2,     /**< Models with variables. */
  TEST_NEEDS_DYNAMIC = 1u << 3,    /**< Dynamic shapes. */
  TEST_NEEDS_PROFILING = 1u << 4,  /**< Per-node times. */
  TEST_NEEDS_UNLOADABLE = 1u << 5, /**< The plugin declares TN_PLUGIN_UNLOADABLE. */
  TEST_NEEDS_MANIFEST = 1u << 6,   /**< A manifest beside the library. */
  TEST_NO_ENGINE = 1u << 7,        /**< The check opens engines itself; t->plugin is NULL. */
  TEST_NOT_VIRTUAL =
      1u << 8, /**< Does not hold for a device made of others (their objects are handed on). */
  TEST_SLOW = 1u << 9,                 /**< May take some seconds: a longer deadline. */
  TEST_NEEDS_HANDLES = 1u << 10,       /**< Foreign handles wrapped as tensors. */
  TEST_NEEDS_BATCHES = 1u << 11,       /**< Inputs made of several tensors. */
  TEST_NEEDS_ABSENT_DEVICE = 1u << 12, /**< Compiling for a device that is absent. */
  TEST_NEEDS_LONE_IMPORT = 1u << 13,   /**< Importing where the compiler is not installed. */
  TEST_FENCED = 1u << 14, /**< The host's memory ends where nothing may be touched (fenced.h). */
  TEST_NEW_PROCESS = 1u << 15, /**< Enters the plugin in forked children (child.h): the case gets a
                                 worker of its own that has not entered it. With TEST_NO_ENGINE. */
  TEST_NEEDS_DETERMINISM = 1u << 16 /**< Equal bits of equal inputs. */
};

/** One case while it runs. */
typedef struct test {
  tn_plugin *plugin;       /**< A new engine for each case. */
  tn_string device;        /**< Id of the tested device. */
  uint64_t capabilities;   /**< TN_DEVICE_HAS_... of that device. */
  struct suite_host *host; /**< The host of t->plugin. */
  tn_error error;          /**< For calls; cleared before the case. */
  uint32_t about; /**< Clause of the expectations that follow; 0: the case's own (test_about). */
  uint64_t seed;  /**< Of all random data of the case. */
  struct test_objects
      *objects; /**< What is destroyed when the check returns; see the functions below. */
  const struct test_check *check; /**< The check that runs; NULL for a node test. */
  const char *parameter; /**< Of a check that is run for several: the one of this case; else "". */
  uint32_t parameter_index; /**< Its place among those that the build knows (.names, .name_at). */
  int handed; /**< In a process that test_in_new_process has started: its descriptor; else -1. */
  const struct test_setup *setup; /**< What the worker was started with. */
} test;

/** What all cases of a worker share. Read only. */
typedef struct test_setup {
  const char *library;  /**< Path of the plugin. */
  const char *manifest; /**< Path of its manifest, or NULL. */
  const char *device;   /**< Id of the tested device. */
  const char *carrier; /**< Name of the model that API cases use: the first of the ladder that query
                          accepts. */
  const tn_map_entry *properties; /**< Given at creation (-p). */
  uint32_t property_count;        /**< Number of properties. */
  uint64_t capabilities;          /**< As declared by the device. */
  uint32_t requests; /**< Requests that a model has at a time; 0: as many as any check asks for. */
  tn_create_plugin_engine_function create; /**< The library's one function. */
  const struct suite_other *others;        /**< Plugins reached through tn.core/1 (--with). */
  uint32_t other_count;                    /**< Number of others. */
  const struct tn_handle_provider *const *providers; /**< Makers of handles (--handle-provider). */
  uint32_t provider_count;                           /**< Number of providers. */
  const char *blobs;       /**< Folder of blobs of another version (--blobs), or NULL. */
  const char *write_blobs; /**< Folder to keep blobs in (--write-blobs), or NULL. */
  const char *folder;      /**< Property whose value is a folder (--folder), or NULL. */
  char **arguments;        /**< The suite's own command line, ended by NULL. */
} test_setup;

enum { TEST_PARAMETER_SIZE = 128 /**< Bytes that the name of a parameter takes at most. */ };

/** Where a check that finds its parameters puts them. */
typedef struct test_parameters test_parameters;

/** Adds one. Names are made of letters, digits and "_.:,=+-"; one that is not, that is too long or
 * that is there already is left out.
 *  @return false when it was left out */
bool test_add_parameter(test_parameters *found, tn_string name);

/** Says that some could not be found, since a call of the plugin failed: a case that did not run.
 *  @param call what was asked, "query of relu_f32" */
void test_miss_parameters(test_parameters *found, const char *call, tn_status status);

/** A registered check. */
typedef struct test_check {
  const char *group;        /**< "compile". */
  const char *name;         /**< "compile_failed_leaves_out". */
  uint32_t clause;          /**< TNI_CLAUSE(area, number): the clause that it checks. */
  uint32_t needs;           /**< TEST_NEEDS_... */
  const char *text;         /**< What must hold, in a sentence. */
  void (*run)(test *t);     /**< The check. */
  const char *file;         /**< Where it stands. */
  uint32_t line;            /**< Where it stands. */
  uint32_t revision;        /**< Raised when the check asks for something else; not named: 1. */
  const char *const *names; /**< It runs once for each of these, ended by NULL. */
  const char *(*name_at)(uint32_t index); /**< As names, by place; NULL behind the last. Called by
                                             the supervisor too. */
  void (*found)(test *t, test_parameters *found); /**< It runs once for each that this function
                                                     adds, from what the plugin declares. It runs as
                                                     a check does, and should record nothing. */
} test_check;

/** Defines a check; see the example above. Begins a line, so that the registry finds it. */
#define TN_CHECK(identifier, area, number, needs_, text_) \
  TN_CHECK_WITH(identifier, area, number, needs_, text_, .names = NULL)

/** Defines a check that says more of itself: `.revision = 2`, or what it is run for.
 *  @code
 *  static const char *const element_types[] = {"f32", "i8", NULL};
 *
 *  TN_CHECK_WITH(tensor_takes, TENSOR, 3, 0, "a tensor of each type is taken", .names =
 * element_types) { test_note(t, "this is %s", t->parameter);
 *  }
 *  @endcode
 *  Each parameter is a case of its own: "tensor.takes/f32#1". */
#define TN_CHECK_WITH(identifier, area, number, needs_, text_, ...)               \
  static void run_##identifier(test *t);                                          \
  const test_check test_check_##identifier = {.group = TN_GROUP,                  \
                                              .name = #identifier,                \
                                              .clause = TNI_CLAUSE(area, number), \
                                              .needs = (needs_),                  \
                                              .text = (text_),                    \
                                              .run = run_##identifier,            \
                                              .file = __FILE__,                   \
                                              .line = __LINE__,                   \
                                              __VA_ARGS__};                       \
  static void run_##identifier(test *t)

/** @name Recording
 *  Each records what was observed and goes on, except REQUIRE..., which return from the check when
 * it does not hold.
 *  @{ */

/** A truth that must hold. */
#define EXPECT(condition) \
  ((void)test_record_truth(t, (condition) ? 1 : 0, #condition, __FILE__, __LINE__))

/** As EXPECT, told by a sentence of its own (as printf), for truths that a loop or a table finds.
 */
#define EXPECT_THAT(condition, ...) \
  ((void)test_record_that(t, (condition) ? 1 : 0, __FILE__, __LINE__, __VA_ARGS__))

/** A call that must return just this status. */
#define EXPECT_STATUS(call, expected) \
  ((void)test_record_status(t, (call), (expected), #call, __FILE__, __LINE__))

/** A call that must succeed. */
#define EXPECT_OK(call) EXPECT_STATUS(call, TN_OK)

/** A call that must fail, with any status, and say why in t->error. */
#define EXPECT_FAILURE(call) ((void)test_record_failure(t, (call), #call, __FILE__, __LINE__))

/** A call that may succeed or fail with just this status. */
#define EXPECT_OK_OR(call, expected) \
  ((void)test_record_either(t, (call), (expected), #call, __FILE__, __LINE__))

/** As EXPECT, and the check ends when it does not hold. */
#define REQUIRE(condition)                                                                  \
  do {                                                                                      \
    if (!test_record_truth(t, (condition) ? 1 : 0, #condition, __FILE__, __LINE__)) return; \
  } while (0)

/** As EXPECT_OK, and the check ends when it does not hold. */
#define REQUIRE_OK(call)                                                          \
  do {                                                                            \
    if (!test_record_status(t, (call), TN_OK, #call, __FILE__, __LINE__)) return; \
  } while (0)

/** The check ends when an object could not be made. Whoever made it has recorded why: a failure, or
 * that the device does not support the model. */
#define NEED(pointer)       \
  do {                      \
    if (!(pointer)) return; \
  } while (0)

/** Says that the case cannot be decided here, and why, and ends the check. */
#define NOT_APPLICABLE(reason)               \
  do {                                       \
    test_record_not_applicable(t, (reason)); \
    return;                                  \
  } while (0)

/** Says that what the check waited for never came, and ends the check. */
#define INCONCLUSIVE(reason)               \
  do {                                     \
    test_record_inconclusive(t, (reason)); \
    return;                                \
  } while (0)

/** Says that the check has shown nothing, though it could have, and ends it. */
#define VACUOUS(reason)               \
  do {                                \
    test_record_vacuous(t, (reason)); \
    return;                           \
  } while (0)

/** What follows is about another clause than the case's own: when it fails, the failure names that
 * one. For what a case needs and has no part in judging, so that a reader is led to the promise
 * that was broken.
 *  @param clause TNI_CLAUSE(area, number), or 0: the case's own again
 *  @return what it was about before */
uint32_t test_about(test *t, uint32_t clause);

/** A line for the report, as printf. */
void test_note(test *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
/** @} */

bool test_record_truth(test *t, int truth, const char *text, const char *file, int line);
bool test_record_that(test *t, int truth, const char *file, int line, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
bool test_record_status(test *t, tn_status observed, tn_status asked, const char *text,
                        const char *file, int line);
bool test_record_failure(test *t, tn_status observed, const char *text, const char *file, int line);
bool test_record_either(test *t, tn_status observed, tn_status asked, const char *text,
                        const char *file, int line);
void test_record_not_applicable(test *t, const char *reason);
void test_record_inconclusive(test *t, const char *reason);
void test_record_vacuous(test *t, const char *reason);

/** @name Objects that live until the check returns
 *  They are destroyed by the engine afterwards, children first. Those that can fail record the
 * failure and return NULL: guard with REQUIRE(...). All use the tested device.
 *  @{ */

/** A model of the list in models.h by name, or of the carrier ("carrier": t->setup->carrier).
 * Retained for the check. */
tn_model *test_model(test *t, const char *name);

/** Compiles it without options. A model other than the carrier that the device refuses with
 * UNSUPPORTED makes the case UNSUPPORTED; use NEED on the result. */
tn_compiled_model *test_compile(test *t, const char *model);

/** Compiles it with properties. */
tn_compiled_model *test_compile_with(test *t, const char *model, const tn_map_entry *properties,
                                     uint64_t count);

/** Makes a request. */
tn_infer_request *test_request(test *t, tn_compiled_model *model);

/** Whether a model has fewer than `count` requests at a time, which then is why the case does not
 * apply. */
bool test_lacks_requests(test *t, uint32_t count);

/** A request of the carrier, compiled without options, whose inputs are filled from the case's
 * seed. */
tn_infer_request *test_carrier_request(test *t);

/** A host tensor of the suite with red zones around it, poisoned. */
tn_tensor *test_tensor(test *t, uint32_t type, uint32_t rank, const int64_t *shape);

/** As test_tensor, its data `offset` bytes (0 to 63) behind a multiple of 64. */
tn_tensor *test_tensor_at(test *t, uint32_t type, uint32_t rank, const int64_t *shape,
                          uint32_t offset);

/** Another engine of the same library with a host of its own (t->host of the copy); ended after the
 * check. */
test *test_another_engine(test *t);

/** Memory of the check, zeroed, given back after it; for what sinks were given and for copies. Ends
 * the worker when there is none. */
void *test_alloc(test *t, size_t size);

/** The arena of test_alloc. */
struct tni_arena *test_arena(test *t);

/** Starts, and keeps the generation in flight until suite_host_let_go: its task in the executors of
 * t->host, or, where the plugin runs on threads of its own, in a callback that this sets and that
 * stays. False, with everything let go and ended, when neither is possible. */
bool test_start_held(test *t, tn_infer_request *request);

/** As test_start_held, by the executors alone: no work of the generation has been done yet. */
bool test_start_held_in_executors(test *t, tn_infer_request *request);

/** Looks, as long as the generation is in flight and 20 times more, whether its callback has begun.
 */
bool test_see_callback(tn_infer_request *request, const atomic_int *begun);

/** Why a case ends when test_start_held does not hold. */
#define NOT_HELD "the generation ended although its task, or its callback, is held"

/** Why a case ends when test_start_held_in_executors does not hold. */
#define OWN_THREADS "the plugin runs its work elsewhere than in the host's executors"

/** Hands an object over that the check itself made; destroyed or released after the check. */
void test_adopt_model(test *t, tn_model *model);
void test_adopt_compiled_model(test *t, tn_compiled_model *model);
void test_adopt_request(test *t, tn_infer_request *request);
void test_adopt_tensor(test *t, tn_tensor *tensor);
void test_adopt_context(test *t, tn_remote_context *context);
void test_adopt_state(test *t, struct tn_state *state);

/** As these, for anything else: `end` is called with it after the check. */
void test_adopt_other(test *t, void *object, void (*end)(void *object));

/** Ends an engine of test_another_engine now; its owned objects have been destroyed before. */
void test_end_engine(test *t, test *other);

/** Destroys an adopted or made object now instead of after the check. */
void test_destroy_compiled_model(test *t, tn_compiled_model *model);
void test_destroy_request(test *t, tn_infer_request *request);
void test_destroy_tensor(test *t, tn_tensor *tensor);
void test_destroy_state(test *t, struct tn_state *state);
/** @} */

/** @name Inputs and outputs
 *  @{ */

/** Sets every input of the request to a new tensor filled from (seed, port); dimensions that are
 * not static take `size` clipped to their bounds. Returns false after recording a failure. */
bool test_set_inputs(test *t, tn_infer_request *request, const char *model, uint64_t seed,
                     int64_t size);

/** Hands the outputs of the request to the supervisor, who compares them with what its reference
 * gives for the same model, seed and size, within the tolerance of the device's precision. */
void test_expect_outputs(test *t, tn_infer_request *request, const char *model, uint64_t seed,
                         int64_t size);

/** As test_expect_outputs for one tensor that stands for output `output` of the model. */
void test_expect_output(test *t, tn_tensor *tensor, const char *model, uint32_t output,
                        uint64_t seed, int64_t size);

/** As test_expect_output for the last of `steps` inferences of one request, made with the seeds
 * `seed`, `seed` + 1, ... and begun with the initial values of its variables. */
void test_expect_output_after(test *t, tn_tensor *tensor, const char *model, uint32_t output,
                              uint64_t seed, uint32_t steps);

/** As test_expect_output_after for the value of a variable, counted in the order of the model's
 * nodes; after 0 steps its initial value. */
void test_expect_variable(test *t, tn_tensor *tensor, const char *model, uint32_t variable,
                          uint64_t seed, uint32_t steps);

/** Hands over two tensors that come of equal inputs and equally compiled models, and so must be
 * equal (bits for devices that declare DETERMINISTIC, else within tolerance). */
void test_expect_equal(test *t, tn_tensor *a, tn_tensor *b, const char *what);

/** As test_expect_equal for tensors that were made in different ways: within tolerance on any
 * device. */
void test_expect_close(test *t, tn_tensor *a, tn_tensor *b, const char *what);
/** @} */

/** Runs the same check once more in a new process, which opens the plugin anew and finds
 * `descriptor` in t->handed; what it records counts here. */
void test_in_new_process(test *t, int descriptor);

/** A pointer that no call would ever give: for out-parameters that must stay untouched. */
static inline void *test_poison(void) {
  return (void *)(uintptr_t)0x5bad5bad5bad5ba8u;
}

/** Nanoseconds of the monotonic clock. */
int64_t test_now(void);

/** The next number of the case's own random sequence. */
uint64_t test_random(test *t);

#endif
