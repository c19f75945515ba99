/* A block is a row of pages of its own: one that holds its sizes, those of its bytes, and one that
 * cannot be touched. */
#include "engine/fenced.h"

#include <pthread.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
  UNTOUCHED = 0xa5,    /* in all bytes: contents are undefined */
  MOST_BLOCKS = 10000, /* of which each takes two of the process's mappings */
  MOST_RETURNED = 2000 /* kept back */
};

typedef struct block {
  size_t pages;      /* bytes of the whole row */
  size_t size;       /* that were asked for */
  unsigned char *at; /* where they are */
} block;

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static size_t block_count;
static struct {
  void *pages;
  size_t size;
} returned[MOST_RETURNED];
static size_t returned_count;

static size_t page_size(void) {
  return (size_t)sysconf(_SC_PAGESIZE);
}

static size_t round_up(size_t size, size_t to) {
  return (size + to - 1) / to * to;
}

static bool take_place(void) {
  pthread_mutex_lock(&mutex);
  const bool has = block_count < MOST_BLOCKS;
  block_count += has ? 1 : 0;
  pthread_mutex_unlock(&mutex);
  return has;
}

static void give_place_back(void) {
  pthread_mutex_lock(&mutex);
  block_count--;
  pthread_mutex_unlock(&mutex);
}

void *fenced_allocate(size_t size, size_t alignment) {
  const size_t page = page_size(), used = round_up(size ? size : 1, alignment);
  if (size > SIZE_MAX / 2 || !take_place()) return NULL;
  const size_t data = round_up(used, page), whole = page + data + page;
  unsigned char *pages =
      mmap(NULL, whole, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (pages == MAP_FAILED || mprotect(pages + page + data, page, PROT_NONE) != 0) {
    if (pages != MAP_FAILED) munmap(pages, whole);
    give_place_back();
    return NULL;
  }
  unsigned char *at = pages + page + data - used;
  memset(pages + page, UNTOUCHED, data);
  *(block *)pages = (block){whole, size, at};
  return at;
}

static bool all_untouched(const unsigned char *from, const unsigned char *to) {
  for (; from < to; from++)
    if (*from != UNTOUCHED) return false;
  return true;
}

/* Keeps the pages back, and lets those go that were kept back longest. */
static void keep_back(void *pages, size_t size) {
  pthread_mutex_lock(&mutex);
  const size_t place = returned_count++ % MOST_RETURNED;
  void *oldest = returned[place].pages;
  const size_t oldest_size = returned[place].size;
  returned[place].pages = pages;
  returned[place].size = size;
  pthread_mutex_unlock(&mutex);
  if (oldest) munmap(oldest, oldest_size);
}

bool fenced_release(void *memory) {
  const size_t page = page_size();
  unsigned char *at = memory, *data = at - (uintptr_t)at % page, *pages = data - page;
  const block self = *(const block *)pages;
  const bool intact = self.at == at && all_untouched(data, at) &&
                      all_untouched(at + self.size, pages + self.pages - page);
  if (self.at != at) return false; /* its sizes were overwritten: it stays */
  mprotect(pages, self.pages, PROT_NONE);
  madvise(pages, self.pages, MADV_DONTNEED);
  keep_back(pages, self.pages);
  give_place_back();
  return intact;
}
