/* A device that gives denormal numbers of f32 as zero, and declares it. */
/* options: --level L3 */
#define _GNU_SOURCE /* as plugin.c does */

#include "template.h"

#include <math.h>

/* TEMPLATE's own rows, but one. */
#define template_properties usual_properties
#include "properties.c"
#undef template_properties

static tn_status get_flushes(const tn_kit_reading *reading, tn_value_sink sink, void *user,
                             tn_error *error) {
  (void)reading;
  const tn_value names[] = {TN_KIT_STRING("f32:flush")};
  const tn_value list = tn_value_of_list(names, sizeof names / sizeof *names);
  const tn_status status = sink(user, &list);
  return status == TN_OK ? TN_OK : tn_kit_fail(error, status, "the receiver of a list failed");
}

static const tn_kit_property flushes = TN_KIT_PROPERTY(
    "FLOAT_CONTROLS", LIST, TN_LEVEL_DEVICE, 0, "", get_flushes, NULL,
    "Where the device's arithmetic departs from IEEE 754.", TN_KIT_NONE, TN_KIT_ANY);

enum { ROWS = sizeof rows / sizeof *rows };
static const tn_kit_property *changed[ROWS];
const tn_kit_property_table template_properties = {changed, ROWS};

__attribute__((constructor)) static void change_row(void) {
  for (int i = 0; i < ROWS; i++)
    changed[i] = rows[i] == &float_controls ? &flushes : rows[i];
}

/* Results on their way to the application. */
static tn_status copy_flushed(const tn_tensor *source, tn_tensor *target, tn_error *error) {
  const tn_status status = tn_kit_tensor_copy(source, target, error);
  if (status != TN_OK || target->type != TN_F32 || target->strides) return status;
  float *numbers = target->data;
  for (uint64_t i = 0; i < tn_tensor_element_count(target); i++)
    if (fpclassify(numbers[i]) == FP_SUBNORMAL) numbers[i] = copysignf(0, numbers[i]);
  return status;
}

#define tn_kit_tensor_copy copy_flushed
#include "infer.c"
