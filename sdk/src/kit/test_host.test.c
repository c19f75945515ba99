#include "kit/test_host.h"

#include "base/platform/thread.h"
#include "graph/graph.h"
#include "graph/tensor.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

enum { MOST_THREADS = 8 };

struct tn_executor {
  test_host *host;
  tni_mutex mutex;
  tni_condition changed;
  tn_task *first, *last; /* linked through executor_words[0] */
  int stopping;
  uint32_t thread_count;
  tni_thread threads[MOST_THREADS];
};

static test_host *host_of(const tn_host *host) {
  return (test_host *)(uintptr_t)host;
}

/* --- executors */

static void work(void *user) {
  tn_executor *self = user;
  tni_mutex_lock(&self->mutex);
  while (self->first || !self->stopping) {
    tn_task *task = self->first;
    if (!task) {
      tni_condition_wait(&self->changed, &self->mutex);
      continue;
    }
    self->first = task->executor_words[0];
    tni_mutex_unlock(&self->mutex);
    task->run(task);
    tni_mutex_lock(&self->mutex);
  }
  tni_mutex_unlock(&self->mutex);
}

static tn_status create_executor(const tn_host *host, const tn_executor_options *options,
                                 tn_executor **out, tn_error *error) {
  tn_executor *self = tni_alloc(&host_of(host)->allocator, sizeof *self);
  if (!self) return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for an executor");
  self->host = host_of(host);
  cr_assert_eq(tni_mutex_init(&self->mutex), TN_OK);
  cr_assert_eq(tni_condition_init(&self->changed), TN_OK);
  self->thread_count = options->thread_count < MOST_THREADS ? options->thread_count : MOST_THREADS;
  for (uint32_t i = 0; i < self->thread_count; i++)
    cr_assert_eq(tni_thread_start(&self->threads[i], "test", work, self, NULL), TN_OK);
  atomic_fetch_add(&self->host->executors, 1);
  *out = self;
  return TN_OK;
}

static void destroy_executor(const tn_host *host, tn_executor *self) {
  cr_assert_eq(host_of(host), self->host);
  tni_mutex_lock(&self->mutex);
  self->stopping = 1;
  tni_condition_broadcast(&self->changed);
  tni_mutex_unlock(&self->mutex);
  for (uint32_t i = 0; i < self->thread_count; i++)
    tni_thread_join(&self->threads[i]);
  tni_condition_destroy(&self->changed);
  tni_mutex_destroy(&self->mutex);
  atomic_fetch_sub(&self->host->executors, 1);
  tni_free(&self->host->allocator, self);
}

static void post(const tn_host *host, tn_executor *self, tn_task *task) {
  (void)host;
  task->executor_words[0] = NULL;
  tni_mutex_lock(&self->mutex);
  if (self->first)
    self->last->executor_words[0] = task;
  else
    self->first = task;
  self->last = task;
  tni_condition_signal(&self->changed);
  tni_mutex_unlock(&self->mutex);
}

static uint32_t withdraw(const tn_host *host, tn_executor *self, tn_task *task) {
  (void)host;
  uint32_t found = 0;
  tn_task *before = NULL;
  tni_mutex_lock(&self->mutex);
  for (tn_task *at = self->first; at && !found; at = at->executor_words[0]) {
    if (at != task) {
      before = at;
      continue;
    }
    found = 1;
    if (before)
      before->executor_words[0] = at->executor_words[0];
    else
      self->first = at->executor_words[0];
    if (self->last == at) self->last = before;
  }
  tni_mutex_unlock(&self->mutex);
  return found;
}

/* --- the rest of the table */

static const void *get_extension(const tn_host *host, tn_string id) {
  (void)host, (void)id;
  return NULL;
}

static void log_message(const tn_host *host, uint32_t level, tn_string message) {
  (void)host, (void)level, (void)message;
}

static void *allocate(const tn_host *host, uint64_t size, uint64_t alignment) {
  const tni_allocator *allocator = &host_of(host)->allocator;
  return allocator->allocate(allocator->user, (size_t)size, (size_t)alignment);
}

static void release(const tn_host *host, void *memory) {
  tni_free(&host_of(host)->allocator, memory);
}

static void parallel_for(const tn_host *host, uint64_t count, uint64_t grain, tn_parallel_body body,
                         void *user) {
  (void)host, (void)grain;
  if (count) body(user, 0, count);
}

static tn_status create_tensor(const tn_host *host, uint32_t type, uint32_t rank,
                               const int64_t *shape, tn_tensor **out, tn_error *error) {
  return tni_tensor_create(&host_of(host)->environment, type, rank, shape, out, error);
}

static void forget(const tn_host *host, void *record) {
  cr_assert_not_null(record);
  atomic_fetch_add(&host_of(host)->forgotten, 1);
}

static void end(const tn_host *host) {
  atomic_fetch_add(&host_of(host)->ended, 1);
}

void test_host_init(test_host *host, const tni_allocator *allocator) {
  memset(host, 0, sizeof *host);
  host->allocator = allocator ? *allocator : tni_system_allocator;
  host->maker.size = TN_SIZE(tn_maker);
  host->maker.library = host;
  host->maker.name = TN_STRING("test");
  host->environment.allocator = &host->allocator;
  host->environment.maker = &host->maker;
  host->table.size = TN_SIZE(tn_host);
  host->table.log_level = TN_LOG_DEBUG;
  host->table.maker = &host->maker;
  host->table.get_extension = get_extension;
  host->table.log = log_message;
  host->table.allocate = allocate;
  host->table.release = release;
  host->table.create_executor = create_executor;
  host->table.destroy_executor = destroy_executor;
  host->table.post = post;
  host->table.withdraw = withdraw;
  host->table.parallel_for = parallel_for;
  host->table.create_tensor = create_tensor;
  host->table.forget = forget;
  host->table.end = end;
}

/* The options carry no word for their maker: the host lies in front of the tables that are asked
 * for, found through the first entry. */
struct host_option {
  tn_option option;
  const test_host *host;
};

static const void *host_for(const tn_create_options *options, uint32_t major) {
  const struct host_option *entry = (const struct host_option *)options->entries[0];
  return major == TN_MAJOR ? &entry->host->table : NULL;
}

tn_create_options test_host_options(const test_host *host) {
  static struct host_option entry;
  static const tn_option *entries[1];
  entry.option.size = TN_SIZE(struct host_option);
  entry.option.id = TN_STRING("x-test.host/1");
  entry.host = host;
  entries[0] = &entry.option;
  tn_create_options options = tn_create_options_init();
  options.oldest_major = TN_MAJOR;
  options.newest_major = TN_MAJOR;
  options.host_for = host_for;
  options.entries = entries;
  options.entry_count = 1;
  return options;
}

/* --- models */

#define MUST(call) cr_assert_eq(call, TN_OK)

static tni_model *new_model(const tni_environment *environment) {
  tni_model *model;
  MUST(tni_model_create(environment ? environment : tni_environment_system(), TN_STRING("small"),
                        &model, NULL));
  MUST(tni_model_set_operator_set(model, TN_STRING(""), TN_ONNX_OPERATOR_SET, NULL));
  return model;
}

static tni_value *new_value(tni_model *model, const char *name, int64_t min, int64_t max) {
  tni_value *value;
  tn_dimension dimensions[2] = {{min, max, NULL}, {4, 4, NULL}};
  if (min != max) MUST(tni_model_symbol(model, TN_STRING("n"), &dimensions[0].symbol, NULL));
  MUST(tni_graph_add_value(model->graph, tn_string_from(name), &value, NULL));
  tni_value_set_type(value, TN_F32);
  MUST(tni_value_set_shape(value, 2, dimensions, NULL));
  return value;
}

static tni_node *new_node(tni_model *model, const char *name, const char *domain,
                          const char *operation, uint32_t version, uint32_t input_count,
                          tni_value *const *inputs, tni_value *output) {
  tni_node *node;
  MUST(tni_graph_add_node(model->graph, tn_string_from(name), tn_string_from(domain),
                          tn_string_from(operation), version, &node, NULL));
  MUST(tni_node_add_origin(node, tn_string_from(name), NULL));
  MUST(tni_node_set_inputs(node, input_count, inputs, NULL));
  MUST(tni_node_set_outputs(node, 1, &output, NULL));
  return node;
}

static tn_model *finish(tni_model *model) {
  tn_model *frozen;
  tn_error error;
  memset(&error, 0, sizeof error);
  cr_assert_eq(tni_model_freeze(model, &frozen, &error), TN_OK, "%s", error.message);
  return frozen;
}

tn_model *test_model_chain(const tni_environment *environment, const char *operation,
                           uint32_t since_version, uint32_t length, int64_t min, int64_t max) {
  tni_model *model = new_model(environment);
  tni_value *value = new_value(model, "x", min, max);
  MUST(tni_graph_add_input(model->graph, value, NULL));
  for (uint32_t i = 0; i < length; i++) {
    char name[32], output[32];
    snprintf(name, sizeof name, "node%u", i);
    snprintf(output, sizeof output, "value%u", i);
    tni_value *next = new_value(model, output, min, max);
    new_node(model, name, "", operation, since_version, 1, &value, next);
    value = next;
  }
  MUST(tni_graph_add_output(model->graph, value, NULL));
  return finish(model);
}

tn_model *test_model_product_and_sum(const tni_environment *environment) {
  const int64_t shape[] = {1};
  const float three = 3;
  tni_model *model = new_model(environment);
  tni_value *x = new_value(model, "x", 2, 2), *w;
  tn_tensor *constant = test_tensor(1, shape, &three);
  MUST(tni_graph_add_constant(model->graph, TN_STRING("w"), constant, &w, NULL));
  tn_tensor_release(constant);
  MUST(tni_graph_add_input(model->graph, x, NULL));
  tni_value *product = new_value(model, "p", 2, 2), *sum = new_value(model, "y", 2, 2);
  new_node(model, "mul", "", "Mul", 14, 2, (tni_value *[]){x, w}, product);
  new_node(model, "add", "", "Add", 14, 2, (tni_value *[]){product, x}, sum);
  MUST(tni_graph_add_output(model->graph, sum, NULL));
  return finish(model);
}

tn_model *test_model_with_variable(const tni_environment *environment) {
  const int64_t shape[] = {2, 4};
  tni_model *model = new_model(environment);
  MUST(tni_model_set_operator_set(model, TN_STRING("tenon"), 1, NULL));
  tni_value *x = new_value(model, "x", 2, 2), *old = new_value(model, "old", 2, 2);
  tni_value *sum = new_value(model, "sum", 2, 2), *y = new_value(model, "y", 2, 2);
  MUST(tni_graph_add_input(model->graph, x, NULL));
  tni_node *read = new_node(model, "read", "tenon", "ReadValue", 1, 0, NULL, old);
  MUST(tni_node_set_string(read, TN_STRING("variable_id"), TN_STRING("memory"), NULL));
  MUST(tni_node_set_int(read, TN_STRING("type"), TN_F32, NULL));
  MUST(tni_node_set_ints(read, TN_STRING("shape"), 2, shape, NULL));
  new_node(model, "sum", "", "Add", 14, 2, (tni_value *[]){old, x}, sum);
  tni_node *assign = new_node(model, "assign", "tenon", "Assign", 1, 1, &sum, y);
  MUST(tni_node_set_string(assign, TN_STRING("variable_id"), TN_STRING("memory"), NULL));
  MUST(tni_graph_add_output(model->graph, y, NULL));
  return finish(model);
}

tn_tensor *test_tensor(uint32_t rank, const int64_t *shape, const float *elements) {
  tn_tensor *tensor;
  MUST(tni_tensor_create_copy(tni_environment_system(), TN_F32, rank, shape, elements, &tensor,
                              NULL));
  return tensor;
}
