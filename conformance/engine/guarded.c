#include "engine/guarded.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

bool guarded_create(guarded *memory, const void *bytes, size_t size) {
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  memset(memory, 0, sizeof *memory);
  memory->bytes = (size + page - 1) / page * page;
  void *pages =
      mmap(NULL, memory->bytes + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (pages == MAP_FAILED) return false;
  memory->pages = pages;
  memory->data = memory->pages + memory->bytes - size;
  if (size) memcpy(memory->data, bytes, size);
  return mprotect(pages, memory->bytes, PROT_READ) == 0 &&
         mprotect(memory->pages + memory->bytes, page, PROT_NONE) == 0;
}

void guarded_take_away(guarded *memory) {
  mprotect(memory->pages, memory->bytes, PROT_NONE);
}

void guarded_destroy(guarded *memory) {
  if (memory->pages) munmap(memory->pages, memory->bytes + (size_t)sysconf(_SC_PAGESIZE));
  memory->pages = NULL;
}
