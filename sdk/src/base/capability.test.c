#include "base/capability.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "tenon/abi/device.h"

Test(capability, has_a_name_when_it_is_known_and_alone) {
  cr_assert(eq(str, (char *)(uintptr_t)tni_capability_name(TN_DEVICE_HAS_UUID), "UUID"));
  cr_assert(
      eq(str, (char *)(uintptr_t)tni_capability_name(TN_DEVICE_IMPORTS_ALONE), "IMPORT_ALONE"));
  cr_assert(tni_capability_name(0) == NULL);
  cr_assert(tni_capability_name(UINT64_C(1) << 63) == NULL);
  cr_assert(tni_capability_name(TN_DEVICE_HAS_UUID | TN_DEVICE_HAS_IMPORT) == NULL);
}
