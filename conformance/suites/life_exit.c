/* Checks of the library's part in the end of a process. */
#define TN_GROUP "life"
#include <stdlib.h>
#include <string.h>

#include "engine/case_run.h"
#include "engine/check.h"
#include "engine/child.h"

static int end_process(int say) {
  child_say(say, "ends");
  exit(0); /* runs destructors, of the plugin's library and of those below it */
}

static int exit_unused(test *t, int say) {
  (void)t;
  return end_process(say);
}

static int exit_after_destroy(test *t, int say) {
  test *engine = test_another_engine(t);
  if (!engine) return 3;
  tn_infer_request *request = test_request(engine, test_compile(engine, "carrier"));
  if (!request || !test_set_inputs(engine, request, "carrier", t->seed, 4)) return 3;
  EXPECT_OK(tn_infer_request_infer(request, &t->error));
  EXPECT_OK(tn_infer_request_start(request, NULL, &t->error));
  EXPECT_OK(tn_infer_request_wait(request, -1, &t->error));
  objects_destroy(t); /* in order, the engine last */
  return end_process(say);
}

static void expect_end(test *t, int (*body)(test *t, int say)) {
  child_end end;
  char how[80];
  REQUIRE(child_run(t, 8, body, &end));
  EXPECT_THAT(strstr(end.text, "ends") != NULL, "the process comes to its end");
  EXPECT_THAT(end.exited && end.code == 0, "the process ends with status 0; it ended with %s",
              child_describe(&end, how, sizeof how));
}

TN_CHECK(life_exit_unused, LIFE, 22, TEST_NO_ENGINE | TEST_NEW_PROCESS,
         "a process that has opened the library and made no engine ends with its own status") {
  expect_end(t, exit_unused);
}

TN_CHECK(life_exit_after_destroy, LIFE, 22, TEST_NO_ENGINE | TEST_NEW_PROCESS,
         "a process that has used and destroyed an engine ends with its own status") {
  expect_end(t, exit_after_destroy);
}
