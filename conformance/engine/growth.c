#include "engine/growth.h"

#include <dirent.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

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
  return (struct picture){count_entries("/proc/self/task"), count_entries("/proc/self/fd"),
                          (long)(heap.uordblks + heap.hblkhd),
                          told ? accessible - (long)(heap.arena + heap.hblkhd) : -1,
                          told ? reserved : -1};
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

/* Growth over one window of rounds. */
static tn_status run_window(test *t, tn_status (*round)(test *t, void *user), void *user,
                            struct picture *growth) {
  tn_status status = TN_OK;
  struct picture before = take();
  for (int i = 0; i < GROWTH_ROUNDS && status == TN_OK; i++)
    status = round(t, user);
  struct picture after = take_settled(&before);
  const bool told = before.mapped >= 0 && after.mapped >= 0;
  *growth = (struct picture){after.threads - before.threads, after.descriptors - before.descriptors,
                             after.heap - before.heap, told ? after.mapped - before.mapped : 0,
                             told ? after.reserved - before.reserved : 0};
  return status;
}

static const long limit = (long)GROWTH_HEAP_LIMIT * GROWTH_ROUNDS;

static bool grew(const struct picture *growth) {
  return growth->threads > 0 || growth->descriptors > 0 || growth->heap > limit ||
         growth->mapped > limit || growth->reserved > limit;
}

void test_expect_no_growth(test *t, tn_status (*round)(test *t, void *user), void *user) {
  tn_status status = TN_OK;
  for (int i = 0; i < GROWTH_WARM_UP && status == TN_OK; i++)
    status = round(t, user);
  struct picture growth = {0, 0, 0, 0, 0};
  /* caches of threads fill up now and then; what leaks grows in every window */
  for (int i = 0; i < GROWTH_WINDOWS && status == TN_OK; i++) {
    status = run_window(t, round, user, &growth);
    if (!grew(&growth)) break;
  }
  EXPECT_STATUS(status, TN_OK);
  EXPECT_THAT(growth.threads <= 0, "%d rounds add no thread; they added %ld", GROWTH_ROUNDS,
              growth.threads);
  EXPECT_THAT(growth.descriptors <= 0, "%d rounds add no descriptor; they added %ld", GROWTH_ROUNDS,
              growth.descriptors);
  EXPECT_THAT(growth.heap <= limit,
              "the heap grows by at most %d bytes a round; it grew by %ld in %d rounds",
              GROWTH_HEAP_LIMIT, growth.heap, GROWTH_ROUNDS);
  EXPECT_THAT(growth.mapped <= limit,
              "mappings beside the heap grow by at most %d bytes a round; they grew by %ld in %d "
              "rounds",
              GROWTH_HEAP_LIMIT, growth.mapped, GROWTH_ROUNDS);
  EXPECT_THAT(growth.reserved <= limit,
              "address space that is only reserved grows by at most %d bytes a round; it grew by "
              "%ld in %d rounds",
              GROWTH_HEAP_LIMIT, growth.reserved, GROWTH_ROUNDS);
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
