#include "runtime/maker_name.h"

/* There is one record for each engine. An engine on the list has not been destroyed. */
tn_status tni_maker_name(tn_core *core, const tn_maker *maker, tni_arena *arena, tn_string *out) {
  tni_mutex_lock(&core->mutex);
  const tni_engine *engine = core->engines;
  while (engine && engine->plugin->maker != maker)
    engine = engine->next;
  const int copied =
      tni_arena_copy_string(arena, engine ? tn_string_from(engine->name) : maker->name, out);
  tni_mutex_unlock(&core->mutex);
  return copied ? TN_OK : TN_OUT_OF_MEMORY;
}

tn_status tni_maker_fail(tn_core *core, const tn_maker *maker, tn_status status, tn_error *error) {
  tni_arena arena;
  tn_string name;
  tni_arena_init(&arena, &core->services->allocator);
  if (tni_maker_name(core, maker, &arena, &name) != TN_OK) name = maker->name;
  tni_fail_prefix(error, status, "%.*s", TNI_TEXT(name));
  tni_arena_destroy(&arena);
  return status;
}
