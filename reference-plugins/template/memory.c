#define _GNU_SOURCE /* memfd_create */

#include "template.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* A device's memory. A vendor's driver allocates it; here it is a file without a name, which the
 * host maps only while it copies. Its address is one that the host may not touch: the process ends
 * at the first access. */

static tn_status no_memory(uint64_t size, tn_error *error) {
  return tn_kit_fail(error, TN_OUT_OF_DEVICE_MEMORY, "no device memory for %llu bytes",
                     (unsigned long long)size);
}

/* Counts bytes of the device's memory as used, when there are as many. */
static int reserve(struct template_device *device, uint64_t capacity, uint64_t size) {
  uint_least64_t used = atomic_load(&device->used_bytes);
  do {
    if (size > capacity - used) return 0;
  } while (!atomic_compare_exchange_weak(&device->used_bytes, &used, used + size));
  return 1;
}

tn_status template_memory_create(struct template_device *device, uint64_t capacity, uint64_t size,
                                 struct template_memory *out, tn_error *error) {
  struct template_memory memory = {device, -1, size ? size : 1, MAP_FAILED};
  if (!reserve(device, capacity, memory.size)) return no_memory(size, error);
  memory.file = memfd_create("template-device-memory", MFD_CLOEXEC);
  if (memory.file >= 0 && ftruncate(memory.file, (off_t)memory.size) == 0)
    memory.address = mmap(NULL, (size_t)memory.size, PROT_NONE,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory.address == MAP_FAILED) {
    template_memory_destroy(&memory);
    return no_memory(size, error);
  }
  *out = memory;
  return TN_OK;
}

void template_memory_destroy(struct template_memory *memory) {
  if (!memory->device) return;
  if (memory->address != MAP_FAILED) munmap(memory->address, (size_t)memory->size);
  if (memory->file >= 0) close(memory->file);
  atomic_fetch_sub(&memory->device->used_bytes, memory->size);
  memory->device = NULL;
}

tn_status template_memory_map(const struct template_memory *memory, void **out, tn_error *error) {
  void *mapped =
      mmap(NULL, (size_t)memory->size, PROT_READ | PROT_WRITE, MAP_SHARED, memory->file, 0);
  if (mapped == MAP_FAILED)
    return tn_kit_fail(error, TN_OUT_OF_MEMORY, "no room to map %llu bytes of device memory",
                       (unsigned long long)memory->size);
  *out = mapped;
  return TN_OK;
}

void template_memory_unmap(const struct template_memory *memory, void *mapped) {
  munmap(mapped, (size_t)memory->size);
}
