/* What a plugin is, and what the checks that find their parameters are run for. */
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/plain_text.h"
#include "engine/run_steps.h"
#include "engine/selection.h"
#include "numbers/profile.h"

enum { TRIES = 2 }; /* of what is asked before the cases */

static bool take_facts(suite_run *run, const process *worker) {
  uint64_t offset = 0;
  record_view view;
  while (record_next(worker->log, &offset, &view)) {
    if (view.head->kind != RECORD_FACT || view.head->data_length != sizeof run->facts) continue;
    worker_facts *facts = &run->facts;
    memcpy(facts, view.data, sizeof *facts);
    char *const texts[] = {facts->name,        facts->version, facts->vendor,
                           facts->device_name, facts->message, facts->profile};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
      plain_text_clean(texts[i]);
    return true;
  }
  return false;
}

/* Waits for the answer of a worker; returns how it ended. */
static enum process_end await_answer(const suite_run *run, process *worker, int *code) {
  enum { LOOK_AGAIN = 250 }; /* milliseconds */
  struct pollfd line = {.fd = worker->control, .events = POLLIN};
  const double until = run_now() + run_deadline(run, NULL);
  while (run_now() < until) {
    if (poll(&line, 1, LOOK_AGAIN) == 1 || process_has_ended(worker))
      return process_receive(worker, false, code);
    if (process_is_flooding(worker)) return PROCESS_FLOODING;
  }
  process_expire(worker);
  return PROCESS_OVERTIME;
}

static void take_requests(suite_run *run, const process *worker) {
  uint64_t offset = 0;
  record_view view;
  while (record_next(worker->log, &offset, &view))
    if (view.head->kind == RECORD_FACT && view.head->data_length == sizeof run->facts.requests)
      memcpy(&run->facts.requests, view.data, sizeof run->facts.requests);
}

/* How many requests a model has at a time, and how long a device takes for what most cases do, so
 * that none is cut off which only does that. A device that never comes back is waited for here as a
 * slow case is, and then by each case. */
static void calibrate(suite_run *run, process *worker) {
  worker_command command = {.kind = WORKER_CALIBRATE, .handed = -1};
  const worker_facts *facts = &run->facts;
  int code = 0;
  if (facts->outcome != PLUGIN_READY || !facts->carrier[0]) return;
  memcpy(command.device, facts->device, sizeof command.device);
  memcpy(command.carrier, facts->carrier, sizeof command.carrier);
  const double started = run_now();
  if (!process_send(worker, &command) || await_answer(run, worker, &code) != PROCESS_DONE) return;
  run->operation = run_now() - started;
  take_requests(run, worker);
}

/* A worker that somebody kills says nothing of the plugin: a new one is asked. */
static enum process_end probe(const suite_run *run, process *worker, int *code) {
  const worker_command command = {.kind = WORKER_PROBE, .handed = -1};
  enum process_end end = PROCESS_BROKEN;
  for (int tries = 0; tries < TRIES; tries++) {
    const bool begun = process_start(worker, run->family) && process_send(worker, &command);
    end = begun ? await_answer(run, worker, code) : PROCESS_BROKEN;
    if (end != PROCESS_KILLED || *code != SIGKILL || tries + 1 == TRIES) break;
    process_stop(worker);
  }
  return end;
}

/* Sees what is open now alone: a device that a plugin opens for the time of one call is missed. */
void run_look(const suite_run *run, holdings *held, pid_t pid) {
  static const system_roots roots = {"/proc", "/sys"};
  char folder[PATH_MAX];
  if (pid <= 0) return;
  if (!realpath(run->options->library, folder)) folder[0] = 0;
  char *slash = strrchr(folder, '/');
  if (slash) slash[1] = 0;
  holdings_add(held, &roots, pid, folder);
}

bool run_probe(suite_run *run) {
  process worker;
  int code = 0;
  double started = run_now();
  memset(&run->facts, 0, sizeof run->facts);
  run->probe = (suite_case){.id = "probe",
                            .group = "probe",
                            .text = "the library opens, makes an engine and reports its devices",
                            .level = 1,
                            .revision = 1,
                            .capability = "CORE"};
  enum process_end end = probe(run, &worker, &code);
  bool told = end == PROCESS_DONE && take_facts(run, &worker);
  if (!told) run_judge_end(&run->probe, &worker, end == PROCESS_DONE ? PROCESS_BROKEN : end, code);
  if (told) run_look(run, &run->held, worker.pid);
  run->probe.result.seconds = run_now() - started;
  if (told) calibrate(run, &worker);
  run_look(run, &run->held, worker.pid);
  process_stop(&worker);
  return told;
}

const char *run_profile(const suite_run *run) {
  if (run->options->profile) return run->options->profile;
  return profile_exists(run->facts.profile) ? run->facts.profile : NULL;
}

/* --- parameters */

/* A parameter that the suite could not try is a case that did not run. */
static bool add_unfound(const suite_case *item, const record_view *view, uint32_t before,
                        suite_cases *all) {
  char text[512];
  snprintf(text, sizeof text, "a parameter of this check is missing: %.*s",
           (int)view->head->text_length, view->text);
  for (uint32_t i = before; i < all->count; i++)
    if (strcmp(all->items[i].id, item->id) == 0) return true; /* told already */
  suite_case unfound = *item;
  case_settle(&unfound, CASE_INFRA, text);
  return cases_append(all, &unfound);
}

static bool add_found(suite_run *run, const suite_case *item, const record_log *log,
                      suite_cases *all) {
  uint64_t offset = 0;
  record_view view;
  char name[TEST_PARAMETER_SIZE];
  const uint32_t before = all->count;
  while (record_next(log, &offset, &view)) {
    if (view.head->kind == RECORD_INFRA && !add_unfound(item, &view, before, all)) return false;
    if (view.head->kind != RECORD_FACT || view.head->text_length >= sizeof name) continue;
    snprintf(name, sizeof name, "%.*s", (int)view.head->text_length, view.text);
    plain_text_clean(name);
    if (!cases_add_found(all, item, name, run->options)) return false;
  }
  if (all->count > before) return true;
  suite_case none = *item;
  case_settle(&none, CASE_NOT_APPLICABLE, CASE_NOTHING_TO_RUN);
  return cases_append(all, &none);
}

/* Asks a worker, which is started where there is none. */
static enum process_end ask_for_parameters(const suite_run *run, process *worker,
                                           const suite_case *item, int *code) {
  worker_command command = run_command(run, item);
  command.kind = WORKER_PARAMETERS;
  const bool begun =
      (worker->pid > 0 || process_start(worker, run->family)) && process_send(worker, &command);
  const enum process_end end = begun ? await_answer(run, worker, code) : PROCESS_BROKEN;
  if (end != PROCESS_DONE) return end;
  return judge_is_complete(worker->log) ? PROCESS_DONE : PROCESS_BROKEN;
}

/* A check that ends its worker, and then a new one, is one case. */
static bool find_parameters(suite_run *run, process *worker, const suite_case *item,
                            suite_cases *all) {
  suite_case failed = *item;
  for (int i = 0; i < TRIES; i++) {
    int code = 0;
    const enum process_end end = ask_for_parameters(run, worker, item, &code);
    if (end == PROCESS_DONE) return add_found(run, item, worker->log, all);
    failed = *item;
    run_judge_end(&failed, worker, end, code);
    process_stop(worker);
    if (end == PROCESS_OVERTIME) break; /* it would take as long again */
  }
  failed.done = 1;
  return cases_append(all, &failed);
}

bool run_find_parameters(suite_run *run) {
  suite_cases all = {NULL, 0, 0};
  process worker = {.pid = 0};
  bool good = true;
  for (uint32_t i = 0; i < run->cases->count && good; i++) {
    const suite_case *item = &run->cases->items[i];
    const bool asks =
        cases_waits_for_parameters(item) && !item->done && selection_holds(run->options, item);
    good = asks ? find_parameters(run, &worker, item, &all) : cases_append(&all, item);
  }
  process_stop(&worker);
  if (good && cases_are_unique(&all)) {
    cases_free(run->cases);
    *run->cases = all;
    return true;
  }
  cases_free(&all);
  return false;
}
