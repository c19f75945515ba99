#include "engine/growth.h"

#include <dirent.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine/suite_executor.h"

struct picture {
  long threads, descriptors, heap;
  long mapped;   /* -1: cannot be told from the heap */
  long reserved; /* address space that nobody may touch: an allocator's, or forgotten */
};

/* Bytes of all mappings: those that can be read, written or run, and those that are only reserved.
 */
static void count_mapped(long *accessible, long *reserved) {
  char line[512];
  unsigned long begin, end;
  *accessible = *reserved = 0;
  FILE *maps = fopen("/proc/self/maps", "re");
  while (maps && fgets(line, sizeof line, maps)) {
    char access[8];
    if (sscanf(line, "%lx-%lx %7s", &begin, &end, access) == 3)
      *(strncmp(access, "---", 3) == 0 ? reserved : accessible) += (long)(end - begin);
  }
  if (maps) fclose(maps);
}

/* Whether mallinfo2 tells what malloc does. Where another allocator, or that of a sanitizer, has
 * taken its place, mappings of the heap cannot be told from those of the plugin. */
static bool knows_the_heap(void) {
  enum { PROBE = 1 << 16 };
  const size_t before = mallinfo2().uordblks + mallinfo2().hblkhd;
  void *volatile probe = malloc(PROBE);
  const size_t after = mallinfo2().uordblks + mallinfo2().hblkhd;
  free(probe);
  return after >= before + PROBE;
}

static long count_entries(const char *path) {
  long count = 0;
  DIR *folder = opendir(path);
  while (folder && readdir(folder))
    count++;
  if (folder) closedir(folder);
  return count;
}

static struct picture take(void) {
  const bool told = knows_the_heap();
  long accessible, reserved;
  count_mapped(&accessible, &reserved);
  struct mallinfo2 heap = mallinfo2();
  /* the suite's executors begin their threads when there is work for them: all of them count */
  const long threads = count_entries("/proc/self/task") + suite_executor_threads_to_come();
  return (struct picture){
      threads, count_entries("/proc/self/fd"), (long)(heap.uordblks + heap.hblkhd),
      told ? accessible - (long)(heap.arena + heap.hblkhd) : -1, told ? reserved : -1};
}

/* A thread that was joined may be listed a moment longer: looks are repeated for a second. */
enum { SETTLING_STEPS = 100 };
static const struct timespec settling_step = {0, 10000000};

static struct picture take_settled(const struct picture *before) {
  struct picture after = take();
  for (int i = 0; i < SETTLING_STEPS && after.threads > before->threads; i++) {
    nanosleep(&settling_step, NULL);
    after = take();
  }
  return after;
}

/* Nanoseconds after which no round is begun that need not be: of the warm-up, of a window, of a
 * stretch. All stretches together stay within the deadline of slow cases. */
static const int64_t warm_up_time = 3000000000, window_time = 2000000000, stretch_time = 6000000000;

/* Growth, and the rounds that it took. */
struct growth {
  struct picture by;
  int rounds;
};

static long limit_of(const struct growth *growth) {
  return (long)GROWTH_HEAP_LIMIT * growth->rounds;
}

static bool grew(const struct growth *growth) {
  const struct picture *by = &growth->by;
  const long limit = limit_of(growth);
  return by->threads > 0 || by->descriptors > 0 || by->heap > limit || by->mapped > limit ||
         by->reserved > limit;
}

/* What is repeated. */
struct repetition {
  test *t;
  tn_status (*round)(test *t, void *user);
  void *user;
  tn_status status;
};

/* At least two rounds; returns how many. */
static int repeat(struct repetition *self, int rounds, int64_t time) {
  const int64_t begin = test_now();
  int made = 0;
  while (made < rounds && self->status == TN_OK && (made < 2 || test_now() - begin < time)) {
    self->status = self->round(self->t, self->user);
    made++;
  }
  return made;
}

static struct picture difference(const struct picture *before, const struct picture *after) {
  const bool told = before->mapped >= 0 && after->mapped >= 0;
  return (struct picture){after->threads - before->threads,
                          after->descriptors - before->descriptors, after->heap - before->heap,
                          told ? after->mapped - before->mapped : 0,
                          told ? after->reserved - before->reserved : 0};
}

/* Growth over a stretch of windows, and whether it grew in every one of them. */
static bool run_stretch(struct repetition *self, struct growth *out) {
  const int64_t begin = test_now();
  const struct picture first = take();
  struct picture last = first;
  bool always = true;
  int windows = 0;
  out->rounds = 0;
  while (windows < GROWTH_WINDOWS && self->status == TN_OK &&
         (windows == 0 || test_now() - begin < stretch_time)) {
    struct growth window = {.rounds = repeat(self, GROWTH_ROUNDS, window_time)};
    const struct picture now = take_settled(&last);
    window.by = difference(&last, &now);
    always = always && grew(&window);
    out->rounds += window.rounds;
    last = now;
    windows++;
  }
  out->by = difference(&first, &last);
  return always && windows == GROWTH_WINDOWS;
}

static void expect_limits(test *t, const struct growth *growth) {
  const struct picture *by = &growth->by;
  const struct {
    long bytes;
    const char *what;
  } rows[] = {{by->heap, "the heap"},
              {by->mapped, "what is mapped beside the heap"},
              {by->reserved, "address space that is only reserved"}};
  EXPECT_THAT(by->threads <= 0, "%d rounds add no thread; they added %ld", growth->rounds,
              by->threads);
  EXPECT_THAT(by->descriptors <= 0, "%d rounds add no descriptor; they added %ld", growth->rounds,
              by->descriptors);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    EXPECT_THAT(rows[i].bytes <= limit_of(growth),
                "%s grows by at most %d bytes a round; it grew by %ld in %d rounds", rows[i].what,
                GROWTH_HEAP_LIMIT, rows[i].bytes, growth->rounds);
}

void test_expect_no_growth(test *t, tn_status (*round)(test *t, void *user), void *user) {
  struct repetition self = {t, round, user, TN_OK};
  struct growth growth = {.rounds = 0};
  repeat(&self, GROWTH_WARM_UP, warm_up_time);
  /* pools and caches of threads fill up now and then; what leaks goes on */
  for (int i = 0; i < GROWTH_STRETCHES && self.status == TN_OK; i++)
    if (run_stretch(&self, &growth) || !grew(&growth)) break;
  if (self.status != TN_OK) test_note(t, "a round failed: %.400s", t->error.message);
  EXPECT_STATUS(self.status, TN_OK);
  expect_limits(t, &growth);
}

/* --- threads */

void test_take_threads(thread_set *out) {
  DIR *folder = opendir("/proc/self/task");
  const struct dirent *entry;
  out->count = 0;
  while (folder && out->count < GROWTH_THREADS_AT_MOST && (entry = readdir(folder))) {
    if (entry->d_name[0] != '.') out->ids[out->count++] = (pid_t)atol(entry->d_name);
  }
  if (folder) closedir(folder);
}

static bool has_thread(const thread_set *set, pid_t id) {
  for (uint32_t i = 0; i < set->count; i++)
    if (set->ids[i] == id) return true;
  return false;
}

static uint32_t count_others(const thread_set *before) {
  thread_set now;
  uint32_t count = 0;
  test_take_threads(&now);
  for (uint32_t i = 0; i < now.count; i++)
    count += !has_thread(before, now.ids[i]);
  return count;
}

uint32_t test_count_new_threads(const thread_set *before) {
  uint32_t count = count_others(before);
  for (int i = 0; i < SETTLING_STEPS && count > 0; i++) {
    nanosleep(&settling_step, NULL);
    count = count_others(before);
  }
  return count;
}
