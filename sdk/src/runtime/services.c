#include "runtime/services.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* --- memory */

static void *allocate_of_application(void *user, size_t size, size_t alignment) {
  const tni_services *services = user;
  return services->allocate(services->allocator_user, size, alignment);
}

static void release_to_application(void *user, void *memory) {
  const tni_services *services = user;
  services->release(services->allocator_user, memory);
}

static void hold(void *user) {
  tni_services_retain(user);
}

static void drop(void *user) {
  tni_services_release(user);
}

/* --- life */

/* What makes of the runtime have as `library`. */
static const char address_inside = 0;

static void init(tni_services *services, const tn_core_options *options) {
  atomic_init(&services->references, 1);
  services->log_level = TN_LOG_WARNING;
  services->allocator = *tni_allocator_system();
  if (options) {
    services->log = options->log;
    services->log_user = options->log_user;
    if (options->log_level) services->log_level = options->log_level;
    services->allocate = options->allocate;
    services->release = options->release;
    services->allocator_user = options->allocator_user;
  }
  if (services->allocate)
    services->allocator =
        (tni_allocator){allocate_of_application, release_to_application, services};
  services->maker.size = TN_SIZE(tn_maker);
  services->maker.library = &address_inside;
  services->maker.name = TN_STRING("tenon");
  services->environment.allocator = &services->allocator;
  services->environment.maker = &services->maker;
  services->environment.hold = hold;
  services->environment.drop = drop;
  services->environment.user = services;
}

tn_status tni_services_create(const tn_core_options *options, tni_services **out, tn_error *error) {
  tni_services made;
  memset(&made, 0, sizeof made);
  init(&made, options);
  if (made.allocate) made.allocator.user = &made;
  tni_services *services = tni_alloc(&made.allocator, sizeof *services);
  if (!services) return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for a core");
  init(services, options);
  tn_status status = tni_alive_init(&services->alive);
  if (status == TN_OK) status = tni_parallel_init(&services->parallel, &services->allocator);
  if (status == TN_OK) {
    *out = services;
    return TN_OK;
  }
  tni_services_release(services);
  return tni_fail(error, status, "no memory for a core");
}

void tni_services_retain(tni_services *services) {
  atomic_fetch_add_explicit(&services->references, 1, memory_order_relaxed);
}

void tni_services_release(tni_services *services) {
  if (!services) return;
  if (atomic_fetch_sub_explicit(&services->references, 1, memory_order_acq_rel) != 1) return;
  tni_parallel_destroy(&services->parallel);
  tni_alive_destroy(&services->alive);
  /* Its own allocator frees it, so the functions are taken out first. */
  if (services->allocate)
    services->release(services->allocator_user, services);
  else
    tni_free(tni_allocator_system(), services);
}

void tni_services_close(tni_services *services) {
  tni_parallel_close(&services->parallel);
  atomic_store(&services->closed, 1);
}

/* --- the log */

/* One line, also when a name in it holds what speaks to a terminal. */
static void print_line(tn_string source, const char *level, tn_string message) {
  char text[4096 + 300];
  const int length = (int)(message.length > 4096 ? 4096 : message.length);
  snprintf(text, sizeof text, "%.*s: %s: %.*s", (int)(source.length > 256 ? 256 : source.length),
           source.data, level, length, message.data ? message.data : "");
  for (char *at = text; *at; at++)
    if ((unsigned char)*at < 0x20 || *at == 0x7f) *at = '?';
  fprintf(stderr, "%s\n", text);
}

void tni_log(tni_services *services, uint32_t level, tn_string source, tn_string message) {
  static const char *const names[] = {"", "error", "warning", "info", "debug"};
  if (level == 0 || level > TN_LOG_DEBUG) level = TN_LOG_DEBUG;
  if (level > services->log_level || atomic_load(&services->closed)) return;
  if (services->log) {
    services->log(services->log_user, level, source, message);
    return;
  }
  print_line(source, names[level], message);
}

void tni_log_format(tni_services *services, uint32_t level, const char *format, ...) {
  char text[1024];
  va_list arguments;
  va_start(arguments, format);
  const int length = vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  if (length >= 0) tni_log(services, level, TN_STRING("tenon"), tn_string_from(text));
}
