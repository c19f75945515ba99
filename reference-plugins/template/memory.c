#define _GNU_SOURCE /* memfd_create, F_GET_SEALS */

#include "template.h"

#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
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

static void *make_address(uint64_t size) {
  return mmap(NULL, (size_t)size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
}

tn_status template_memory_create(struct template_device *device, uint64_t capacity, uint64_t size,
                                 struct template_memory *out, tn_error *error) {
  struct template_memory memory = {.device = device,
                                   .file = -1,
                                   .size = size ? size : 1,
                                   .address = MAP_FAILED,
                                   .losses = atomic_load(&device->losses)};
  TN_KIT_TRY(template_check_device(device, memory.losses, error));
  if (!reserve(device, capacity, memory.size)) return no_memory(size, error);
  memory.file = memfd_create("template-device-memory", MFD_CLOEXEC);
  if (memory.file >= 0 && ftruncate(memory.file, (off_t)memory.size) == 0)
    memory.address = make_address(memory.size);
  if (memory.address == MAP_FAILED) {
    template_memory_destroy(&memory);
    return no_memory(size, error);
  }
  *out = memory;
  return TN_OK;
}

/* --- memory of the application */

/* The device takes files that were made by memfd_create, can be written, and are sealed against
 * shrinking, so that no memory goes away below it. A vendor asks the driver here. */
static tn_status check_file(uint64_t value, uint64_t end, tn_error *error) {
  struct stat about;
  const int file = value > INT_MAX ? -1 : (int)value;
  const int seals = fcntl(file, F_GET_SEALS), access = fcntl(file, F_GETFL);
  if (seals < 0 || !(seals & F_SEAL_SHRINK) || (access & O_ACCMODE) != O_RDWR ||
      fstat(file, &about) != 0)
    return tn_kit_fail_clause(error, TN_INVALID_ARGUMENT, TN_KIT_CLAUSE(REMOTE, 9),
                              "%llu is no descriptor of a writable memory file that is sealed "
                              "against shrinking",
                              (unsigned long long)value);
  if ((uint64_t)about.st_size >= end) return TN_OK;
  return tn_kit_fail_clause(error, TN_TOO_SMALL, TN_KIT_CLAUSE(REMOTE, 9),
                            "the memory of handle %llu has %llu bytes, the tensor ends at %llu",
                            (unsigned long long)value, (unsigned long long)about.st_size,
                            (unsigned long long)end);
}

/* Nothing fails once the handle has been taken: until then it is the caller's. One that is not
 * taken is duplicated, so that it may be closed too early without harm. */
tn_status template_memory_wrap(struct template_device *device, const tn_handle *handle,
                               uint64_t size, struct template_memory *out, tn_error *error) {
  struct template_memory memory = {.device = device,
                                   .offset = handle->offset,
                                   .size = size ? size : 1,
                                   .losses = atomic_load(&device->losses),
                                   .foreign = 1};
  TN_KIT_TRY(template_check_device(device, memory.losses, error));
  if (handle->offset % TN_TENSOR_ALIGNMENT)
    return tn_kit_fail(error, TN_UNSUPPORTED,
                       "a tensor at offset %llu: the device needs a "
                       "multiple of %d",
                       (unsigned long long)handle->offset, TN_TENSOR_ALIGNMENT);
  TN_KIT_TRY(check_file(handle->value, handle->offset + size, error));
  memory.address = make_address(memory.size);
  if (memory.address == MAP_FAILED) return no_memory(size, error);
  memory.file = handle->flags & TN_HANDLE_TAKE ? (int)handle->value
                                               : fcntl((int)handle->value, F_DUPFD_CLOEXEC, 0);
  if (memory.file < 0) {
    munmap(memory.address, (size_t)memory.size);
    return tn_kit_fail(error, TN_OUT_OF_MEMORY, "no descriptor is left for a handle");
  }
  *out = memory;
  return TN_OK;
}

/* --- both kinds */

void template_memory_destroy(struct template_memory *memory) {
  if (!memory->device) return;
  if (memory->address != MAP_FAILED) munmap(memory->address, (size_t)memory->size);
  if (memory->file >= 0) close(memory->file);
  if (!memory->foreign) atomic_fetch_sub(&memory->device->used_bytes, memory->size);
  memory->device = NULL;
}

tn_status template_memory_map(const struct template_memory *memory, void **out, tn_error *error) {
  TN_KIT_TRY(template_check_device(memory->device, memory->losses, error));
  void *mapped = mmap(NULL, (size_t)(memory->offset + memory->size), PROT_READ | PROT_WRITE,
                      MAP_SHARED, memory->file, 0);
  if (mapped == MAP_FAILED)
    return tn_kit_fail(error, TN_OUT_OF_MEMORY, "no room to map %llu bytes of device memory",
                       (unsigned long long)memory->size);
  *out = (char *)mapped + memory->offset;
  return TN_OK;
}

void template_memory_unmap(const struct template_memory *memory, void *mapped) {
  munmap((char *)mapped - memory->offset, (size_t)(memory->offset + memory->size));
}
