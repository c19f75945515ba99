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

void test_expect_no_growth(test *t, tn_status (*round)(test *t, void *user), void *user) {
  tn_status status = TN_OK;
  for (int i = 0; i < GROWTH_WARM_UP && status == TN_OK; i++)
    status = round(t, user);
  struct picture before = take();
  for (int i = 0; i < GROWTH_ROUNDS && status == TN_OK; i++)
    status = round(t, user);
  struct picture after = take_settled(&before);
  EXPECT_STATUS(status, TN_OK);
  long heap = after.heap - before.heap;
  EXPECT_THAT(after.threads <= before.threads, "%d rounds add no thread; they added %ld",
              GROWTH_ROUNDS, after.threads - before.threads);
  EXPECT_THAT(after.descriptors <= before.descriptors,
              "%d rounds add no descriptor; they added %ld", GROWTH_ROUNDS,
              after.descriptors - before.descriptors);
  EXPECT_THAT(heap <= (long)GROWTH_HEAP_LIMIT * GROWTH_ROUNDS,
              "the heap grows by at most %d bytes a round; it grew by %ld in %d rounds",
              GROWTH_HEAP_LIMIT, heap, GROWTH_ROUNDS);
}
