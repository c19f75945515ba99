#include "engine/intact.h"

#include <errno.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>

/* Executable bytes of the main program, in this process. */
struct code {
  char *at;
  size_t size;
};

/* The first object that is listed is the main program. */
static int find_code(struct dl_phdr_info *info, size_t size, void *out) {
  (void)size;
  for (int i = 0; i < info->dlpi_phnum; i++)
    if (info->dlpi_phdr[i].p_type == PT_LOAD && (info->dlpi_phdr[i].p_flags & PF_X))
      *(struct code *)out = (struct code){(char *)(info->dlpi_addr + info->dlpi_phdr[i].p_vaddr),
                                          info->dlpi_phdr[i].p_memsz};
  return 1;
}

/* Where the first executable mapping of a process begins: that of its program, which lies below all
 * libraries. 0: cannot be seen. */
static uintptr_t first_code(pid_t pid) {
  char path[64], line[512], permissions[8];
  unsigned long begin = 0;
  snprintf(path, sizeof path, "/proc/%d/maps", (int)pid);
  FILE *maps = fopen(path, "re");
  while (maps && fgets(line, sizeof line, maps)) {
    if (sscanf(line, "%lx-%*x %7s", &begin, permissions) == 2 && permissions[2] == 'x') break;
    begin = 0;
  }
  if (maps) fclose(maps);
  return begin;
}

int intact_code(pid_t worker, uintptr_t *begin) {
  enum { PIECE = 1 << 16 };
  const uintptr_t page = 4096;
  char *piece = malloc(PIECE);
  struct code own = {NULL, 0};
  int equal = 1;
  dl_iterate_phdr(find_code, &own);
  if (!*begin) *begin = first_code(worker);
  const uintptr_t theirs = *begin + (uintptr_t)own.at % page;
  for (size_t done = 0; piece && *begin && equal && done < own.size;) {
    const size_t length = own.size - done < PIECE ? own.size - done : PIECE;
    const struct iovec here = {piece, length}, there = {(void *)(theirs + done), length};
    const ssize_t count = process_vm_readv(worker, &here, 1, &there, 1, 0);
    if (count < 0 && errno != EFAULT) break; /* the system does not let us look */
    equal = count == (ssize_t)length && memcmp(piece, own.at + done, length) == 0;
    done += length;
  }
  free(piece);
  return equal;
}
