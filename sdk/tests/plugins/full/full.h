/** @file
 *  A mock plugin against the headers alone that has every extension: rectifies one float tensor.
 *  Its creation property FAULT names one table that it hands out broken.
 */
#ifndef TENON_TESTS_FULL_H
#define TENON_TESTS_FULL_H

#include <stdatomic.h>

#include "tenon/abi.h"

enum { FAULT_CAPACITY = 32, LABEL_CAPACITY = 64 };

/* The engine outlives its plugin while counted objects do. */
struct engine {
  tn_plugin base;
  tn_maker maker;
  const tn_host *host;
  atomic_size_t references; /* the plugin, and each counted object */
  char fault[FAULT_CAPACITY];
  char label[LABEL_CAPACITY];
  int64_t streams;
  struct context *default_context; /* made when first asked for */
};

struct compiled {
  tn_compiled_model base;
  struct engine *engine;
  tn_model *model; /* as compiled, or NULL after an import */
  tn_port_list ports;
  int64_t streams;
  int64_t hot;
};

struct request {
  tn_infer_request base;
  struct compiled *compiled;
  tn_tensor *own[2], *set[2];
  float state; /* sum of all inputs that were ever rectified */
  int has_run;
};

struct context {
  tn_remote_context base;
  struct engine *engine;
  atomic_size_t references;
};

tn_status full_fail(tn_error *error, tn_status status, const char *message);
void *full_allocate(struct engine *engine, uint64_t size);
int full_has_fault(const struct engine *engine, const char *name);
void full_hold(struct engine *engine);
void full_drop(struct engine *engine);
int full_text_is(tn_string text, const char *expected);

/* Takes the option of a context out of the entries; other critical ones are refused. */
tn_status full_check_entries(struct engine *engine, const tn_option *const *entries, uint32_t count,
                             tn_error *error);

tn_status full_query(tn_plugin *plugin, tn_string device, tn_model *model,
                     const tn_query_options *options, tn_query_sink sink, void *user,
                     tn_error *error);
tn_status full_compile(tn_plugin *plugin, tn_string device, tn_model *model,
                       const tn_compile_options *options, tn_compiled_model **out, tn_error *error);
tn_status full_create_request(tn_compiled_model *model, const tn_create_request_options *options,
                              tn_infer_request **out, tn_error *error);

extern const tn_import_api full_import_api;
extern const tn_remote_api full_remote_api;

#endif
