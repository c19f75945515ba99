#include "base/platform/library.h"

#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct library_file {
  const char *path;
  int descriptor;
  uint64_t size;
} library_file;

static int holds(const library_file *file, uint64_t offset, uint64_t size) {
  return offset <= file->size && size <= file->size - offset;
}

static tn_status fail_cut(const library_file *file, const char *what, uint64_t offset,
                          uint64_t size, tn_error *error) {
  return tni_fail(
      error, TN_BACKEND_MISSING,
      "library %s is cut off or damaged: it has %llu bytes, its %s takes %llu from byte "
      "%llu on",
      file->path, (unsigned long long)file->size, what, (unsigned long long)size,
      (unsigned long long)offset);
}

static tn_status check_segments(const library_file *file, const ElfW(Ehdr) * head,
                                tn_error *error) {
  for (uint64_t i = 0; i < head->e_phnum; i++) {
    ElfW(Phdr) segment;
    const off_t place = (off_t)(head->e_phoff + i * sizeof segment);
    if (pread(file->descriptor, &segment, sizeof segment, place) != (ssize_t)sizeof segment)
      return tni_fail(error, TN_BACKEND_MISSING, "library %s cannot be read", file->path);
    if (segment.p_type == PT_LOAD && !holds(file, segment.p_offset, segment.p_filesz))
      return fail_cut(file, "segment", segment.p_offset, segment.p_filesz, error);
  }
  return TN_OK;
}

static tn_status check_tables(const library_file *file, const ElfW(Ehdr) * head, tn_error *error) {
  const uint64_t segments = (uint64_t)head->e_phnum * sizeof(ElfW(Phdr));
  const uint64_t sections = (uint64_t)head->e_shnum * head->e_shentsize;
  if (head->e_phentsize != sizeof(ElfW(Phdr))) return TN_OK;
  if (!holds(file, head->e_phoff, segments))
    return fail_cut(file, "table of segments", head->e_phoff, segments, error);
  /* It stands at the end as a rule; who strips it says so by 0. */
  if (head->e_shoff && !holds(file, head->e_shoff, sections))
    return fail_cut(file, "table of sections", head->e_shoff, sections, error);
  return check_segments(file, head, error);
}

static tn_status check_open_file(library_file *file, tn_error *error) {
  struct stat facts;
  ElfW(Ehdr) head;
  if (fstat(file->descriptor, &facts) != 0 || !S_ISREG(facts.st_mode)) return TN_OK;
  file->size = (uint64_t)facts.st_size;
  if (pread(file->descriptor, &head, sizeof head, 0) != (ssize_t)sizeof head ||
      memcmp(head.e_ident, ELFMAG, SELFMAG) != 0 ||
      head.e_ident[EI_CLASS] != (sizeof(void *) == 8 ? ELFCLASS64 : ELFCLASS32))
    return TN_OK;
  return check_tables(file, &head, error);
}

tn_status tni_library_check_file(const char *path, tn_error *error) {
  library_file file = {.path = path};
  file.descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file.descriptor < 0) return TN_OK;
  const tn_status status = check_open_file(&file, error);
  close(file.descriptor);
  return status;
}
