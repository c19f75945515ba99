#include "engine/library_file.h"

#include <elf.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "engine/regular_file.h"

static bool refuse(library_file *file, const char *path, const char *why) {
  snprintf(file->why, sizeof file->why, "%.120s: %s", path, why);
  return false;
}

bool library_file_open(library_file *file, const char *path) {
  uint64_t size = 0;
  const char *why;
  memset(file, 0, sizeof *file);
  const int descriptor = regular_file_open(path, &size, &why);
  if (descriptor < 0) return refuse(file, path, why);
  if (size > sizeof(Elf64_Ehdr)) {
    file->size = size;
    file->bytes = mmap(NULL, file->size, PROT_READ, MAP_PRIVATE, descriptor, 0);
    if (file->bytes == MAP_FAILED) file->bytes = NULL;
  }
  close(descriptor);
  if (!file->bytes) return refuse(file, path, "cannot be read");
  const Elf64_Ehdr *head = file->bytes;
  if (memcmp(head->e_ident, ELFMAG, SELFMAG) == 0 && head->e_ident[EI_CLASS] == ELFCLASS64)
    return true;
  library_file_close(file);
  return refuse(file, path, "is no ELF file of 64 bits");
}

void library_file_close(library_file *file) {
  if (file->bytes) munmap(file->bytes, file->size);
  file->bytes = NULL;
}

static const void *at(const library_file *file, uint64_t offset, uint64_t size) {
  if (offset > file->size || size > file->size - offset) return NULL;
  return (const char *)file->bytes + offset;
}

static void visit_symbol(const Elf64_Sym *symbol, const char *name,
                         void (*visit)(void *user, const library_symbol *symbol), void *user) {
  unsigned binding = ELF64_ST_BIND(symbol->st_info);
  unsigned visibility = ELF64_ST_VISIBILITY(symbol->st_other);
  bool seen = binding != STB_LOCAL && (visibility == STV_DEFAULT || visibility == STV_PROTECTED);
  /* absolute ones are the names of versions */
  if (!seen || !*name || symbol->st_shndx == SHN_ABS) return;
  library_symbol found = {name, symbol->st_shndx != SHN_UNDEF, binding == STB_WEAK};
  visit(user, &found);
}

static bool visit_table(const library_file *file, const Elf64_Shdr *table, const Elf64_Shdr *names,
                        void (*visit)(void *user, const library_symbol *symbol), void *user) {
  const Elf64_Sym *symbols = at(file, table->sh_offset, table->sh_size);
  const char *strings = at(file, names->sh_offset, names->sh_size);
  if (!symbols || !strings || names->sh_size == 0 || strings[names->sh_size - 1]) return false;
  for (uint64_t i = 1; i < table->sh_size / sizeof *symbols; i++) {
    if (symbols[i].st_name >= names->sh_size) return false;
    visit_symbol(&symbols[i], strings + symbols[i].st_name, visit, user);
  }
  return true;
}

bool library_file_symbols(const library_file *file,
                          void (*visit)(void *user, const library_symbol *symbol), void *user) {
  const Elf64_Ehdr *head = file->bytes;
  const Elf64_Shdr *sections = at(file, head->e_shoff, (uint64_t)head->e_shnum * sizeof *sections);
  if (!sections || head->e_shentsize != sizeof *sections) return false;
  for (uint32_t i = 0; i < head->e_shnum; i++) {
    if (sections[i].sh_type != SHT_DYNSYM) continue;
    return sections[i].sh_link < head->e_shnum &&
           visit_table(file, &sections[i], &sections[sections[i].sh_link], visit, user);
  }
  return false;
}
