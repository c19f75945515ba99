/* Blobs, remote contexts, tensors, states, profiles; and objects that are broken. */
#include "../support/runtime.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- blobs */

typedef struct blob {
  unsigned char data[64];
  uint64_t size;
} blob;

static tn_status take_blob(void *user, const tn_value *value) {
  blob *self = user;
  cr_assert_eq(value->kind, TN_VALUE_BYTES);
  cr_assert_leq(value->as.bytes.size, sizeof self->data);
  memcpy(self->data, value->as.bytes.data, (size_t)value->as.bytes.size);
  self->size = value->as.bytes.size;
  return TN_OK;
}

static void check_imported(tn_core *core, tn_compiled *compiled) {
  tn_error error = {0};
  tn_request *request = NULL;
  assert_ok(tn_compiled_create_request(compiled, &request, &error));
  check_relu(core, request);
  tn_request_destroy(request);
  tn_compiled_destroy(compiled);
}

Test(objects, a_compiled_model_survives_export_and_import) {
  tn_core *core = full_core();
  tn_error error = {0};
  tn_compiled *compiled = compile_relu(core, "FULL"), *imported = NULL;
  blob bytes = {0};
  assert_ok(tn_compiled_export_memory(compiled, NULL, take_blob, &bytes, &error));
  cr_assert_eq(bytes.size, 16);
  assert_ok(tn_core_import_memory(core, "FULL", bytes.data, bytes.size, NULL, &imported, &error));
  check_imported(core, imported);
  char path[] = "/tmp/tenon-blob-XXXXXX";
  close(mkstemp(path));
  assert_ok(tn_compiled_export_file(compiled, NULL, path, &error));
  struct stat about;
  cr_assert_eq(stat(path, &about), 0);
  cr_assert_eq(about.st_size, 16);
  assert_ok(tn_core_import_file(core, "FULL", path, NULL, &imported, &error));
  check_imported(core, imported);
  unlink(path);
  assert_fails(tn_compiled_export_file(compiled, NULL, "/no/such/folder/blob", &error), TN_IO,
               "/no/such/folder/blob");
  tn_compiled_destroy(compiled);
  tn_core_destroy(core);
}

/* A folder, and paths in it. */
typedef struct places {
  char folder[40], file[60], link[60], pipe[60];
} places;

static void make_places(places *out) {
  strcpy(out->folder, "/tmp/tenon-export-XXXXXX");
  cr_assert_not_null(mkdtemp(out->folder));
  snprintf(out->file, sizeof out->file, "%s/file", out->folder);
  snprintf(out->link, sizeof out->link, "%s/link", out->folder);
  snprintf(out->pipe, sizeof out->pipe, "%s/pipe", out->folder);
}

static void remove_places(const places *self) {
  unlink(self->file);
  unlink(self->link);
  unlink(self->pipe);
  cr_assert_eq(rmdir(self->folder), 0, "something was left in %s", self->folder);
}

Test(objects, an_export_replaces_files_and_writes_through_all_else) {
  tn_core *core = full_core();
  tn_error error = {0};
  tn_compiled *compiled = compile_relu(core, "FULL");
  struct stat about, before;
  char bytes[64];
  places at;
  make_places(&at);
  assert_ok(tn_compiled_export_file(compiled, NULL, at.file, &error));
  cr_assert_eq(chmod(at.file, 0640), 0);
  cr_assert_eq(stat(at.file, &before), 0);
  assert_ok(tn_compiled_export_file(compiled, NULL, at.file, &error));
  cr_assert_eq(stat(at.file, &about), 0);
  cr_assert_neq(about.st_ino, before.st_ino, "the old file was changed instead of replaced");
  cr_assert_eq(about.st_mode & 07777, 0640);
  cr_assert_eq(truncate(at.file, 100), 0);
  cr_assert_eq(symlink("file", at.link), 0);
  assert_ok(tn_compiled_export_file(compiled, NULL, at.link, &error));
  cr_assert_eq(lstat(at.link, &about), 0);
  cr_assert(S_ISLNK(about.st_mode));
  cr_assert_eq(stat(at.file, &about), 0);
  cr_assert_eq(about.st_size, 16);
  cr_assert_eq(mkfifo(at.pipe, 0600), 0);
  const int reader = open(at.pipe, O_RDONLY | O_NONBLOCK);
  assert_ok(tn_compiled_export_file(compiled, NULL, at.pipe, &error));
  cr_assert_eq(read(reader, bytes, sizeof bytes), 16);
  close(reader);
  cr_assert_eq(lstat(at.pipe, &about), 0);
  cr_assert(S_ISFIFO(about.st_mode));
  assert_fails(tn_compiled_export_file(compiled, NULL, at.folder, &error), TN_IO, at.folder);
  remove_places(&at);
  tn_compiled_destroy(compiled);
  tn_core_destroy(core);
}

Test(objects, blobs_are_judged_before_they_are_read) {
  tn_core *core = full_core();
  tn_error error = {0};
  tn_compiled *imported = NULL;
  assert_ok(tn_core_check_blob(core, "FULL", "FULLBLOB", 8, NULL, &error));
  assert_fails(tn_core_check_blob(core, "FULL", "FULLOLD", 7, NULL, &error), TN_RECOMPILE,
               "version 1");
  assert_fails(tn_core_import_memory(core, "FULL", "rubbish!", 8, NULL, &imported, &error),
               TN_MALFORMED, "FULL: no blob");
  assert_fails(tn_core_import_memory(core, "FULL", "FULLBLOB", 8, NULL, &imported, &error),
               TN_MALFORMED, "16 bytes");
  assert_fails(tn_core_import_memory(core, "FULL", NULL, 8, NULL, &imported, &error),
               TN_INVALID_ARGUMENT, "NULL");
  assert_fails(tn_core_import_memory(core, "BARE", "FULLBLOB", 8, NULL, &imported, &error),
               TN_UNSUPPORTED, "imports nothing");
  assert_fails(tn_core_import_file(core, "FULL", "/no/such/blob", NULL, &imported, &error),
               TN_NOT_FOUND, "/no/such/blob");
  tn_compiled *compiled = compile_relu(core, "BARE");
  blob bytes;
  assert_fails(tn_compiled_export_memory(compiled, NULL, take_blob, &bytes, &error), TN_UNSUPPORTED,
               "tn.export/1");
  tn_compiled_destroy(compiled);
  cr_assert_null(imported);
  tn_core_destroy(core);
}

/* --- tensors and contexts */

static void count_release(void *user, void *data) {
  (void)data;
  ++*(int *)user;
}

Test(objects, memory_of_the_application_becomes_a_tensor) {
  tn_core *core = quiet_core();
  tn_error error = {0};
  float data[6] = {1, 2, 3, 4, 5, 6};
  const int64_t shape[] = {2, 3};
  int released = 0;
  tn_tensor *tensor = NULL, *copy = NULL;
  assert_fails(tn_core_wrap_tensor(core, TN_F32, 2, shape, data, 23, count_release, &released,
                                   &tensor, &error),
               TN_TOO_SMALL, "");
  cr_assert_eq(released, 0);
  assert_ok(tn_core_wrap_tensor(core, TN_F32, 2, shape, data, sizeof data, count_release, &released,
                                &tensor, &error));
  cr_assert_eq(tensor->data, data);
  assert_ok(tn_core_create_tensor(core, TN_F32, 2, shape, &copy, &error));
  cr_assert_eq(((float *)copy->data)[5], 0);
  assert_ok(tn_core_copy_tensor(core, tensor, copy, &error));
  cr_assert_eq(((float *)copy->data)[5], 6);
  tn_core_destroy(core);
  tn_tensor_release(tensor);
  cr_assert_eq(released, 1);
  tn_tensor_release(copy);
}

Test(objects, tensors_go_to_a_device_and_back) {
  tn_core *core = full_core();
  tn_error error = {0};
  const int64_t shape[] = {16};
  tn_remote_context *context = NULL, *again = NULL, *other = NULL;
  tn_tensor *remote = NULL, *second = NULL, *input = make_input(core), *output = NULL;
  assert_ok(tn_core_default_context(core, "FULL", &context, &error));
  assert_ok(tn_core_default_context(core, "FULL.0", &again, &error));
  cr_assert_eq(context, again);
  assert_ok(tn_core_create_context(core, "FULL:A,B", NULL, &other, &error));
  assert_ok(tn_remote_context_create_tensor(context, TN_F32, 1, shape, &remote, &error));
  assert_ok(tn_remote_context_create_tensor(other, TN_F32, 1, shape, &second, &error));
  assert_ok(tn_core_create_tensor(core, TN_F32, 1, shape, &output, &error));
  assert_ok(tn_core_copy_tensor(core, input, remote, &error));
  assert_ok(tn_core_copy_tensor(core, remote, second, &error));
  assert_ok(tn_core_copy_tensor(core, second, output, &error));
  cr_assert_eq(memcmp(input->data, output->data, 64), 0);
  const int64_t larger[] = {17};
  tn_tensor *wrong = NULL;
  assert_ok(tn_core_create_tensor(core, TN_F32, 1, larger, &wrong, &error));
  assert_fails(tn_core_copy_tensor(core, remote, wrong, &error), TN_WRONG_SHAPE, "shape");
  tn_tensor_release(wrong);
  assert_fails(tn_core_default_context(core, "BARE", &again, &error), TN_UNSUPPORTED,
               "tn.remote/1");
  assert_fails(tn_core_default_context(core, "FULL:A", &again, &error), TN_INVALID_ARGUMENT,
               "\":A\"");
  /* All of these outlive the core and the plugin. */
  tn_core_destroy(core);
  tn_remote_context_release(context);
  tn_remote_context_release(context);
  tn_remote_context_release(other);
  tn_tensor_release(remote);
  tn_tensor_release(second);
  tn_tensor_release(input);
  tn_tensor_release(output);
}

Test(objects, a_model_compiles_for_a_context) {
  tn_core *core = full_core();
  tn_error error = {0};
  tn_remote_context *context = NULL;
  assert_ok(tn_core_create_context(core, "FULL", NULL, &context, &error));
  const tn_context_option entry = tn_context_option_make(context);
  const tn_option *const entries[] = {&entry.option};
  tn_compile_options options = tn_compile_options_init();
  options.entries = entries;
  options.entry_count = 1;
  tn_model *model = read_relu(core);
  tn_compiled *compiled = NULL;
  assert_ok(tn_core_compile(core, model, "FULL", &options, &compiled, &error));
  tn_compiled_destroy(compiled);
  assert_fails(tn_core_compile(core, model, "BARE", &options, &compiled, &error), TN_UNSUPPORTED,
               "tn.context/1");
  tn_model_release(model);
  tn_remote_context_release(context);
  tn_core_destroy(core);
}

/* --- states and profiles */

Test(objects, states_are_read_set_and_reset) {
  tn_core *core = full_core();
  tn_error error = {0};
  tn_compiled *compiled = compile_relu(core, "FULL");
  tn_request *request = NULL;
  assert_ok(tn_compiled_create_request(compiled, &request, &error));
  cr_assert_eq(tn_request_state_count(request), 1);
  tn_string name;
  assert_ok(tn_request_state_name(request, 0, &name, &error));
  cr_assert(tn_string_equal(name, TN_STRING("total")));
  check_relu(core, request);
  tn_tensor *value = NULL;
  assert_ok(tn_request_get_state(request, 0, &value, &error));
  cr_assert_eq(*(float *)value->data, -8.0f);
  *(float *)value->data = 5;
  assert_ok(tn_request_set_state(request, 0, value, &error));
  tn_tensor_release(value);
  assert_ok(tn_request_get_state(request, 0, &value, &error));
  cr_assert_eq(*(float *)value->data, 5.0f);
  tn_tensor_release(value);
  assert_ok(tn_request_reset_state(request, 0, &error));
  assert_fails(tn_request_reset_state(request, 1, &error), TN_OUT_OF_RANGE, "state 1");
  assert_fails(tn_request_set_state(request, 0, NULL, &error), TN_INVALID_ARGUMENT, "NULL");
  tn_request_destroy(request);
  tn_compiled_destroy(compiled);
  tn_core_destroy(core);
}

static tn_status count_entries(void *user, const tn_profile_entry *const *entries, uint64_t count) {
  (void)entries;
  *(uint64_t *)user += count;
  return TN_OK;
}

Test(objects, profiles_are_passed_on) {
  tn_core *core = full_core();
  tn_error error = {0};
  tn_compiled *compiled = compile_relu(core, "FULL"), *bare = compile_relu(core, "BARE");
  tn_request *request = NULL, *other = NULL;
  uint64_t count = 0;
  assert_ok(tn_compiled_create_request(compiled, &request, &error));
  assert_ok(tn_compiled_create_request(bare, &other, &error));
  assert_fails(tn_request_profile(request, count_entries, &count, &error), TN_WRONG_STATE,
               "FULL: nothing has run");
  check_relu(core, request);
  assert_ok(tn_request_profile(request, count_entries, &count, &error));
  cr_assert_eq(count, 1);
  assert_fails(tn_request_profile(other, count_entries, &count, &error), TN_UNSUPPORTED,
               "tn.profiling/1");
  cr_assert_eq(tn_request_state_count(other), 0);
  tn_request_destroy(request);
  tn_request_destroy(other);
  tn_compiled_destroy(compiled);
  tn_compiled_destroy(bare);
  tn_core_destroy(core);
}

/* --- objects that are broken are caught where they first cross */

static tn_status use(tn_core *core, tn_error *error) {
  tn_model *model = read_relu(core);
  tn_compiled *compiled = NULL;
  tn_request *request = NULL;
  tn_tensor *tensor = NULL;
  tn_remote_context *context = NULL;
  blob bytes;
  tn_status status = tn_core_compile(core, model, "F", NULL, &compiled, error);
  tn_model_release(model);
  if (status == TN_OK) status = tn_compiled_create_request(compiled, &request, error);
  if (status == TN_OK) status = tn_request_get_tensor(request, 1, &tensor, error);
  if (status == TN_OK) status = tn_request_reset_state(request, 0, error);
  if (status == TN_OK) status = tn_compiled_export_memory(compiled, NULL, take_blob, &bytes, error);
  if (status == TN_OK) status = tn_core_create_context(core, "F", NULL, &context, error);
  if (status == TN_OK) tn_remote_context_release(context);
  tn_request_destroy(request);
  tn_compiled_destroy(compiled);
  return status;
}

/* checks TN_ABI_019 */
Test(objects, broken_objects_are_refused_by_name) {
  static const struct {
    const char *fault, *message;
  } faults[] = {
      {"compiled", "F: tn_compiled_model_api: size 48"},
      {"request", "F: tn_infer_request_api: size 84, expected a multiple of 8"},
      {"tensor", "F: tn_tensor_api: the mandatory slot get_extension is NULL"},
      {"state", "F: tn_state_api: the mandatory slot get_extension is NULL"},
      {"export", "F: tn_export_api: the mandatory slot export_model is NULL"},
      {"context", "F: tn_remote_context_api: size 8"},
  };
  for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
    tn_core *core = quiet_core();
    tn_error error = {0};
    assert_ok(register_faulty(core, FULL_PLUGIN, "F", faults[i].fault, &error));
    assert_fails(use(core, &error), TN_MALFORMED, faults[i].message);
    tn_core_destroy(core);
  }
  tn_core *core = quiet_core();
  tn_error error = {0};
  assert_ok(register_faulty(core, FULL_PLUGIN, "F", NULL, &error));
  assert_ok(use(core, &error));
  tn_core_destroy(core);
}

Test(objects, null_handles_are_refused) {
  tn_error error = {0};
  tn_tensor *tensor = NULL;
  assert_fails(tn_request_infer(NULL, &error), TN_INVALID_ARGUMENT, "request is NULL");
  assert_fails(tn_request_get_tensor(NULL, 0, &tensor, &error), TN_INVALID_ARGUMENT, "NULL");
  assert_fails(tn_compiled_set_properties(NULL, NULL, 0, &error), TN_INVALID_ARGUMENT, "NULL");
  cr_assert_null(tn_compiled_ports(NULL));
  cr_assert_null(tn_request_object(NULL));
  cr_assert_null(tn_compiled_object(NULL));
  cr_assert_eq(tn_request_state_count(NULL), 0);
  cr_assert_eq(tn_request_infer(NULL, NULL), TN_INVALID_ARGUMENT);
  tn_request_destroy(NULL);
  tn_compiled_destroy(NULL);
}
