#include "runtime/engine.h"

#include <criterion/criterion.h>
#include <stdint.h>

/* An engine whose plugin is this test. */
static tni_engine engine;

static void make(void) {
  memset(&engine, 0, sizeof engine);
  cr_assert_eq(tni_services_create(NULL, &engine.services, NULL), TN_OK);
  engine.environment = engine.services->environment;
  tni_host_init(&engine);
}

static void finish(void) {
  tni_services_close(engine.services);
  tni_services_release(engine.services);
}

TestSuite(host, .init = make, .fini = finish);

Test(host, memory_is_aligned_as_asked) {
  const tn_host *host = &engine.host;
  for (uint64_t alignment = 1; alignment <= 4096; alignment *= 2) {
    void *memory = host->allocate(host, 100, alignment);
    cr_assert_not_null(memory);
    cr_assert_eq((uintptr_t)memory % alignment, 0);
    memset(memory, 1, 100);
    host->release(host, memory);
  }
  cr_assert_null(host->allocate(host, 100, 0));
  cr_assert_null(host->allocate(host, 100, 48));
  cr_assert_null(host->allocate(host, 100, 8192));
  cr_assert_null(host->allocate(host, UINT64_MAX, 64));
  void *nothing = host->allocate(host, 0, 8);
  cr_assert_not_null(nothing);
  host->release(host, nothing);
  host->release(host, NULL);
}

Test(host, executors_are_checked_and_run) {
  const tn_host *host = &engine.host;
  tn_executor *executor = NULL;
  tn_error error = {0};
  tn_executor_options options = tn_executor_options_init();
  cr_assert_eq(host->create_executor(host, NULL, &executor, &error), TN_INVALID_ARGUMENT);
  cr_assert_eq(host->create_executor(host, &options, &executor, &error), TN_INVALID_ARGUMENT,
               "no threads");
  options.thread_count = 1;
  options.flags = 1;
  cr_assert_eq(host->create_executor(host, &options, &executor, &error), TN_INVALID_ARGUMENT);
  options.flags = 0;
  const tn_option critical = {TN_SIZE(tn_option), TN_OPTION_CRITICAL, TN_STRING_INIT("x")};
  const tn_option *const entries[] = {&critical};
  options.entries = entries;
  options.entry_count = 1;
  cr_assert_eq(host->create_executor(host, &options, &executor, &error), TN_UNSUPPORTED);
  cr_assert_null(executor);
  options.entry_count = 0;
  cr_assert_eq(host->create_executor(host, &options, &executor, &error), TN_OK);
  host->destroy_executor(host, executor);
}

Test(host, malformed_options_of_executors_are_refused) {
  const tn_host *host = &engine.host;
  tn_executor *executor = NULL;
  const tn_option small = {TN_SIZE(tn_option) - 8, 0, TN_STRING_INIT("x")};
  const tn_option unknown_flag = {TN_SIZE(tn_option), 2, TN_STRING_INIT("x")};
  const tn_option *const entries[] = {NULL, &small, &unknown_flag};
  tn_executor_options options[8];
  for (int i = 0; i < 8; i++) {
    options[i] = tn_executor_options_init();
    options[i].thread_count = 1;
  }
  options[0].reserved = 1;
  options[1].reserved_too = 1;
  options[2].entry_count = 1; /* at NULL */
  options[3].size = TN_OPTIONS_MAX_SIZE + 8;
  options[4].name = tn_string_make(NULL, 4);
  for (int i = 5; i < 8; i++) {
    options[i].entries = &entries[i - 5];
    options[i].entry_count = 1;
  }
  for (int i = 0; i < 8; i++) {
    tn_error error = {0};
    cr_assert_eq(host->create_executor(host, &options[i], &executor, &error), TN_INVALID_ARGUMENT,
                 "options %d", i);
    cr_assert_eq(error.status, TN_INVALID_ARGUMENT);
  }
  cr_assert_null(executor);
}

Test(host, tensors_are_zeroed_aligned_and_resizable) {
  const tn_host *host = &engine.host;
  const int64_t shape[] = {3, 5}, larger[] = {100}, wrong[] = {-1};
  tn_tensor *tensor = NULL;
  tn_error error = {0};
  cr_assert_eq(host->create_tensor(host, TN_F32, 2, shape, &tensor, &error), TN_OK);
  cr_assert_eq((uintptr_t)tensor->data % TN_TENSOR_ALIGNMENT, 0);
  for (int i = 0; i < 15; i++)
    cr_assert_eq(((float *)tensor->data)[i], 0);
  cr_assert_eq(tensor->api->resize(tensor, 1, larger, &error), TN_OK);
  cr_assert_geq(tensor->capacity_bytes, 400);
  tn_tensor_release(tensor);
  tensor = NULL;
  cr_assert_eq(host->create_tensor(host, TN_F32, 1, wrong, &tensor, &error), TN_INVALID_ARGUMENT);
  cr_assert_eq(host->create_tensor(host, 999, 2, shape, &tensor, &error), TN_UNSUPPORTED);
  cr_assert_eq(host->create_tensor(host, TN_F32, 17, shape, &tensor, &error), TN_INVALID_ARGUMENT);
  cr_assert_null(tensor);
}

Test(host, extensions_are_found_by_their_whole_name) {
  const tn_host *host = &engine.host;
  cr_assert_not_null(host->get_extension(host, TN_STRING(TN_EXTENSION_CORE)));
  cr_assert_null(host->get_extension(host, TN_STRING("tn.core/")));
  cr_assert_null(host->get_extension(host, TN_STRING("tn.core/11")));
}
