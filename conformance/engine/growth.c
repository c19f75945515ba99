#include "engine/growth.h"

#include <dirent.h>
#include <malloc.h>
#include <time.h>

struct picture {
  long threads, descriptors, heap;
};

static long count_entries(const char *path) {
  long count = 0;
  DIR *folder = opendir(path);
  while (folder && readdir(folder))
    count++;
  if (folder) closedir(folder);
  return count;
}

static struct picture take(void) {
  struct mallinfo2 heap = mallinfo2();
  return (struct picture){count_entries("/proc/self/task"), count_entries("/proc/self/fd"),
                          (long)(heap.uordblks + heap.hblkhd)};
}

/* A thread that was joined may be listed a moment longer. */
static struct picture take_settled(const struct picture *before) {
  struct picture after = take();
  for (int i = 0; i < 100 && after.threads > before->threads; i++) {
    nanosleep(&(struct timespec){0, 10000000}, NULL);
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
  *growth = (struct picture){after.threads - before.threads, after.descriptors - before.descriptors,
                             after.heap - before.heap};
  return status;
}

static bool grew(const struct picture *growth) {
  return growth->threads > 0 || growth->descriptors > 0 ||
         growth->heap > (long)GROWTH_HEAP_LIMIT * GROWTH_ROUNDS;
}

void test_expect_no_growth(test *t, tn_status (*round)(test *t, void *user), void *user) {
  tn_status status = TN_OK;
  for (int i = 0; i < GROWTH_WARM_UP && status == TN_OK; i++)
    status = round(t, user);
  struct picture growth = {0, 0, 0};
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
  EXPECT_THAT(growth.heap <= (long)GROWTH_HEAP_LIMIT * GROWTH_ROUNDS,
              "the heap grows by at most %d bytes a round; it grew by %ld in %d rounds",
              GROWTH_HEAP_LIMIT, growth.heap, GROWTH_ROUNDS);
}

long test_thread_count(long expected) {
  struct picture before = {expected, 0, 0};
  return take_settled(&before).threads;
}
