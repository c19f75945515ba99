#include "engine/run.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "engine/case_run.h"
#include "engine/plain_text.h"
#include "engine/process.h"
#include "engine/registry.h"
#include "engine/run_steps.h"
#include "engine/setup.h"
#include "sequences/repeat.h"

enum { MAX_JOBS = 64 };

/* Seconds. What workers print is looked at as often as that. */
static const double default_deadline = 10, slow_deadline = 60, look_again = 0.25;

/* A worker and what it is at. */
struct slot {
  process process;
  suite_case *item; /* NULL: idle */
  double started;
};

double run_now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

double run_deadline(const suite_run *run, const suite_case *item) {
  if (run->options->timeout > 0) return run->options->timeout;
  return item && item->check && !(item->check->needs & TEST_SLOW) ? default_deadline
                                                                  : slow_deadline;
}

worker_command run_command(const suite_run *run, const suite_case *item) {
  worker_command command = {.kind = item->check ? WORKER_CHECK : WORKER_NODE_TEST,
                            .index = item->index,
                            .seed = item->seed,
                            .capabilities = run->facts.capabilities,
                            .handed = -1};
  memcpy(command.parameter, item->parameter, sizeof command.parameter);
  memcpy(command.device, run->facts.device, sizeof command.device);
  memcpy(command.carrier, run->facts.carrier, sizeof command.carrier);
  return command;
}

void run_judge_end(suite_case *item, const process *worker, enum process_end end, int code) {
  const uint32_t done = item->done;
  char text[128];
  if (end == PROCESS_EXITED) {
    snprintf(text, sizeof text, "the process ended by itself with exit status %d", code);
    case_settle(item, CASE_EARLY_EXIT, text);
  } else if (end == PROCESS_KILLED) {
    snprintf(text, sizeof text, "the process was ended by signal %d (%s)", code, strsignal(code));
    case_settle(item, CASE_CRASH, text);
  } else if (end == PROCESS_OVERTIME) {
    case_settle(item, CASE_TIMEOUT,
                "the deadline passed; the stacks of all threads are in the notes");
  } else if (end == PROCESS_FORGED) {
    case_settle(
        item, CASE_FAIL,
        "somebody else than the suite answered for the case, or changed what it recorded or "
        "the code that recorded it");
    item->result.clause = TNI_CLAUSE(HOST, 11);
  } else if (end == PROCESS_FLOODING) {
    case_settle(item, CASE_FAIL, "the process printed without end");
  } else {
    case_settle(item, CASE_INFRA, "the worker could not be reached");
  }
  item->done = done;
  process_messages(worker, item->result.notes, sizeof item->result.notes);
  plain_text_clean(item->result.notes);
}

/* Takes the answer of a worker, or its end. The slot is idle afterwards. */
static void finish(struct slot *slot, enum process_end end, int code) {
  suite_case *item = slot->item;
  if (end == PROCESS_DONE && judge_is_complete(slot->process.log))
    judge_records(slot->process.log, item->clause, item->node, &item->result);
  else
    run_judge_end(item, &slot->process, end, code);
  item->result.seconds = run_now() - slot->started;
  if (end == PROCESS_DONE)
    process_forget_prints(&slot->process);
  else
    process_stop(&slot->process);
  slot->item = NULL;
}

/* Gives a case to a worker; starts one where there is none. A worker that has ended since its last
 * case has done so because of what it ran: the case tells how. */
static void begin(const suite_run *run, struct slot *slot, suite_case *item) {
  const bool used = slot->process.pid > 0;
  worker_command command = run_command(run, item);
  int code = 0;
  slot->item = item;
  slot->started = run_now();
  if ((used || process_start(&slot->process, run->argv)) && process_send(&slot->process, &command))
    return;
  enum process_end end = used ? process_receive(&slot->process, true, &code) : PROCESS_BROKEN;
  finish(slot, end == PROCESS_DONE ? PROCESS_BROKEN : end, code);
}

/* Waits until some worker has answered or run out of time. `last`: no case is left for them. */
static void wait_for_any(const suite_run *run, struct slot *slots, uint32_t count, bool last) {
  struct pollfd polls[MAX_JOBS];
  double rest = look_again;
  for (uint32_t i = 0; i < count; i++) {
    polls[i] =
        (struct pollfd){.fd = slots[i].item ? slots[i].process.control : -1, .events = POLLIN};
    if (!slots[i].item) continue;
    double left = slots[i].started + run_deadline(run, slots[i].item) - run_now();
    if (left < rest) rest = left > 0 ? left : 0;
  }
  poll(polls, count, (int)(rest * 1000) + 1);
  for (uint32_t i = 0; i < count; i++) {
    int code = 0;
    if (!slots[i].item) continue;
    if (polls[i].revents) {
      enum process_end end = process_receive(&slots[i].process, last, &code);
      finish(&slots[i], end, code);
    } else if (process_is_flooding(&slots[i].process)) {
      finish(&slots[i], PROCESS_FLOODING, 0);
    } else if (run_now() - slots[i].started > run_deadline(run, slots[i].item)) {
      process_expire(&slots[i].process);
      finish(&slots[i], PROCESS_OVERTIME, 0);
    }
  }
}

void run_alone(const suite_run *run, suite_case *item) {
  struct slot slot = {.item = NULL};
  begin(run, &slot, item);
  while (slot.item)
    wait_for_any(run, &slot, 1, true);
  process_stop(&slot.process);
}

/* What failed among others runs again alone, twice when it then passes. */
static void run_again(const suite_run *run, suite_case *item) {
  case_result first = item->result;
  run_alone(run, item);
  if (case_state_failed(item->result.state)) return;
  run_alone(run, item);
  enum case_state state = case_state_failed(item->result.state) ? CASE_FLAKY : CASE_ORDER_DEPENDENT;
  item->result = first;
  item->result.state = state;
}

/* The verdict is final. */
static bool tell(suite_run *run, suite_case *item) {
  item->done = item->is_told = 1;
  if (case_state_failed(item->result.state)) sequence_explain(run, item);
  item->excused = item->result.state;
  item->excuse = excuses_apply(&run->excuses, item->id, &item->result);
  return run->listener(run->user, item);
}

static void stop_all(struct slot *slots, uint32_t count) {
  for (uint32_t i = 0; i < count; i++)
    process_stop(&slots[i].process);
}

/* What comes of a case that has just ended: it passes, or it runs again when all others have ended.
 * With --next it runs again now. */
static bool take_end(suite_run *run, suite_case *item) {
  const bool was_decided = item->done;
  item->done = 1;
  item->fails = (uint32_t)(case_state_failed(item->result.state) && !was_decided);
  if (!item->fails) return tell(run, item);
  if (!run->options->next) return true;
  run_again(run, item);
  return tell(run, item);
}

/* Gives an idle worker its next case, and tells what was decided without running.
 *  @return false when the run cannot go on */
static bool begin_next(suite_run *run, struct slot *slot, uint32_t *next) {
  while (!slot->item && *next < run->cases->count) {
    suite_case *item = &run->cases->items[(*next)++];
    if (item->is_told) continue;
    if (!item->done) begin(run, slot, item);
    if (!slot->item && !take_end(run, item)) return false; /* or its worker could not be reached */
    if (run->options->next && item->is_told && case_state_failed(item->result.state))
      *next = run->cases->count;
  }
  return true;
}

static bool is_busy(const struct slot *slots, uint32_t count) {
  for (uint32_t i = 0; i < count; i++)
    if (slots[i].item) return true;
  return false;
}

/* All cases once, on `count` workers; with --next until the first has failed. */
static bool run_once(suite_run *run, struct slot *slots, uint32_t count) {
  suite_case *running[MAX_JOBS];
  uint32_t next = 0;
  for (;;) {
    for (uint32_t i = 0; i < count; i++)
      if (!begin_next(run, &slots[i], &next)) return false;
    if (!is_busy(slots, count)) return true;
    for (uint32_t i = 0; i < count; i++)
      running[i] = slots[i].item;
    wait_for_any(run, slots, count, next == run->cases->count);
    for (uint32_t i = 0; i < count; i++) {
      suite_case *item = slots[i].item ? NULL : running[i];
      if (item && !take_end(run, item)) return false;
      if (item && run->options->next && case_state_failed(item->result.state))
        next = run->cases->count;
    }
  }
}

bool run_cases(suite_run *run) {
  struct slot slots[MAX_JOBS];
  const uint32_t count = run->options->next ? 1 : run->options->jobs;
  memset(slots, 0, sizeof slots);
  bool good = run_once(run, slots, count);
  stop_all(slots, count);
  for (uint32_t i = 0; i < run->cases->count && good; i++) {
    suite_case *item = &run->cases->items[i];
    if (item->is_told || !item->fails) continue;
    run_again(run, item);
    good = tell(run, item);
  }
  return good;
}

void run_clear(suite_run *run) {
  free(run->libraries);
  run->libraries = NULL;
  excuses_clear(&run->excuses);
}

/* --- without workers */

bool run_in_process(suite_run *run) {
  suite_setup *setup = calloc(1, sizeof *setup);
  suite_case *item = &run->cases->items[0];
  record_log *log = NULL;
  int file = record_log_create(256u << 20, &log);
  bool ready = setup && file >= 0 && setup_open(setup, run->options, &run->facts);
  if (ready) {
    setup_probe(setup, run->options, &run->facts);
    setup_use(setup, run->facts.device, run->facts.carrier, run->facts.capabilities);
    if (item->check)
      case_run(&(const test){.setup = &setup->base,
                             .check = item->check,
                             .seed = item->seed,
                             .parameter = item->parameter,
                             .parameter_index = suite_parameter_place(item->check, item->parameter),
                             .handed = -1},
               log, STDOUT_FILENO);
    else
      node_test_run(&setup->base, item->node, log);
    judge_records(log, item->clause, item->node, &item->result);
    ready = tell(run, item);
  }
  record_log_close(log);
  if (file >= 0) close(file);
  free(setup);
  return ready;
}
