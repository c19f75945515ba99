/* Engines that use others through tn.core/1, and when they give them up. */
#include "runtime/core.h"

tn_status tni_core_note_use(tn_core *core, tni_engine *user, tni_engine *target, tn_error *error) {
  tn_status status = TN_OK;
  tni_mutex_lock(&core->mutex);
  size_t i = 0;
  while (i < user->targets.count && *(tni_engine **)tni_vector_at(&user->targets, i) != target)
    i++;
  if (i == user->targets.count) {
    status = tni_vector_append(&user->targets, &target);
    if (status == TN_OK) tni_engine_use(target);
  }
  tni_mutex_unlock(&core->mutex);
  return status == TN_OK ? TN_OK : tni_fail(error, status, "no memory for the use of a plugin");
}

/* What an engine made at its targets it has made for objects of its own: when nothing but its
 * registration keeps it, nothing of either is left. A plugin whose object was lent may have made
 * things that no handle tells of. */
static int is_idle(const tni_engine *engine) {
  return engine->targets.count && !engine->is_retired && !engine->is_lent &&
         atomic_load(&engine->users) == 1;
}

/* The oldest engine that uses others and need not (any: need not or not), or NULL. */
static tni_engine *find_user(const tn_core *core, int any) {
  tni_engine *found = NULL;
  for (tni_engine *engine = core->engines; engine; engine = engine->next)
    if (any ? engine->targets.count > 0 : is_idle(engine)) found = engine;
  return found;
}

/* Takes the targets of one engine from it. */
static tni_vector take_targets(tn_core *core, int any) {
  tni_vector taken;
  tni_vector_init(&taken, &core->services->allocator, sizeof(tni_engine *));
  tni_mutex_lock(&core->mutex);
  tni_engine *engine = find_user(core, any);
  if (engine) {
    const tni_vector empty = taken;
    taken = engine->targets;
    engine->targets = empty;
  }
  tni_mutex_unlock(&core->mutex);
  return taken;
}

/* One engine after the other, since what one gives up may have used others in turn. */
static void give_up(tn_core *core, int any) {
  for (;;) {
    tni_vector targets = take_targets(core, any);
    if (!targets.count) return;
    for (size_t i = targets.count; i-- > 0;)
      tni_engine_unuse(*(tni_engine **)tni_vector_at(&targets, i));
    tni_vector_destroy(&targets);
  }
}

void tni_core_break_circles(tn_core *core) {
  give_up(core, 1);
}

void tni_core_tidy(tn_core *core) {
  if (atomic_load(&core->retired)) give_up(core, 0);
}

void tni_core_retire(tn_core *core, tni_engine *engine) {
  if (!engine) return;
  engine->is_retired = 1;
  atomic_fetch_add(&core->retired, 1);
}

void tni_core_close(tn_core *core, tni_engine *engine) {
  tni_engine_unuse(engine);
  tni_core_tidy(core);
}

tn_plugin *tni_core_lend(tn_core *core, tni_engine *engine) {
  tni_mutex_lock(&core->mutex);
  engine->is_lent = 1;
  tni_mutex_unlock(&core->mutex);
  return engine->plugin;
}
