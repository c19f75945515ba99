/* Checks of what needs a process of its own: its exit, forks, and taking the library away. */
#define TN_GROUP "life"
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/case_run.h"
#include "engine/check.h"
#include "engine/child.h"

/* An engine with a request of the carrier that has inputs; for checks that run in a child. */
static test *busy_engine(test *t, tn_infer_request **request) {
  test *engine = test_another_engine(t);
  if (!engine) return NULL;
  *request = test_request(engine, test_compile(engine, "carrier"));
  return *request && test_set_inputs(engine, *request, "carrier", t->seed, 4) ? engine : NULL;
}

/* --- the process ends ------------------------------------------------------------------------- */

static int abandon(test *t, int say) {
  tn_infer_request *request = NULL;
  test *engine = busy_engine(t, &request);
  if (!engine) return 3;
  EXPECT_OK(tn_infer_request_infer(request, &t->error));
  EXPECT_OK(tn_infer_request_start(request, NULL, &t->error)); /* left in flight */
  long blocks = atomic_load(&engine->host->blocks);
  tn_plugin_destroy(engine->plugin, TN_DESTROY_PROCESS_EXIT);
  EXPECT_THAT(atomic_load(&engine->host->blocks) >= blocks, "nothing is freed at process exit");
  child_say(say, "returned");
  return 0;
}

static void expect_good_end(test *t, const child_end *end) {
  char how[80];
  EXPECT_THAT(strstr(end->text, "returned") != NULL,
              "plugin.destroy(process exit) returns; the process ended with %s",
              child_describe(end, how, sizeof how));
  EXPECT_THAT(end->exited && end->code == 0, "the process ends with status 0; it ended with %s",
              child_describe(end, how, sizeof how));
}

TN_CHECK(life_process_exit_returns, LIFE, 9, TEST_NO_ENGINE | TEST_NEW_PROCESS,
         "plugin.destroy(process exit) returns with work in flight, and frees nothing") {
  child_end end;
  REQUIRE(child_run(t, 8, abandon, &end));
  expect_good_end(t, &end);
}

static int abandon_and_exit(test *t, int say) {
  int code = abandon(t, say);
  exit(code); /* runs destructors, of libraries below the plugin too */
}

TN_CHECK(life_process_exit_status, LIFE, 13, TEST_NO_ENGINE | TEST_NEW_PROCESS,
         "a process whose only destroy is plugin.destroy(process exit) ends with status 0") {
  child_end end;
  REQUIRE(child_run(t, 8, abandon_and_exit, &end));
  expect_good_end(t, &end);
}

/* --- forks ------------------------------------------------------------------------------------ */

static void expect_child(test *t, pid_t child, const char *what) {
  int status = -1;
  pid_t ended = 0;
  REQUIRE(child > 0);
  for (int i = 0; i < 500 && (ended = waitpid(child, &status, WNOHANG)) == 0; i++)
    usleep(10000);
  if (ended < 0 && errno == ECHILD) { /* it has ended, and the kernel does not tell how */
    test_note(t, "SIGCHLD is ignored here");
    return;
  }
  EXPECT_THAT(status != -1 && WIFEXITED(status) && WEXITSTATUS(status) == 0,
              "a forked child that %s ends with status 0", what);
}

static void infer_again(test *t, tn_infer_request *request) {
  uint64_t seed = test_random(t);
  REQUIRE(test_set_inputs(t, request, "carrier", seed, 4));
  EXPECT_OK(tn_infer_request_infer(request, &t->error));
  test_expect_outputs(t, request, "carrier", seed, 4);
  REQUIRE(test_set_inputs(t, request, "carrier", seed, 4));
  EXPECT_OK(tn_infer_request_start(request, NULL, &t->error));
  EXPECT_OK(tn_infer_request_wait(request, -1, &t->error));
  test_expect_outputs(t, request, "carrier", seed, 4);
}

/* Forks a child that ends itself by `leave` and that `end` waits for, while the parent has a
 * request; the parent infers before and afterwards. */
static void fork_beside_request(test *t, void (*leave)(int), void (*end)(test *t, pid_t child)) {
  tn_infer_request *request = test_carrier_request(t);
  NEED(request);
  infer_again(t, request);
  fflush(NULL);
  pid_t child = fork();
  if (child == 0) leave(0);
  end(t, child);
  infer_again(t, request);
  infer_again(t, test_carrier_request(t));
}

static void expect_exit(test *t, pid_t child) {
  expect_child(t, child, "exits");
}

TN_CHECK(life_fork_and_exit, LIFE, 16, 0,
         "after a forked child has exited, engine and requests of the parent work as before") {
  fork_beside_request(t, _exit, expect_exit);
}

/* Nothing is promised of the child itself: it has no thread of the engine. One that does not come
 * to its end is ended. */
static void end_child(test *t, pid_t child) {
  int status = 0;
  pid_t ended = 0;
  REQUIRE(child > 0);
  for (int i = 0; i < 200 && (ended = waitpid(child, &status, WNOHANG)) == 0; i++)
    usleep(10000);
  if (ended != 0) return;
  kill(child, SIGKILL);
  waitpid(child, &status, 0);
  test_note(t, "the child has not come to its end, and was ended");
}

TN_CHECK(
    life_fork_and_exit_in_order, LIFE, 16, 0,
    "after a forked child has called exit, which runs the destructors of libraries, engine and "
    "requests of the parent work as before") {
  fork_beside_request(t, exit, end_child);
}

TN_CHECK(life_fork_and_exec, LIFE, 16, 0,
         "after a forked child has called exec, engine and requests of the parent work as before") {
  tn_infer_request *request = test_carrier_request(t);
  NEED(request);
  infer_again(t, request);
  fflush(NULL);
  pid_t child = fork();
  if (child == 0) {
    execl("/bin/true", "true", (char *)NULL);
    _exit(9);
  }
  expect_child(t, child, "calls exec");
  infer_again(t, request);
}

/* --- the library goes --------------------------------------------------------------------------
 */

static bool is_mapped(const char *library) {
  char line[4096], real[4096];
  bool found = false;
  FILE *maps = fopen("/proc/self/maps", "r");
  const char *path = realpath(library, real) ? real : library;
  while (maps && !found && fgets(line, sizeof line, maps))
    found = strstr(line, path) != NULL;
  if (maps) fclose(maps);
  return found;
}

/* Gives back the references of the suite itself. Returns false when the library stays all the same.
 */
static bool let_library_go(const char *library) {
  for (int i = 0; i < 4; i++) {
    void *handle = dlopen(library, RTLD_NOW | RTLD_NOLOAD);
    if (!handle) return true;
    dlclose(handle); /* the one just taken */
    dlclose(handle); /* an earlier one */
  }
  return false;
}

/* One life of the library. */
struct visit {
  test *t;
  bool done;
  pthread_mutex_t mutex;
  pthread_cond_t changed;
  bool used, closed;
};

static bool use_library(test *t, tn_create_plugin_engine_function create) {
  test_setup setup = *t->setup;
  test engine = {.setup = &setup, .seed = t->seed, .objects = t->objects};
  setup.create = create;
  if (!engine_start(&engine)) return false;
  tn_compiled_model *model = test_compile(&engine, "carrier");
  tn_infer_request *request = test_request(&engine, model);
  bool done = request && tn_infer_request_infer(request, NULL) == TN_OK &&
              tn_infer_request_start(request, NULL, NULL) == TN_OK &&
              tn_infer_request_wait(request, -1, NULL) == TN_OK;
  if (request) test_destroy_request(&engine, request);
  if (model) test_destroy_compiled_model(&engine, model);
  engine_end(&engine);
  return done;
}

/* A thread that has used the library and ends after the library is gone. */
static void *visit_library(void *user) {
  struct visit *visit = user;
  void *library = dlopen(visit->t->setup->library, RTLD_NOW | RTLD_LOCAL);
  tn_create_plugin_engine_function create = NULL;
  if (library) *(void **)&create = dlsym(library, "tn_create_plugin_engine");
  visit->done = create && use_library(visit->t, create);
  if (library) dlclose(library);
  pthread_mutex_lock(&visit->mutex);
  visit->used = true;
  pthread_cond_broadcast(&visit->changed);
  while (!visit->closed)
    pthread_cond_wait(&visit->changed, &visit->mutex);
  pthread_mutex_unlock(&visit->mutex);
  return NULL;
}

/* Opens, uses and closes the library in a thread that outlives it. */
static bool visit_once(test *t, bool *mapped) {
  pthread_t thread;
  struct visit visit = {.t = t};
  pthread_mutex_init(&visit.mutex, NULL);
  pthread_cond_init(&visit.changed, NULL);
  if (pthread_create(&thread, NULL, visit_library, &visit) != 0) return false;
  pthread_mutex_lock(&visit.mutex);
  while (!visit.used)
    pthread_cond_wait(&visit.changed, &visit.mutex);
  *mapped = is_mapped(t->setup->library);
  visit.closed = true;
  pthread_cond_broadcast(&visit.changed);
  pthread_mutex_unlock(&visit.mutex);
  pthread_join(thread, NULL);
  pthread_cond_destroy(&visit.changed);
  pthread_mutex_destroy(&visit.mutex);
  return visit.done;
}

static int visit_often(test *t, int say) {
  if (!let_library_go(t->setup->library)) {
    child_say(say, "stays");
    return 1;
  }
  for (int i = 0; i < 100; i++) {
    bool mapped = false;
    if (!visit_once(t, &mapped)) return 2;
    if (mapped) child_say(say, "mapped");
    if (mapped) return 3;
  }
  return 0;
}

TN_CHECK(life_unload, LIFE, 14,
         TEST_NO_ENGINE | TEST_NEW_PROCESS | TEST_NEEDS_UNLOADABLE | TEST_SLOW,
         "the library can be opened, used and closed 100 times, and nothing of it remains") {
  child_end end;
  char how[80];
  REQUIRE(child_run(t, 50, visit_often, &end));
  EXPECT_THAT(!strstr(end.text, "stays") && !strstr(end.text, "mapped"),
              "the library is unmapped when it is closed");
  EXPECT_THAT(end.exited && end.code == 0,
              "100 rounds end well, with threads that end after the library; the process ended "
              "with %s",
              child_describe(&end, how, sizeof how));
}
