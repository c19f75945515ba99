#include "runtime/exit.h"

#include <pthread.h>
#include <stdlib.h>

/* The one list that outlives every core: the handler has nothing else to start from. */
static struct {
  pthread_mutex_t mutex;
  tn_core *first;
  int installed;
} cores = {PTHREAD_MUTEX_INITIALIZER, NULL, 0};

/* The next core that has not been told; nothing is taken off the list, as nothing is freed. */
static tn_core *next_core(void) {
  pthread_mutex_lock(&cores.mutex);
  tn_core *core = cores.first;
  while (core && !tni_is_alive(&core->services->alive))
    core = core->next;
  if (core) tni_alive_end(&core->services->alive);
  pthread_mutex_unlock(&cores.mutex);
  return core;
}

static tni_engine *next_engine(tn_core *core) {
  tni_mutex_lock(&core->mutex);
  tni_engine *engine = core->engines;
  while (engine && atomic_exchange(&engine->created, 0) == 0)
    engine = engine->next;
  tni_mutex_unlock(&core->mutex);
  return engine;
}

/* Frees nothing: other threads may still be at work. A forked child has nothing to tell, since the
 * cores of its parent are not alive there. */
static void tell_plugins(void) {
  for (tn_core *core = next_core(); core; core = next_core())
    for (tni_engine *engine = next_engine(core); engine; engine = next_engine(core))
      tni_engine_exit(engine);
}

void tni_exit_add(tn_core *core) {
  pthread_mutex_lock(&cores.mutex);
  if (!cores.installed) cores.installed = atexit(tell_plugins) == 0;
  core->next = cores.first;
  if (cores.first) cores.first->previous = core;
  cores.first = core;
  pthread_mutex_unlock(&cores.mutex);
}

void tni_exit_remove(tn_core *core) {
  pthread_mutex_lock(&cores.mutex);
  if (core->previous)
    core->previous->next = core->next;
  else if (cores.first == core)
    cores.first = core->next;
  if (core->next) core->next->previous = core->previous;
  pthread_mutex_unlock(&cores.mutex);
}
