/* The second half of a check in a process that has not seen the plugin yet. It is a worker like any
 * other; its records are taken over. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "engine/case_run.h"
#include "engine/process.h"
#include "engine/registry.h"

static uint32_t place_of(const test_check *check) {
  uint32_t index = 0;
  while (suite_check_at(index) && suite_check_at(index) != check)
    index++;
  return index;
}

static worker_command command_for(const test *t, int descriptor) {
  worker_command command = {.kind = WORKER_CHECK,
                            .index = place_of(t->check),
                            .seed = t->seed,
                            .capabilities = t->setup->capabilities,
                            .handed = descriptor};
  snprintf(command.parameter, sizeof command.parameter, "%s", t->parameter);
  snprintf(command.device, sizeof command.device, "%s", t->setup->device);
  snprintf(command.carrier, sizeof command.carrier, "%s", t->setup->carrier);
  return command;
}

static void take_over(test *t, const record_log *from) {
  uint64_t offset = 0;
  record_view view;
  while (record_next(from, &offset, &view)) {
    char text[4097], file[4097];
    if (view.head->kind == RECORD_END) continue;
    snprintf(text, sizeof text, "%.*s", (int)view.head->text_length, view.text);
    snprintf(file, sizeof file, "%.*s", (int)view.head->file_length, view.file);
    record_append(case_log(t), view.head, text, file, view.data);
  }
}

static void tell_end(test *t, const process *worker, enum process_end end, int code) {
  char messages[400];
  process_messages(worker, messages, sizeof messages);
  if (messages[0]) test_note(t, "the new process said: %s", messages);
  test_note(t, "the new process ended by %s %d", end == PROCESS_KILLED ? "signal" : "status", code);
  EXPECT_THAT(false, "the new process ended before the check did");
}

void test_in_new_process(test *t, int descriptor) {
  process worker;
  int code = 0;
  const worker_command command = command_for(t, descriptor);
  process_family family = {.argv = t->setup->arguments};
  const int flags = fcntl(descriptor, F_GETFD);
  fcntl(descriptor, F_SETFD, 0);
  const bool begun = process_start(&worker, &family) && process_send(&worker, &command);
  fcntl(descriptor, F_SETFD, flags);
  if (!begun) {
    process_stop(&worker);
    INCONCLUSIVE("no new process could be made");
  }
  enum process_end end =
      process_receive(&worker, false, &code); /* the deadline is that of the case */
  if (end == PROCESS_DONE)
    take_over(t, worker.log);
  else
    tell_end(t, &worker, end, code);
  process_stop(&worker);
}
