/* The plugins that are linked into the runtime: registered when somebody first asks for one, unless
 * another plugin bears its name. */
#include "base/built_in.h"
#include "runtime/core.h"

#define TNI_BUILT_IN_ROW(identifier) extern TNI_BUILT_IN(identifier);
#include "runtime/built_in.inc"
#undef TNI_BUILT_IN_ROW

static const tni_built_in *const plugins[] = {
#define TNI_BUILT_IN_ROW(identifier) &tni_built_in_##identifier,
#include "runtime/built_in.inc"
#undef TNI_BUILT_IN_ROW
};

const tni_built_in *tni_built_in_find(tn_string name) {
  for (size_t i = 0; i < sizeof plugins / sizeof *plugins; i++)
    if (tn_string_equal(tn_string_from(plugins[i]->name), name)) return plugins[i];
  return NULL;
}
