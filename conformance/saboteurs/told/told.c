/* The plugin BARE that writes down what it is told of its host, to the file that TENON_TOLD names.
 * For scripts/check_host_bytes: a plugin that told the suite from the runtime by its host could
 * behave in one and misbehave in the other. */
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tenon/abi.h"

tn_status bare_create_plugin_engine(const tn_create_options *options, tn_plugin **out,
                                    tn_error *error);

/* The bytes of a struct; of a pointer no more than whether there is one, since addresses differ
 * from process to process anyway. `pointers` are the words that hold some, bit by bit. */
static void tell_struct(FILE *out, const char *name, const void *from, uint32_t size,
                        uint64_t pointers) {
  fprintf(out, "%s: %u bytes:", name, size);
  for (uint32_t at = 0; at + 8 <= size; at += 8) {
    uint64_t word;
    memcpy(&word, (const char *)from + at, sizeof word);
    if (pointers >> at / 8 & 1)
      fputs(word ? " pointer" : " null", out);
    else
      fprintf(out, " %016llx", (unsigned long long)word);
  }
  fputc('\n', out);
}

/* Bits from one word to the last. */
static uint64_t from_word(unsigned word) {
  return ~UINT64_C(0) << word;
}

static void tell_answer(FILE *out, const char *call, tn_status status, const tn_error *error) {
  fprintf(out, "%s: status %d, %s\n", call, (int)status, error->message);
}

static void tell_options(FILE *out, const tn_create_options *options) {
  tell_struct(out, "tn_create_options", options, options->size, 1 << 2 | 1 << 3 | 1 << 4);
  for (uint32_t major = 0; major < 4; major++)
    fprintf(out, "host_for(%u): %s\n", major,
            options->host_for(options, major) ? "a table" : "NULL");
}

static void tell_extensions(FILE *out, const tn_host *host) {
  static const char *const ids[] = {
      TN_EXTENSION_CORE,   "tn.core/0",          "tn.core/2",          "tn.core",
      "tn.layers/1",       TN_EXTENSION_BATCH,   TN_EXTENSION_COPY,    TN_EXTENSION_EXPORT,
      TN_EXTENSION_FAULT,  TN_EXTENSION_HANDLES, TN_EXTENSION_IMPORT,  TN_EXTENSION_PROFILING,
      TN_EXTENSION_REMOTE, TN_EXTENSION_STATES,  TN_EXTENSION_TARGETS, ""};
  for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
    const uint32_t *table = host->get_extension(host, tn_string_from(ids[i]));
    fprintf(out, "get_extension(%s): %s\n", ids[i], table ? "a table" : "NULL");
    if (table) tell_struct(out, ids[i], table, *table, from_word(1));
  }
}

static void tell_memory(FILE *out, const tn_host *host) {
  static const uint64_t asked[][2] = {{1, 1},           {64, 64},       {0, 8},
                                      {64, 0},          {64, 48},       {64, 4096},
                                      {64, 8192},       {64, 3},        {64, UINT64_C(1) << 31},
                                      {UINT64_MAX, 64}, {INT64_MAX, 64}};
  for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
    void *memory = host->allocate(host, asked[i][0], asked[i][1]);
    fprintf(out, "allocate(%llu, %llu): %s\n", (unsigned long long)asked[i][0],
            (unsigned long long)asked[i][1], memory ? "memory" : "NULL");
    host->release(host, memory);
  }
}

static void tell_executors(FILE *out, const tn_host *host) {
  static const uint32_t threads[] = {0, 1, 3, 1024, 1025, UINT32_MAX};
  for (size_t i = 0; i < sizeof threads / sizeof *threads; i++) {
    tn_executor_options options = tn_executor_options_init();
    tn_executor *executor = NULL;
    tn_error error = {0};
    char call[64];
    options.thread_count = threads[i];
    if (threads[i] == 1024) continue; /* so many need not be there */
    snprintf(call, sizeof call, "create_executor of %u threads", threads[i]);
    tell_answer(out, call, host->create_executor(host, &options, &executor, &error), &error);
    if (executor) host->destroy_executor(host, executor);
  }
}

struct wish {
  uint32_t type, rank;
  int64_t shape[3];
};

static void tell_tensors(FILE *out, const tn_host *host) {
  static const struct wish wishes[] = {{TN_F32, 2, {3, 5}},
                                       {TN_U4, 1, {7}},
                                       {TN_STRING_ELEMENT, 1, {2}},
                                       {TN_F32, 0, {0}},
                                       {TN_F32, 2, {0, 4}},
                                       {9999, 1, {4}},
                                       {TN_ANY_TYPE, 1, {4}},
                                       {TN_F32, 1, {-1}},
                                       {TN_F32, TN_MAX_RANK + 1, {1}},
                                       {TN_F32, 3, {INT64_MAX, INT64_MAX, 2}}};
  for (size_t i = 0; i < sizeof wishes / sizeof *wishes; i++) {
    const struct wish *wish = &wishes[i];
    tn_tensor *tensor = NULL;
    tn_error error = {0};
    char call[64];
    snprintf(call, sizeof call, "create_tensor %zu", i);
    tell_answer(out, call,
                host->create_tensor(host, wish->type, wish->rank, wish->shape, &tensor, &error),
                &error);
    if (!tensor) continue;
    tell_struct(out, "tn_tensor", tensor, tensor->size, 7 | 1 << 5 | 1 << 6 | 1 << 7 | 1 << 9);
    tell_struct(out, "tn_tensor_api", tensor->api, tensor->api->size, from_word(1));
    fprintf(out, "aligned to 64: %d; of the host's maker: %d\n", (uintptr_t)tensor->data % 64 == 0,
            tensor->maker == host->maker);
    tn_tensor_release(tensor);
  }
}

static void tell(FILE *out, const tn_create_options *options, const tn_host *host) {
  tell_options(out, options);
  tell_struct(out, "tn_host", host, host->size, from_word(1));
  tell_struct(out, "tn_maker", host->maker, host->maker->size, 1 << 1 | 1 << 2);
  fprintf(out, "name: %.*s\n", (int)host->maker->name.length, host->maker->name.data);
  tell_extensions(out, host);
  tell_memory(out, host);
  tell_executors(out, host);
  tell_tensors(out, host);
}

TN_EXPORT tn_status TN_CALL tn_create_plugin_engine(const tn_create_options *options,
                                                    tn_plugin **out, tn_error *error) {
  const char *path = getenv("TENON_TOLD");
  const tn_host *host = tn_create_options_host(options);
  FILE *file = path && host ? fopen(path, "we") : NULL;
  if (file) {
    tell(file, options, host);
    fclose(file);
  }
  return bare_create_plugin_engine(options, out, error);
}
