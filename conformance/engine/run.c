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
#include "numbers/shrink.h"
#include "sequences/repeat.h"

enum { MAX_JOBS = 64 };

/* Seconds. What workers print is looked at as often as that. */
static const double look_again = 0.25;

/* Seconds in which cases that pass alone are tried more often than twice. */
static const double most_tried = 10;

/* A worker and what it is at: some cases, which it has been told all at once, so that it need not
 * wait for the supervisor between two of them. */
struct slot {
  process process;
  suite_case *items[PROCESS_QUEUE];
  uint32_t count; /* of items */
  uint32_t at;    /* the one that runs; `count`: the worker is idle */
  uint32_t taken; /* items whose end the run has taken */
  uint32_t size;  /* items that it gets at once the next time */
  double started; /* when `at` began */
  double told;    /* when it was given the first */
  holdings *held; /* receives what its workers hold before they are stopped; NULL: not asked */
};

/* Seconds within which a worker should be done with what it was told at once. */
static const double short_batch = 0.02;

static const long pile_up = 60000; /* nanoseconds */

static suite_case *current(const struct slot *slot) {
  return slot->at < slot->count ? slot->items[slot->at] : NULL;
}

/* The worker that a slot has at the end may be one that had a single case to run. */
static void stop(const suite_run *run, struct slot *slot) {
  if (slot->held) run_look(run, slot->held, slot->process.pid);
  process_stop(&slot->process);
}

double run_now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static bool needs_new_process(const suite_case *item) {
  return item->check && (item->check->needs & TEST_NEW_PROCESS);
}

static bool is_slow(const suite_case *item) {
  return item->check && (item->check->needs & TEST_SLOW);
}

worker_command run_command(const suite_run *run, const suite_case *item) {
  worker_command command = {.kind = item->check ? WORKER_CHECK : WORKER_NODE_TEST,
                            .index = item->index,
                            .seed = item->seed,
                            .capabilities = run->facts.capabilities,
                            .requests = run->facts.requests,
                            .handed = -1};
  memcpy(command.parameter, item->parameter, sizeof command.parameter);
  memcpy(command.device, run->facts.device, sizeof command.device);
  memcpy(command.carrier, run->facts.carrier, sizeof command.carrier);
  return command;
}

void run_judge_end(suite_case *item, const process *worker, enum process_end end, int code) {
  const uint32_t done = item->done;
  char text[256];
  if (end == PROCESS_EXITED) {
    snprintf(text, sizeof text, "the process ended by itself with exit status %d", code);
    case_settle(item, CASE_EARLY_EXIT, text);
  } else if (end == PROCESS_KILLED) {
    snprintf(text, sizeof text, "the process was ended by signal %d (%s)%s", code, strsignal(code),
             code == SIGKILL ? ", which the suite did not send: the plugin or somebody else did, "
                               "such as the kernel for want of memory"
                             : "");
    case_settle(item, CASE_CRASH, text);
  } else if (end == PROCESS_CUT) {
    case_settle(item, CASE_CRASH,
                "the process closed its line to the suite, a descriptor that is not the plugin's");
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
  } else if (end == PROCESS_UNSTARTED) {
    case_settle(item, CASE_INFRA, "no worker could be started");
  } else {
    case_settle(item, CASE_INFRA, "the worker could not be reached");
  }
  item->is_unstarted = end == PROCESS_UNSTARTED;
  item->result.is_killed = end == PROCESS_KILLED && code == SIGKILL;
  item->done = done;
  process_messages(worker, item->result.notes, sizeof item->result.notes);
  plain_text_clean(item->result.notes);
}

/* The records of cases that were told at once did not fit: this one has to be told alone. */
static bool is_too_much(const struct slot *slot, const case_result *result) {
  return result->state == CASE_INFRA && slot->process.log->overflowed &&
         slot->process.log->begin > 0;
}

/* All were answered: the next time it gets more of them if they were quick. */
static void end_batch(struct slot *slot) {
  const double seconds = run_now() - slot->told;
  if (seconds < short_batch && slot->size < PROCESS_QUEUE) slot->size *= 2;
  if (seconds > 2 * short_batch && slot->size > 1) slot->size /= 2;
  process_forget_prints(&slot->process);
}

static void judge(const suite_run *run, const record_log *log, suite_case *item) {
  const judge_terms terms = {.clause = item->clause,
                             .precision = run->facts.precision,
                             .capabilities = run->facts.capabilities,
                             .seed = item->seed,
                             .node = item->node,
                             .keep = run->options->write_cases};
  judge_records(log, &terms, &item->result);
}

/* Takes the answer of a worker, or its end. After an end the cases behind this one stay in `items`,
 * to be told to another worker. */
static void finish(const suite_run *run, struct slot *slot, enum process_end end, int code) {
  suite_case *item = current(slot);
  const double now = run_now();
  const bool answered = end == PROCESS_DONE && judge_is_complete(slot->process.log);
  if (answered)
    judge(run, slot->process.log, item);
  else
    run_judge_end(item, &slot->process, end, code);
  if (item->was_killed)
    case_note(&item->result, "it runs again, since somebody killed its worker (signal %d)\n",
              SIGKILL);
  case_judge_support(item);
  item->result.seconds = answered ? (double)slot->process.nanoseconds * 1e-9 : now - slot->started;
  item->result.is_lost = answered && is_too_much(slot, &item->result);
  slot->started = now;
  slot->at++;
  if (end == PROCESS_DONE && slot->at == slot->count) end_batch(slot);
  if (end != PROCESS_DONE) slot->size = 1;
  if (end != PROCESS_DONE || needs_new_process(item)) stop(run, slot);
}

/* Gives the items of an idle slot to its worker; starts one where there is none. A worker that has
 * ended since its last case has done so because of what it ran: the case tells how. */
static void begin(const suite_run *run, struct slot *slot) {
  if (needs_new_process(slot->items[0])) stop(run, slot);
  const bool used = slot->process.pid > 0;
  int code = 0;
  slot->started = slot->told = run_now();
  bool sent = used || process_start(&slot->process, run->family);
  for (uint32_t i = 0; i < slot->count && sent; i++) {
    const worker_command command = run_command(run, slot->items[i]);
    sent = process_send(&slot->process, &command);
    if (!sent && i > 0) return; /* it ended meanwhile: seen when its answers are taken */
  }
  if (sent) return;
  enum process_end end = PROCESS_UNSTARTED;
  if (slot->process.pid > 0) end = process_receive(&slot->process, true, &code);
  finish(run, slot, end == PROCESS_DONE || end == PROCESS_AT_WORK ? PROCESS_BROKEN : end, code);
}

/* Takes all answers that have come. `last`: no case is left for the worker. */
static void receive(const suite_run *run, struct slot *slot, bool last) {
  int code = 0;
  enum process_end end = PROCESS_DONE;
  while (current(slot) && end == PROCESS_DONE) {
    const bool final = needs_new_process(current(slot)) || (last && slot->at + 1 == slot->count);
    end = process_receive(&slot->process, final, &code);
    if (end == PROCESS_AT_WORK) return;
    finish(run, slot, end, code);
    if (end == PROCESS_DONE && slot->process.answered == slot->process.sent) return;
  }
}

/* Whether workers answer so fast that to wake for each answer would take longer than to judge it:
 * some are let pile up. */
static bool are_quick(const struct slot *slots, uint32_t count) {
  for (uint32_t i = 0; i < count; i++)
    if (current(&slots[i]) && slots[i].count < PROCESS_QUEUE / 4) return false;
  return true;
}

/* Waits until some worker has answered or run out of time. */
static void wait_for_any(const suite_run *run, struct slot *slots, uint32_t count, bool last) {
  struct pollfd polls[MAX_JOBS];
  double rest = look_again;
  for (uint32_t i = 0; i < count; i++) {
    const suite_case *item = current(&slots[i]);
    polls[i] = (struct pollfd){.fd = item ? slots[i].process.control : -1, .events = POLLIN};
    if (!item) continue;
    double left = slots[i].started + run_deadline(run, item) - run_now();
    if (left < rest) rest = left > 0 ? left : 0;
  }
  poll(polls, count, (int)(rest * 1000) + 1);
  if (are_quick(slots, count)) nanosleep(&(struct timespec){0, pile_up}, NULL);
  for (uint32_t i = 0; i < count; i++) {
    if (!current(&slots[i])) continue;
    if (polls[i].revents || process_has_ended(&slots[i].process)) {
      receive(run, &slots[i], last);
    } else if (process_is_flooding(&slots[i].process)) {
      finish(run, &slots[i], PROCESS_FLOODING, 0);
    } else if (run_now() - slots[i].started > run_deadline(run, current(&slots[i]))) {
      process_expire(&slots[i].process);
      finish(run, &slots[i], PROCESS_OVERTIME, 0);
    }
  }
}

void run_alone(const suite_run *run, suite_case *item) {
  struct slot slot = {.items = {item}, .count = 1, .size = 1};
  begin(run, &slot);
  while (current(&slot))
    wait_for_any(run, &slot, 1, true);
  process_stop(&slot.process);
}

/* What failed among others runs again alone, and when it then passes some more times: a race shows
 * in a few of them only. Where many cases pass alone, the last ones are tried twice. */
static void run_again(suite_run *run, suite_case *item) {
  enum { LEAST_TRIES = 2, MOST_TRIES = 20 };
  const case_result first = item->result;
  const double started = run_now();
  int tries = 0;
  do {
    run_alone(run, item);
  } while (!case_state_failed(item->result.state) && ++tries < MOST_TRIES &&
           (tries < LEAST_TRIES || run->tried + run_now() - started < most_tried));
  run->tried += run_now() - started;
  if (tries == 0) return; /* it fails alone too */
  const bool again = case_state_failed(item->result.state);
  item->result = first;
  item->result.state = again ? CASE_FLAKY : CASE_ORDER_DEPENDENT;
}

/* The verdict is final. */
static bool tell(suite_run *run, suite_case *item) {
  item->done = item->is_told = 1;
  run->is_worker_lost = run->is_worker_lost || item->is_unstarted;
  if (case_state_failed(item->result.state)) {
    sequence_explain(run, item);
    operator_explain(run, item);
  }
  item->excused = item->result.state;
  item->excuse = excuses_apply(&run->excuses, item->id, &item->result);
  return run->listener(run->user, item);
}

/* Alone it passes: what ran before it has a part in its failure. */
static bool fails_by_itself(const suite_case *item) {
  return item->result.state != CASE_ORDER_DEPENDENT && item->result.state != CASE_FLAKY;
}

/* What comes of a case that has just ended: it passes, or it runs again when all others have ended.
 * With --next it runs again now, and one that fails only after others waits: a case that fails by
 * itself says more of the cause. */
static bool take_end(suite_run *run, suite_case *item) {
  const bool was_decided = item->done;
  item->done = 1;
  item->fails = (uint32_t)(case_state_failed(item->result.state) && !was_decided);
  run_take_pace(run, item);
  if (!item->fails) return tell(run, item);
  if (!run->options->next) return true;
  run_again(run, item);
  return fails_by_itself(item) ? tell(run, item) : true;
}

/* The cases that wait. */
struct queue {
  suite_case **back; /* given back by workers that ended before them, the first to run last */
  uint32_t back_count;
  uint32_t next; /* in the list */
};

static suite_case *take_next(const suite_run *run, struct queue *queue) {
  if (queue->back_count) return queue->back[--queue->back_count];
  while (queue->next < run->cases->count) {
    suite_case *item = &run->cases->items[queue->next++];
    if (!item->is_told) return item;
  }
  return NULL;
}

/* Whether there is a next one. */
static bool waits(const suite_run *run, const struct queue *queue) {
  return queue->back_count > 0 || queue->next < run->cases->count;
}

/* Slow cases run one by one, so that others do not wait behind them. */
static bool runs_by_itself(const suite_case *item) {
  return is_slow(item) || needs_new_process(item);
}

/* Gives an idle worker its next cases, and tells what was decided without running.
 *  @return false when the run cannot go on */
static bool begin_next(suite_run *run, struct slot *slot, struct queue *queue) {
  suite_case *item = NULL;
  slot->count = slot->at = slot->taken = 0;
  if (slot->size == 0 || run->options->next) slot->size = 1;
  while (slot->count < slot->size && (item = take_next(run, queue)) != NULL) {
    if (item->done) {
      if (!take_end(run, item)) return false;
      if (run->options->next && case_state_failed(item->result.state)) return true;
      continue;
    }
    if (runs_by_itself(item) && slot->count > 0) {
      queue->back[queue->back_count++] = item;
      break;
    }
    slot->items[slot->count++] = item;
    if (runs_by_itself(item)) break;
  }
  if (slot->count) begin(run, slot);
  return true;
}

/* A worker that somebody kills, such as the kernel for want of memory, says nothing of the plugin.
 * One that kills itself does so again, or in more cases than somebody else would end. */
static bool is_asked_again(suite_run *run, suite_case *item) {
  enum { MOST_KILLED = 3 };
  if (!item->result.is_killed || item->was_killed || run->killed == MOST_KILLED) return false;
  fprintf(stderr, "tenon-conformance: %s: somebody killed the worker; the case runs again\n",
          item->id);
  item->was_killed = 1;
  run->killed++;
  return true;
}

/* Takes the ends of what a worker has run, and gives back what it has not. */
static bool take_ends(suite_run *run, struct slot *slot, struct queue *queue) {
  for (; slot->taken < slot->at; slot->taken++) {
    suite_case *item = slot->items[slot->taken];
    const bool again = item->result.is_lost || is_asked_again(run, item);
    if (again)
      queue->back[queue->back_count++] = item;
    else if (!take_end(run, item))
      return false;
    if (again) slot->size = 1;
  }
  if (slot->process.pid > 0) return true;
  while (slot->count > slot->at)
    queue->back[queue->back_count++] = slot->items[--slot->count];
  return true;
}

static bool is_busy(const struct slot *slots, uint32_t count) {
  for (uint32_t i = 0; i < count; i++)
    if (current(&slots[i])) return true;
  return false;
}

static bool has_failed(const suite_run *run) {
  for (uint32_t i = 0; i < run->cases->count && run->options->next; i++)
    if (run->cases->items[i].is_told && case_state_failed(run->cases->items[i].result.state))
      return true;
  return false;
}

/* All cases once, on `count` workers; with --next until the first has failed. */
static bool run_once(suite_run *run, struct slot *slots, uint32_t count) {
  struct queue queue = {.back = calloc(run->cases->count + 1, sizeof *queue.back)};
  bool good = queue.back != NULL;
  while (good) {
    for (uint32_t i = 0; i < count && good && !has_failed(run); i++)
      if (!current(&slots[i]))
        good = begin_next(run, &slots[i], &queue) && take_ends(run, &slots[i], &queue);
    const bool more = !has_failed(run) && waits(run, &queue);
    if (!good || (!more && !is_busy(slots, count))) break;
    if (is_busy(slots, count)) wait_for_any(run, slots, count, !more);
    for (uint32_t i = 0; i < count && good; i++)
      good = take_ends(run, &slots[i], &queue);
  }
  free(queue.back);
  return good;
}

bool run_cases(suite_run *run) {
  struct slot slots[MAX_JOBS];
  const uint32_t count = run->options->next ? 1 : run->options->jobs;
  memset(slots, 0, sizeof slots);
  for (uint32_t i = 0; i < count; i++)
    slots[i].held = &run->held;
  bool good = run_once(run, slots, count);
  for (uint32_t i = 0; i < count; i++)
    stop(run, &slots[i]);
  for (uint32_t i = 0; i < run->cases->count && good && !has_failed(run); i++) {
    suite_case *item = &run->cases->items[i];
    if (item->is_told || !item->fails) continue;
    if (!run->options->next) run_again(run, item);
    good = tell(run, item);
  }
  return good;
}

void run_clear(suite_run *run) {
  holdings_clear(&run->held);
  run_clear_paces(run);
  excuses_clear(&run->excuses);
}

/* --- without workers */

bool run_in_process(suite_run *run) {
  suite_setup *setup = calloc(1, sizeof *setup);
  suite_case *item = &run->cases->items[0];
  hygiene last = {.is_taken = 0};
  worker_facts facts; /* those of the run are from its probe, in another process */
  record_log *log = NULL;
  int file = record_log_create(256u << 20, &log);
  const bool asks_child = needs_new_process(item);
  bool ready = setup && file >= 0 && setup_open(setup, run->options, &facts) &&
               (asks_child ? setup_ask_in_child : setup_ask)(setup, run->options, &facts);
  if (ready) {
    setup_use(setup, run->facts.device, run->facts.carrier, run->facts.capabilities,
              run->facts.requests);
    if (item->check)
      case_run(&(const test){.setup = &setup->base,
                             .check = item->check,
                             .seed = item->seed,
                             .parameter = item->parameter,
                             .parameter_index = suite_parameter_place(item->check, item->parameter),
                             .handed = -1},
               log, STDOUT_FILENO, &last);
    else
      node_test_run(&setup->base, item->node, item->seed, log);
    judge(run, log, item);
    run_look(run, &run->held, getpid());
    ready = tell(run, item);
  }
  record_log_close(log);
  if (file >= 0) close(file);
  free(setup);
  return ready;
}
