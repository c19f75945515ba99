#include "runtime/alive.h"

#include <sys/mman.h>
#include <unistd.h>

static size_t page_size(void) {
  const long size = sysconf(_SC_PAGESIZE);
  return size > 0 ? (size_t)size : 4096;
}

tn_status tni_alive_init(tni_alive *alive) {
  void *page = mmap(NULL, page_size(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) return TN_OUT_OF_MEMORY;
  const int wiped = madvise(page, page_size(), MADV_WIPEONFORK) == 0;
  alive->mark = page;
  alive->process = getpid();
  atomic_store(alive->mark, wiped ? TNI_ALIVE_YES : TNI_ALIVE_COMPARE);
  return TN_OK;
}

void tni_alive_destroy(tni_alive *alive) {
  if (alive->mark) munmap(alive->mark, page_size());
  alive->mark = NULL;
}

void tni_alive_end(tni_alive *alive) {
  atomic_store(alive->mark, TNI_ALIVE_NO);
}

int tni_alive_compare(const tni_alive *alive) {
  return atomic_load_explicit(alive->mark, memory_order_relaxed) == TNI_ALIVE_COMPARE &&
         alive->process == getpid();
}

tn_status tni_fail_not_alive(tn_error *error) {
  return tni_fail_clause(error, TN_WRONG_STATE, TNI_CLAUSE(LIFE, 20),
                         "the core belongs to the parent of this forked process, or the process is "
                         "exiting: make a core of its own in a child");
}
