/* A device whose kernels run on a thread of its own, which is started at the first inference and
 * stays until the engine ends. Its lock is of no use in a forked child, where that thread is not.
 */
/* manifest: of TEMPLATE */
#define _GNU_SOURCE /* as infer.c does */
#include "template.h"

#include <pthread.h>

struct job {
  tn_status (*run)(tn_kit_request *request, tn_error *error);
  tn_kit_request *request;
  tn_error *error;
  tn_status status;
  int done;
  struct job *next;
};

/* The one pool of the engine; an engine of another process or host has one of its own. */
struct pooled {
  struct template_plugin base;
  pthread_mutex_t lock;
  pthread_cond_t changed;
  pthread_t thread;
  int started, ends;
  struct job *first;
};

static void *serve(void *user) {
  struct pooled *self = user;
  pthread_mutex_lock(&self->lock);
  while (self->first || !self->ends) {
    struct job *job = self->first;
    if (!job) {
      pthread_cond_wait(&self->changed, &self->lock);
      continue;
    }
    self->first = job->next;
    pthread_mutex_unlock(&self->lock);
    job->status = job->run(job->request, job->error);
    pthread_mutex_lock(&self->lock);
    job->done = 1;
    pthread_cond_broadcast(&self->changed);
  }
  pthread_mutex_unlock(&self->lock);
  return NULL;
}

/* With the lock held. */
static int start_pool(struct pooled *self) {
  if (!self->started) self->started = pthread_create(&self->thread, NULL, serve, self) == 0;
  return self->started;
}

/* Runs it on the pool's thread, and waits until it is done. */
static tn_status run_in_pool(struct job *job) {
  struct pooled *self = (struct pooled *)job->request->compiled->engine;
  pthread_mutex_lock(&self->lock);
  if (!start_pool(self)) {
    pthread_mutex_unlock(&self->lock);
    return tn_kit_fail(job->error, TN_OUT_OF_MEMORY, "no thread for the device's kernels");
  }
  struct job **end = &self->first;
  while (*end)
    end = &(*end)->next;
  *end = job;
  pthread_cond_broadcast(&self->changed);
  while (!job->done)
    pthread_cond_wait(&self->changed, &self->lock);
  pthread_mutex_unlock(&self->lock);
  return job->status;
}

/* --- inferences */

#define template_stages usual_stages
#include "infer.c"
#undef template_stages

static tn_status compute_in_pool(tn_kit_request *request, tn_error *error) {
  struct job job = {.run = compute, .request = request, .error = error};
  return run_in_pool(&job);
}

const tn_kit_stage template_stages[TEMPLATE_STAGES] = {
    {"prepare", prepare}, {"compute", compute_in_pool}, {"deliver", deliver}};

/* --- the engine */

static tn_kit_plugin pooled_plugin;

#undef TN_KIT_DEFINE_ENTRY
#define TN_KIT_DEFINE_ENTRY(plugin)                                                    \
  tn_status tn_create_plugin_engine(const tn_create_options *options, tn_plugin **out, \
                                    tn_error *error) {                                 \
    return tn_kit_create(&pooled_plugin, options, out, error);                         \
  }
#include "plugin.c"

static tn_status open_pooled(tn_kit_engine *engine, tn_error *error) {
  struct pooled *self = (struct pooled *)engine;
  pthread_mutex_init(&self->lock, NULL); /* neither can fail */
  pthread_cond_init(&self->changed, NULL);
  return open_engine(engine, error);
}

static void close_pooled(tn_kit_engine *engine) {
  struct pooled *self = (struct pooled *)engine;
  pthread_mutex_lock(&self->lock);
  self->ends = 1;
  pthread_cond_broadcast(&self->changed);
  pthread_mutex_unlock(&self->lock);
  if (self->started) pthread_join(self->thread, NULL);
  close_engine(engine);
  pthread_cond_destroy(&self->changed);
  pthread_mutex_destroy(&self->lock);
}

__attribute__((constructor)) static void make_pooled(void) {
  pooled_plugin = template_plugin;
  pooled_plugin.engine_size = sizeof(struct pooled);
  pooled_plugin.open = open_pooled;
  pooled_plugin.close = close_pooled;
}
