/* Checks of what a plugin runs in: the environment, the working directory, signals that interrupt
 * calls, and how the host cuts parallel loops. None of it may change a result. */
#define TN_GROUP "surroundings"
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <ucontext.h>
#include <unistd.h>

#include "engine/child_infer.h"
#include "engine/computed.h"
#include "engine/scene.h"

/* ThreadSanitizer puts handlers of its own in front of all others, and forks badly beside threads.
 */
#ifdef __SANITIZE_THREAD__
static const bool watches_threads = true;
#else
static const bool watches_threads = false;
#endif

#define NOT_BESIDE_THREAD_SANITIZER \
  "signals and forks are not the system's own under ThreadSanitizer"

/* --- environment and directory */

static void without_environment(void) {
  clearenv();
}

static void strange_values(void) {
  static const char *const strange[][2] = {
      {"HOME", "/nonexistent/home"},       {"PATH", ""},
      {"TMPDIR", "/nonexistent/tmp"},      {"LANG", "xx_YY.nothing@all"},
      {"LC_ALL", "tr_TR.UTF-8"},           {"LC_NUMERIC", "de_DE.UTF-8"},
      {"TZ", ":/nonexistent/zone"},        {"USER", "\xff\xfe%n%s"},
      {"LD_LIBRARY_PATH", "/nonexistent"}, {"OMP_NUM_THREADS", "-7"},
      {"XDG_CACHE_HOME", "relative/path"}, {"MALLOC_ARENA_MAX", "none"},
      {"TENON_PLUGIN_PATH", ":::"},        {"DISPLAY", "nowhere:99"}};
  for (size_t i = 0; i < sizeof strange / sizeof *strange; i++)
    setenv(strange[i][0], strange[i][1], 1);
}

static void long_values(void) {
  enum { LENGTH = 100000 };
  static const char *const names[] = {"HOME", "PATH", "TMPDIR", "USER", "LANG"};
  char *text = malloc(LENGTH + 1);
  if (!text) return;
  memset(text, 'x', LENGTH);
  text[0] = '/';
  text[LENGTH] = 0;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    setenv(names[i], text, 1);
  free(text);
}

static void directory_that_is_gone(void) {
  char folder[] = "/tmp/tenon-conformance-XXXXXX";
  if (!mkdtemp(folder) || chdir(folder) != 0 || rmdir(folder) != 0) _exit(9);
}

static void root_directory(void) {
  umask(0777);
  if (chdir("/") != 0) _exit(9);
}

static void without_standard_streams(void) {
  close(STDIN_FILENO);
}

static const struct {
  const char *name;
  void (*prepare)(void);
} surroundings[] = {
    {"no_environment", without_environment}, {"strange_environment", strange_values},
    {"long_environment", long_values},       {"directory_gone", directory_that_is_gone},
    {"root_directory", root_directory},      {"no_standard_input", without_standard_streams},
};

enum { SURROUNDING_COUNT = sizeof surroundings / sizeof *surroundings };

static const char *surrounding_name(uint32_t index) {
  return index < SURROUNDING_COUNT ? surroundings[index].name : NULL;
}

static void prepare_surroundings(test *t) {
  surroundings[t->parameter_index].prepare();
}

TN_CHECK_WITH(surroundings_of_the_process, HOST, 12, TEST_NO_ENGINE | TEST_NEW_PROCESS | TEST_SLOW,
              "an engine gives right results whatever the environment variables and the working "
              "directory are, or creation fails with BACKEND_MISSING and a message",
              .name_at = surrounding_name) {
  if (watches_threads) NOT_APPLICABLE(NOT_BESIDE_THREAD_SANITIZER);
  child_inference *came = child_infer(t, prepare_surroundings);
  NEED(came);
  EXPECT_THAT(came->status == TN_OK || (came->status == TN_BACKEND_MISSING && came->message[0]),
              "the engine works there; it gave %s: %s", tni_status_name(came->status),
              came->message);
  if (came->status == TN_OK) child_infer_expect(t, came);
  child_infer_end(came);
}

/* --- signals */

enum { ENOUGH_SIGNALS = 200 };

static atomic_long signals, interruptions;
static pid_t caller; /* the thread that calls the plugin */

/* Whether a signal has come while its thread was in a system call, which fails with EINTR then: the
 * kernel puts that into the register of the result before it calls the handler. True where
 * registers are not known. */
static bool has_interrupted(const ucontext_t *context) {
#if defined(__x86_64__)
  const greg_t *registers = context->uc_mcontext.gregs;
  static const unsigned char syscall_instruction[] = {0x0f, 0x05};
  return registers[REG_RAX] == -EINTR &&
         memcmp((const char *)registers[REG_RIP] - 2, syscall_instruction, 2) == 0;
#elif defined(__aarch64__)
  static const uint32_t svc_instruction = 0xd4000001;
  return (int64_t)context->uc_mcontext.regs[0] == -EINTR &&
         memcmp((const char *)context->uc_mcontext.pc - 4, &svc_instruction, 4) == 0;
#else
  (void)context;
  return true;
#endif
}

/* Those of the thread that calls the plugin count: executors of the suite wait in calls as well. */
static void count_signal(int number, siginfo_t *info, void *context) {
  (void)number, (void)info;
  atomic_fetch_add(&signals, 1);
  if (gettid() == caller && has_interrupted(context)) atomic_fetch_add(&interruptions, 1);
}

/* A signal every 200 microseconds, whose handler lets no call go on. */
static bool begin_signals(struct sigaction *before) {
  struct sigaction action;
  const struct itimerval often = {{0, 200}, {0, 200}};
  memset(&action, 0, sizeof action);
  action.sa_sigaction = count_signal;
  action.sa_flags = SA_SIGINFO;
  caller = gettid();
  atomic_store(&signals, 0);
  atomic_store(&interruptions, 0);
  return sigaction(SIGALRM, &action, before) == 0 && setitimer(ITIMER_REAL, &often, NULL) == 0;
}

static void end_signals(const struct sigaction *before) {
  const struct itimerval never = {{0, 0}, {0, 0}};
  setitimer(ITIMER_REAL, &never, NULL);
  usleep(1000); /* the last one may be under way */
  sigaction(SIGALRM, before, NULL);
}

static tn_status work_under_signals(test *t, tn_model *model, tn_infer_request *request) {
  tn_compiled_model *compiled = NULL;
  tn_status status = tn_plugin_compile(t->plugin, t->device, model, NULL, &compiled, &t->error);
  if (compiled) tn_compiled_model_destroy(compiled);
  if (status == TN_OK) status = tn_infer_request_infer(request, &t->error);
  if (status == TN_OK) status = tn_infer_request_start(request, NULL, &t->error);
  return status == TN_OK ? tn_infer_request_wait(request, -1, &t->error) : status;
}

/* Whether as many signals have come as a case needs, or so much time has passed that no more are
 * waited for. Some more are let come while none was seen in a system call. */
static bool came_enough(int64_t begun) {
  enum { MORE_SIGNALS = 10 * ENOUGH_SIGNALS };
  static const int64_t longest = 5000000000;
  const long came = atomic_load(&signals);
  if (came >= MORE_SIGNALS || (came >= ENOUGH_SIGNALS && atomic_load(&interruptions) > 0))
    return true;
  return test_now() - begun > longest;
}

static void tell_of_signals(test *t) {
  test_note(t, "%ld signals came, and %ld of them in a system call of the plugin",
            atomic_load(&signals), atomic_load(&interruptions));
  if (atomic_load(&signals) < ENOUGH_SIGNALS) INCONCLUSIVE("too few signals came");
  if (atomic_load(&interruptions) == 0)
    NOT_APPLICABLE("no system call of the plugin was interrupted by a signal");
}

TN_CHECK_WITH(surroundings_signals, HOST, 13, TEST_SLOW,
              "signals that interrupt system calls, some thousand times a second, make no call "
              "fail and change no result",
              .revision = 2) {
  if (watches_threads) NOT_APPLICABLE(NOT_BESIDE_THREAD_SANITIZER);
  struct sigaction before;
  tn_model *model = test_model(t, "carrier");
  tn_infer_request *request = test_carrier_request(t);
  NEED(model && request);
  tn_status status = TN_OK;
  long rounds = 0;
  const int64_t begun = test_now();
  if (begin_signals(&before))
    for (; status == TN_OK && !came_enough(begun); rounds++)
      status = work_under_signals(t, model, request);
  end_signals(&before);
  EXPECT_THAT(status == TN_OK, "compile, infer, start and wait gave %s in round %ld: %.200s",
              tni_status_name(status), rounds, t->error.message);
  if (atomic_load(&signals) >= ENOUGH_SIGNALS)
    test_expect_outputs(t, request, "carrier", t->seed, 4);
  tell_of_signals(t);
}

/* Calls besides those that surroundings_signals makes, where the device has what they are made on.
 */
static const char *const interrupted[] = {"query.carrier",
                                          "create_request.carrier",
                                          "export.carrier",
                                          "import.carrier",
                                          "import_by_reading.carrier",
                                          "state.accumulator",
                                          "open_state.two_variables",
                                          "profile.carrier",
                                          "runtime_model.carrier",
                                          "read_properties.carrier",
                                          "set_properties.carrier",
                                          "create_context.carrier",
                                          "create_remote_tensor.carrier",
                                          "copy.carrier",
                                          NULL};

/* Looking at what is made leaves records: there is room for some. */
static tn_status call_under_signals(scene *self, const scene_call *call, long *rounds) {
  enum { MOST_LOOKS = 100 };
  tn_status status = TN_OK;
  const int64_t begun = test_now();
  for (; status == TN_OK && !came_enough(begun); ++*rounds) {
    status = call->run(self, &self->t->error);
    if (status == TN_OK && call->look && *rounds < MOST_LOOKS) call->look(self);
    if (status == TN_OK && call->drop) call->drop(self);
  }
  return status;
}

TN_CHECK_WITH(surroundings_signals_in_calls, HOST, 13, TEST_SLOW,
              "signals that interrupt system calls do not make the call fail, and what it makes is "
              "right",
              .names = interrupted, .revision = 2) {
  if (watches_threads) NOT_APPLICABLE(NOT_BESIDE_THREAD_SANITIZER);
  struct sigaction before;
  scene here;
  const scene_call *call = scene_find(t, &here);
  REQUIRE(call != NULL);
  if (!call->prepare(&here)) {
    scene_clear(&here);
    NOT_APPLICABLE("the device or its plugin does not have what the call is made on");
  }
  long rounds = 0;
  tn_status status = TN_OK;
  if (begin_signals(&before)) status = call_under_signals(&here, call, &rounds);
  end_signals(&before);
  EXPECT_THAT(status == TN_OK, "%s gave %s in round %ld: %.200s", call->name,
              tni_status_name(status), rounds, status == TN_OK ? "" : t->error.message);
  scene_clear(&here);
  if (status == TN_OK) tell_of_signals(t);
}

/* --- parallel loops of the host */

static const struct {
  const char *name;
  enum suite_parallel how;
} cuts[] = {{"one_part", SUITE_PARALLEL_WHOLE},
            {"last_part_first", SUITE_PARALLEL_TURNED},
            {"parts_at_once", SUITE_PARALLEL_TOGETHER}};

static const char *cut_name(uint32_t index) {
  return index < sizeof cuts / sizeof *cuts ? cuts[index].name : NULL;
}

TN_CHECK_WITH(surroundings_parallel_loops, HOST, 14, 0,
              "results are the same however the host cuts a parallel loop and on whatever threads "
              "its parts run",
              .name_at = cut_name, .revision = 2) {
  static const char *const models[] = {"carrier", "chain", "multiply_add_wide", "network_f32"};
  const long before = atomic_load(&t->host->loops);
  t->host->parallel = cuts[t->parameter_index].how;
  for (size_t i = 0; i < sizeof models / sizeof *models; i++) {
    if (i > 0 && !computed_supports(t, test_model(t, models[i]))) continue;
    tn_infer_request *request = test_request(t, test_compile(t, models[i]));
    if (!request || !test_set_inputs(t, request, models[i], t->seed, 4)) return;
    REQUIRE_OK(tn_infer_request_infer(request, &t->error));
    test_expect_outputs(t, request, models[i], t->seed, 4);
  }
  if (atomic_load(&t->host->loops) == before)
    NOT_APPLICABLE("the plugin runs no parallel loop of the host that can be cut");
}
