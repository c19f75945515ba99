/* test-labels: no-sanitizer */
/* Fork and exit. */
#include "../support/runtime.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static tn_status ignore(void *user, const tn_plugin_entry *const *plugins, uint64_t count) {
  (void)user, (void)plugins, (void)count;
  return TN_OK;
}

static int wait_for(pid_t child) {
  int status = -1;
  cr_assert_eq(waitpid(child, &status, 0), child);
  cr_assert(WIFEXITED(status));
  return WEXITSTATUS(status);
}

/* What a child sees of its parent's objects; 0 when all is as it should be. */
static int use_in_child(tn_core *core, tn_compiled *compiled, tn_request *request) {
  tn_error error = {0};
  if (tn_core_plugins(core, ignore, NULL, &error) != TN_WRONG_STATE) return 1;
  if (!strstr(error.message, "forked")) return 2;
  if (tn_request_infer(request, NULL) != TN_WRONG_STATE) return 3;
  if (tn_compiled_ports(compiled)) return 4;
  tn_request_destroy(request);
  tn_compiled_destroy(compiled);
  tn_core_destroy(core);
  tn_core *own = NULL;
  const tn_core_options options = quiet_options();
  if (tn_core_create(&options, &own, &error) != TN_OK) return 5;
  if (register_faulty(own, FULL_PLUGIN, "FULL", NULL, &error) != TN_OK) return 6;
  if (tn_core_load_plugin(own, "FULL", &error) != TN_OK) return 7;
  tn_core_destroy(own);
  return 0;
}

/* checks TN_LIFE_020 */
Test(process, a_forked_child_is_refused_and_the_parent_goes_on) {
  tn_core *core = full_core();
  tn_compiled *compiled = compile_relu(core, "BARE");
  tn_request *request = NULL;
  tn_error error = {0};
  assert_ok(tn_compiled_create_request(compiled, &request, &error));
  const pid_t child = fork();
  if (child == 0) _exit(use_in_child(core, compiled, request));
  cr_assert_eq(wait_for(child), 0);
  check_relu(core, request);
  tn_request_destroy(request);
  tn_compiled_destroy(compiled);
  tn_core_destroy(core);
}

static void write_to_pipe(void *user, uint32_t level, tn_string source, tn_string message) {
  (void)level;
  char line[200];
  const int length = snprintf(line, sizeof line, "%.*s: %.*s\n", (int)source.length, source.data,
                              (int)message.length, message.data);
  if (write(*(int *)user, line, (size_t)length) < 0) _exit(9);
}

static tn_core *left_behind;

/* Runs after the runtime's own handler, which was installed later. */
static void use_after_exit(void) {
  if (tn_core_plugins(left_behind, ignore, NULL, NULL) != TN_WRONG_STATE) _exit(8);
  tn_core_destroy(left_behind);
}

static void exit_with_a_core(int descriptor) {
  static int end;
  end = descriptor;
  atexit(use_after_exit);
  tn_core_options options = quiet_options();
  options.log = write_to_pipe;
  options.log_user = &end;
  if (tn_core_create(&options, &left_behind, NULL) != TN_OK) _exit(1);
  if (register_faulty(left_behind, FULL_PLUGIN, "FULL", NULL, NULL) != TN_OK) _exit(2);
  if (register_faulty(left_behind, FULL_PLUGIN, "AGAIN", NULL, NULL) != TN_OK) _exit(3);
  if (tn_core_load_plugin(left_behind, "FULL", NULL) != TN_OK) _exit(4);
  if (tn_core_load_plugin(left_behind, "AGAIN", NULL) != TN_OK) _exit(5);
  exit(0);
}

Test(process, plugins_of_living_cores_are_told_of_the_exit) {
  int ends[2];
  cr_assert_eq(pipe(ends), 0);
  const pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    exit_with_a_core(ends[1]);
  }
  close(ends[1]);
  char text[400] = "";
  size_t used = 0;
  for (ssize_t got; (got = read(ends[0], text + used, sizeof text - used - 1)) > 0;)
    used += (size_t)got;
  close(ends[0]);
  cr_assert_eq(wait_for(child), 0);
  cr_assert_not_null(strstr(text, "FULL: told of the exit"), "%s", text);
  cr_assert_not_null(strstr(text, "AGAIN: told of the exit"), "%s", text);
}
