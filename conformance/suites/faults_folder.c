/* What becomes of a life when a folder that was given to the plugin becomes full. Only with
 * --folder and libtenon_folder_faults.so preloaded. Each attempt has a process and a folder of its
 * own. */
#define TN_GROUP "faults"
#include <dlfcn.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "engine/check.h"
#include "engine/child_infer.h"

enum { MOST_ATTEMPTS = 40, PATH_SIZE = 256 };

static long (*watch_folder)(const char *folder, long first); /* tenon_folder_faults */

/* What the child came to while the folder was full. Shared with it. */
struct outcome {
  tn_status status;
  long calls; /* that write below the folder */
  bool clean; /* a failure has filled its record */
  bool ended;
};

static struct outcome *outcome;
static long first_refused; /* from 1; 0: none */
static char folder[PATH_SIZE];
static tn_map_entry *folder_entry; /* of the setup: the property with the folder */

/* --- in the child */

static tn_status use(test *engine, tn_error *error) {
  tn_compiled_model *model = NULL;
  tn_infer_request *request = NULL;
  tn_status status = tn_plugin_compile(engine->plugin, engine->device,
                                       test_model(engine, "carrier"), NULL, &model, error);
  if (status == TN_OK) status = tn_compiled_model_create_request(model, NULL, &request, error);
  if (status == TN_OK) status = tn_infer_request_infer(request, error);
  if (request) tn_infer_request_destroy(request);
  if (model) tn_compiled_model_destroy(model);
  return status;
}

/* A life while the folder is full, before the one whose outputs are looked at. */
static void live_without_room(test *t) {
  static suite_host host;
  tn_error error = {0};
  test engine = *t;
  suite_host_init(&host, t->setup->others, t->setup->other_count);
  engine.host = &host;
  engine.device = tn_string_from(t->setup->device);
  watch_folder(folder, first_refused);
  tn_status status = suite_host_create_engine(&host, t->setup->create, t->setup->properties,
                                              t->setup->property_count, &engine.plugin, &error);
  if (status == TN_OK) {
    status = use(&engine, &error);
    tn_plugin_destroy(engine.plugin, TN_DESTROY_NORMAL);
  }
  outcome->calls = watch_folder(NULL, 0);
  outcome->status = status;
  outcome->clean = status == TN_OK || (error.status == status && error.message[0]);
  outcome->ended = true;
}

/* --- attempts */

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *place) {
  (void)status, (void)kind, (void)place;
  return remove(path);
}

static bool make_folder(void) {
  const char *parent = getenv("TMPDIR");
  char path[PATH_SIZE];
  snprintf(path, sizeof path, "%.200s/tenon-folder-XXXXXX", parent && parent[0] ? parent : "/tmp");
  char *real = mkdtemp(path) ? realpath(path, NULL) : NULL; /* as descriptors name it */
  const bool fits = real && strlen(real) < sizeof folder;
  if (fits) {
    memcpy(folder, real, strlen(real) + 1);
    folder_entry->value = tn_value_of_string(tn_string_from(folder));
  }
  free(real);
  return fits;
}

/* Lives twice: without room from that call on, and with room. NULL when that could not be tried, or
 * the process did not get to its end, which is recorded. */
static child_inference *attempt(test *t, long first) {
  memset(outcome, 0, sizeof *outcome);
  first_refused = first;
  if (!make_folder()) {
    test_note(t, "no folder could be made");
    return NULL;
  }
  child_inference *after = child_infer(t, live_without_room);
  if (after) {
    EXPECT_THAT(outcome->clean, "the failure, %d, has a record that tells it", outcome->status);
    EXPECT_THAT(after->status == TN_OK,
                "a life with room succeeds after one without from call %ld on; it gave %d: %s",
                first, after->status, after->message);
  } else {
    test_note(t, "the disk was full from the call %ld on", first);
  }
  nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
  return after;
}

/* The setup of the run, with the folder among the properties. */
static const test_setup *with_folder(test *t) {
  const test_setup *given = t->setup;
  test_setup *setup = test_alloc(t, sizeof *setup);
  tn_map_entry *entries = test_alloc(t, (given->property_count + 1) * sizeof *entries);
  *setup = *given;
  if (given->property_count)
    memcpy(entries, given->properties, given->property_count * sizeof *entries);
  folder_entry = &entries[given->property_count];
  folder_entry->key = tn_string_from(given->folder);
  setup->properties = entries;
  setup->property_count = given->property_count + 1;
  return setup;
}

/* What came of all attempts; outputs are judged when no process is to be forked any more. */
struct attempts {
  child_inference *made[MOST_ATTEMPTS + 1]; /* the first is the clean one */
  long count, calls, failed;
};

static void try_all(test *t, struct attempts *all) {
  while (all->count <= all->calls && all->count <= MOST_ATTEMPTS) {
    /* spread over all of them when there are too many */
    const long first =
        all->calls <= MOST_ATTEMPTS ? all->count : all->count * all->calls / MOST_ATTEMPTS;
    child_inference *after = attempt(t, first);
    if (!after) return;
    all->made[all->count] = after;
    if (all->count++ == 0)
      all->calls = outcome->calls;
    else
      all->failed += outcome->status != TN_OK;
  }
}

static void judge_all(test *t, struct attempts *all) {
  for (long i = 0; i < all->count; i++) {
    if (all->calls && all->made[i]->status == TN_OK) child_infer_expect(t, all->made[i]);
    child_infer_end(all->made[i]);
  }
  if (all->count == 1 && all->calls == 0)
    NOT_APPLICABLE("the plugin wrote nothing into the folder, or past the C library");
  test_note(t,
            "%ld calls wrote into the folder; of %ld lives without room from one of them on %ld "
            "failed, with their records, and the rest went on",
            all->calls, all->count ? all->count - 1 : 0, all->failed);
}

TN_CHECK(faults_full_folder, ERROR, 7, TEST_NO_ENGINE | TEST_NEW_PROCESS | TEST_SLOW,
         "while a folder that was given to the plugin is full each call succeeds or fails with its "
         "record, and all work again when there is room") {
  *(void **)&watch_folder = dlsym(RTLD_DEFAULT, "tenon_folder_faults");
  if (!t->setup->folder) NOT_APPLICABLE("no property of folders is named (--folder)");
  if (!watch_folder) NOT_APPLICABLE("libtenon_folder_faults.so is not preloaded");
  outcome = mmap(NULL, sizeof *outcome, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (outcome == MAP_FAILED) INCONCLUSIVE("there is no memory to share with a child");
  const test_setup *given = t->setup;
  t->setup = with_folder(t);
  struct attempts all = {.count = 0};
  try_all(t, &all);
  t->setup = given; /* the folder is gone */
  judge_all(t, &all);
  munmap(outcome, sizeof *outcome);
}
