/* What becomes of calls when an allocation of the C library fails, of the plugin's own or of what
 * lies below it. Reported and never required: only with libtenon_malloc_faults.so preloaded, and no
 * outcome fails. Each attempt runs in a process of its own, which it may well end. */
#define TN_GROUP "faults"
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

#include "engine/check.h"
#include "engine/child.h"

enum { MOST_ATTEMPTS = 150 };

static long (*count_from_here)(long refuse); /* tenon_malloc_faults */

static const struct phase {
  const char *name;
  int place;
} phases[] = {{"create", 0}, {"compile", 1}, {"create_request", 2}, {"infer", 3}};

enum { PHASE_COUNT = sizeof phases / sizeof *phases };

static const char *phase_name(uint32_t index) {
  return index < PHASE_COUNT ? phases[index].name : NULL;
}

/* --- in the child */

static long refuse_number; /* from 1; 0: none */

struct life {
  suite_host host;
  tn_model *model;
  tn_plugin *plugin;
  tn_compiled_model *compiled;
  tn_infer_request *request;
};

static tn_status step(const test *t, struct life *life, int place) {
  switch (place) {
    case 0:
      return suite_host_create_engine(&life->host, t->setup->create, t->setup->properties,
                                      t->setup->property_count, &life->plugin, NULL);
    case 1:
      return tn_plugin_compile(life->plugin, tn_string_from(t->setup->device), life->model, NULL,
                               &life->compiled, NULL);
    case 2:
      return tn_compiled_model_create_request(life->compiled, NULL, &life->request, NULL);
    default:
      return tn_infer_request_infer(life->request, NULL);
  }
}

/* Says "STATUS ALLOCATIONS" of the phase. The life is static: threads of its host's executors may
 * still read it while the process ends. */
static int live(test *t, int say) {
  static struct life life;
  const int last = phases[t->parameter_index].place;
  life.model = test_model(t, "carrier");
  if (!life.model) return 1;
  suite_host_init(&life.host, t->setup->others, t->setup->other_count);
  for (int place = 0; place < last; place++)
    if (step(t, &life, place) != TN_OK) return 1;
  count_from_here(refuse_number);
  const tn_status status = step(t, &life, last);
  const long count = count_from_here(0);
  child_say(say, "%d %ld", status, count);
  return 0; /* what was made goes with the process */
}

/* --- attempts */

struct tally {
  long attempts, refused_cleanly, went_on, other, ended;
  long first_end; /* number of the allocation whose failure ended the process */
  char how[80];
};

static void count_end(struct tally *tally, const child_end *end, long number) {
  int status = 0;
  long count = 0;
  tally->attempts++;
  if (!end->exited || end->code != 0 || sscanf(end->text, "%d %ld", &status, &count) != 2) {
    if (tally->ended++ > 0) return;
    tally->first_end = number;
    child_describe(end, tally->how, sizeof tally->how);
    return;
  }
  tally->went_on += status == TN_OK;
  tally->refused_cleanly += status == TN_OUT_OF_MEMORY;
  tally->other += status != TN_OK && status != TN_OUT_OF_MEMORY;
}

TN_CHECK_WITH(faults_malloc, ERROR, 10, TEST_NO_ENGINE | TEST_NEW_PROCESS | TEST_SLOW,
              "what becomes of the call when each allocation of the C library fails once is "
              "reported, and whatever it is the case passes",
              .name_at = phase_name) {
  struct tally tally = {0};
  child_end end;
  int status = 0;
  long count = 0;
  *(void **)&count_from_here = dlsym(RTLD_DEFAULT, "tenon_malloc_faults");
  if (!count_from_here) NOT_APPLICABLE("libtenon_malloc_faults.so is not preloaded");
  refuse_number = 0;
  if (!child_run(t, 8, live, &end)) INCONCLUSIVE("no child could be made");
  EXPECT_THAT(sscanf(end.text, "%d %ld", &status, &count) == 2 && status == TN_OK,
              "the call succeeds while nothing fails");
  for (long i = 1; i <= count && tally.attempts < MOST_ATTEMPTS; i++) {
    /* spread over all of them when there are too many */
    refuse_number = count <= MOST_ATTEMPTS ? i : i * count / MOST_ATTEMPTS;
    if (refuse_number > count || !child_run(t, 8, live, &end)) break;
    count_end(&tally, &end, refuse_number);
  }
  test_note(t,
            "%s makes %ld allocations of the C library; of %ld that were refused %ld gave "
            "OUT_OF_MEMORY, %ld had no effect, %ld gave another failure, %ld ended the process",
            t->parameter, count, tally.attempts, tally.refused_cleanly, tally.went_on, tally.other,
            tally.ended);
  if (tally.ended)
    test_note(t, "the first that ended it is number %ld: %s", tally.first_end, tally.how);
}
