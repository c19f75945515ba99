#include "runtime/exit.h"

#include <pthread.h>
#include <stdlib.h>

/* The one list that outlives every core: the handler has nothing else to start from. */
static struct {
  pthread_mutex_t mutex;
  tn_core *first;
  int installed;
} cores = {PTHREAD_MUTEX_INITIALIZER, NULL, 0};

static tn_core *take_core(void) {
  pthread_mutex_lock(&cores.mutex);
  tn_core *core = cores.first;
  if (core) cores.first = core->next;
  if (cores.first) cores.first->previous = NULL;
  pthread_mutex_unlock(&cores.mutex);
  return core;
}

static tni_engine *take_engine(tn_core *core) {
  tni_mutex_lock(&core->mutex);
  tni_engine *engine = core->engines;
  if (engine) core->engines = engine->next;
  if (core->engines) core->engines->previous = NULL;
  tni_mutex_unlock(&core->mutex);
  return engine;
}

/* Frees nothing: other threads may still be at work. A forked child has nothing to tell. */
static void tell_plugins(void) {
  for (tn_core *core = take_core(); core; core = take_core()) {
    if (!tni_is_alive(&core->services->alive)) continue;
    tni_alive_end(&core->services->alive);
    for (tni_engine *engine = take_engine(core); engine; engine = take_engine(core))
      tni_engine_exit(engine);
  }
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
