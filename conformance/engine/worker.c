#include "engine/worker.h"

#include <execinfo.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "engine/case_run.h"
#include "engine/node_tests.h"
#include "engine/registry.h"
#include "engine/setup.h"

struct worker {
  const suite_options *options;
  suite_setup setup;
  worker_facts facts;
  record_log *log;
  int control;
  int output;
  hygiene last; /* how the process was after the last case */
  bool opened;
};

/* Prints the stack of the thread that the supervisor asks when a deadline has passed. */
static void print_stack(int number) {
  void *frames[64];
  (void)number;
  backtrace_symbols_fd(frames, backtrace(frames, 64), STDERR_FILENO);
  (void)!write(STDERR_FILENO, "--\n", 3);
}

static void prepare_process(void) {
  void *frame[1];
  backtrace(frame, 1); /* loads what it needs now, not in the handler */
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = print_stack;
  action.sa_flags = SA_RESTART;
  sigaction(WORKER_STACK_SIGNAL, &action, NULL);
  prctl(PR_SET_CHILD_SUBREAPER, 1); /* daemons that a plugin starts count as its processes */
}

static void probe(struct worker *self) {
  if (self->opened) setup_probe(&self->setup, self->options, &self->facts);
  record_append(self->log, &(record){.kind = RECORD_FACT, .data_length = sizeof self->facts}, NULL,
                NULL, &self->facts);
  record_append(self->log, &(record){.kind = RECORD_END}, NULL, NULL, NULL);
}

/* Where deadlines are given, how long an inference takes is not asked. */
static void calibrate(struct worker *self) {
  const uint32_t requests = setup_calibrate(&self->setup, self->options->timeout <= 0);
  record_append(self->log, &(record){.kind = RECORD_FACT, .data_length = sizeof requests}, NULL,
                NULL, &requests);
  record_append(self->log, &(record){.kind = RECORD_END}, NULL, NULL, NULL);
}

static void serve_check(struct worker *self, const worker_command *command) {
  const test what = {
      .setup = &self->setup.base,
      .check = suite_check_at(command->index),
      .seed = command->seed,
      .parameter = command->parameter,
      .parameter_index = suite_parameter_place(suite_check_at(command->index), command->parameter),
      .handed = command->handed};
  if (command->kind == WORKER_CHECK)
    case_run(&what, self->log, self->output, &self->last);
  else
    case_find_parameters(&what, self->log);
}

static void serve(struct worker *self, const worker_command *command) {
  setup_use(&self->setup, command->device, command->carrier, command->capabilities,
            command->requests);
  if (command->kind == WORKER_PROBE)
    probe(self);
  else if (command->kind == WORKER_CHECK || command->kind == WORKER_PARAMETERS)
    serve_check(self, command);
  else if (command->kind == WORKER_CALIBRATE && self->opened)
    calibrate(self);
  else if (command->kind == WORKER_NODE_TEST)
    node_test_run(&self->setup.base, node_tests_at(command->index), command->seed, self->log);
}

/* The case that forks children which enter the plugin finds a process that has not. */
static bool needs_new_process(const worker_command *command) {
  if (command->kind != WORKER_CHECK) return false;
  return (suite_check_at(command->index)->needs & TEST_NEW_PROCESS) != 0;
}

static bool open_plugin(struct worker *self, const worker_command *first) {
  return setup_open(&self->setup, self->options, &self->facts) &&
         (needs_new_process(first) ? setup_ask_in_child : setup_ask)(&self->setup, self->options,
                                                                     &self->facts);
}

static bool read_command(int control, worker_command *out) {
  size_t done = 0;
  while (done < sizeof *out) {
    ssize_t count = read(control, (char *)out + done, sizeof *out - done);
    if (count <= 0) return false;
    done += (size_t)count;
  }
  return true;
}

int worker_main(const suite_options *options) {
  struct worker self = {.options = options};
  int log = -1;
  if (sscanf(options->worker, "%d,%d,%d", &self.control, &log, &self.output) != 3) return 2;
  self.log = record_log_open(log);
  if (!self.log) return 4;
  prepare_process();
  if (options->onnx_tests) node_tests_open(options->onnx_tests);
  worker_command command;
  while (read_command(self.control, &command)) {
    if (!self.opened) self.opened = open_plugin(&self, &command);
    const int64_t begun = test_now();
    (command.follows ? record_log_follow : record_log_clear)(self.log, command.key);
    serve(&self, &command);
    const worker_answer answer = {command.key, record_log_seal(self.log), test_now() - begun,
                                  lseek(STDERR_FILENO, 0, SEEK_END)};
    if (write(self.control, &answer, sizeof answer) != (ssize_t)sizeof answer) break;
  }
  _exit(
      0); /* the plugin's library stays mapped; its destructors are judged by a case of their own */
}
