/* Elements in files: mapped, below the model's folder, not copied. */
#include "frontends/onnx/onnx.h"

#include "base/fault_allocator.h"
#include "frontends/onnx/test_messages.h"
#include "onnx.pb.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char folder[] = "/tmp/tenon-onnx-XXXXXX";
static char path[64];

static void make_folder(void) {
  cr_assert_not_null(mkdtemp(folder));
  snprintf(path, sizeof path, "%s/model.onnx", folder);
}

static void remove_folder(void) {
  char command[64];
  snprintf(command, sizeof command, "rm -r %s", folder);
  cr_assert_eq(system(command), 0);
}

TestSuite(external, .init = make_folder, .fini = remove_folder);

static void write_file(const char *name, const void *bytes, size_t size) {
  char full[128];
  snprintf(full, sizeof full, "%s/%s", folder, name);
  FILE *file = fopen(full, "wb");
  cr_assert_eq(fwrite(bytes, 1, size, file), size);
  fclose(file);
}

/* Writes and reads a model whose only constants are these, which are used up. */
static tn_status read_constants(tni_test_message *tensors, size_t count, tni_model **out,
                                tn_error *error) {
  tni_test_message graph = tni_test_message_begin();
  for (size_t i = 0; i < count; i++)
    tni_test_put_message(&graph, onnx_GraphProto_initializer_tag, tensors[i]);
  tni_test_message model = tni_test_model(8, 17, graph);
  write_file("model.onnx", model.data, model.length);
  tni_text_destroy(&model);
  return tni_onnx_read_file(tni_environment_system(), tn_string_from(path), out, error);
}

static tn_tensor *constant(const tni_model *model, const char *name) {
  return tni_graph_find_value(model->graph, tn_string_from(name))->view.constant;
}

Test(external, files_are_mapped_once_and_outlive_the_model) {
  const float numbers[4] = {1, 2, 3, 4};
  tn_error error = {0};
  tni_model *model = NULL;
  write_file("weights.bin", numbers, sizeof numbers);
  tni_test_message tensors[] = {tni_test_external_tensor("a", 1, 2, "weights.bin", NULL, NULL),
                                tni_test_external_tensor("b", 1, 2, "weights.bin", "8", "8"),
                                tni_test_external_tensor("c", 2, 3, "weights.bin", "1", "3")};
  cr_assert_eq(read_constants(tensors, 3, &model, &error), TN_OK, "%s", error.message);
  tn_tensor *a = constant(model, "a");
  tn_tensor *b = constant(model, "b");
  cr_assert_eq((char *)b->data - (char *)a->data, 8, "mapped twice, or copied");
  cr_assert_eq(((float *)b->data)[1], 4);
  cr_assert_eq(a->flags, TN_TENSOR_READ_ONLY);
  tn_tensor_retain(b);
  tni_model_destroy(model);
  cr_assert_eq(((float *)b->data)[0], 3);
  tn_tensor_release(b);
}

Test(external, what_leads_out_of_the_folder_is_refused) {
  const struct {
    const char *location, *offset, *length, *words;
    tn_status status;
  } cases[] = {
      {"/etc/passwd", NULL, NULL, "relative path", TN_MALFORMED},
      {"../weights.bin", NULL, NULL, "leads out", TN_MALFORMED},
      {"sub/../../weights.bin", NULL, NULL, "leads out", TN_MALFORMED},
      {"link", NULL, NULL, "leads out", TN_MALFORMED},
      {"", NULL, NULL, "no location", TN_MALFORMED},
      {"nothing.bin", NULL, NULL, "nothing.bin", TN_NOT_FOUND},
      {"weights.bin", "9", NULL,
       "8 bytes at offset 9 of \"weights.bin\" are asked for, which has 16", TN_MALFORMED},
      {"weights.bin", "18446744073709551615", NULL, "which has 16", TN_MALFORMED},
      {"weights.bin", "18446744073709551616", NULL, "no offset or length", TN_MALFORMED},
      {"weights.bin", "0", "4", "external data has 4 bytes, the shape asks for 8", TN_MALFORMED},
  };
  write_file("weights.bin", "0123456789abcdef", 16);
  char link[64];
  snprintf(link, sizeof link, "%s/link", folder);
  cr_assert_eq(symlink("/etc/passwd", link), 0);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    tn_error error = {0};
    tni_model *model = NULL;
    tni_test_message tensor =
        tni_test_external_tensor("w", 1, 2, cases[i].location, cases[i].offset, cases[i].length);
    cr_expect_eq(read_constants(&tensor, 1, &model, &error), cases[i].status, "%s: %s",
                 cases[i].location, error.message);
    cr_expect(strstr(error.message, cases[i].words), "%s", error.message);
    cr_expect(strstr(error.message, "tensor \"w\""), "%s", error.message);
  }
}

static long resident_kilobytes(void) {
  long pages = 0;
  FILE *file = fopen("/proc/self/statm", "r");
  cr_assert_eq(fscanf(file, "%*s %ld", &pages), 1);
  fclose(file);
  return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

enum { LARGE_COUNT = 400, LARGE_SIZE = 256 * 1024 };

/* Writes the start of a tensor whose elements follow. */
static tni_test_message start_large_tensor(int index) {
  char name[16];
  const int64_t shape = LARGE_SIZE / 4;
  snprintf(name, sizeof name, "w%03d", index);
  tni_test_message tensor = tni_test_tensor(name, 1, 1, &shape, NULL, 0);
  tni_test_put_start(&tensor, onnx_TensorProto_raw_data_tag, LARGE_SIZE);
  tni_test_message field = tni_test_message_begin();
  tni_test_put_start(&field, onnx_GraphProto_initializer_tag, tensor.length + LARGE_SIZE);
  tni_text_append(&field, tni_text_string(&tensor));
  tni_text_destroy(&tensor);
  return field;
}

static void write_text(FILE *file, tni_test_message *text) {
  cr_assert_eq(fwrite(text->data, 1, text->length, file), text->length);
  tni_text_destroy(text);
}

/* A model of 100 MB in 400 tensors. */
static void write_large_model(void) {
  static char block[LARGE_SIZE];
  memset(block, 'w', sizeof block);
  tni_test_message field = start_large_tensor(0);
  tni_test_message set = tni_test_message_begin();
  tni_test_put_number(&set, onnx_OperatorSetIdProto_version_tag, 17);
  tni_test_message model = tni_test_message_begin();
  tni_test_put_number(&model, onnx_ModelProto_ir_version_tag, 8);
  tni_test_put_message(&model, onnx_ModelProto_opset_import_tag, set);
  tni_test_put_start(&model, onnx_ModelProto_graph_tag, (field.length + LARGE_SIZE) * LARGE_COUNT);
  tni_text_destroy(&field);
  FILE *file = fopen(path, "wb");
  write_text(file, &model);
  for (int i = 0; i < LARGE_COUNT; i++) {
    field = start_large_tensor(i);
    write_text(file, &field);
    cr_assert_eq(fwrite(block, 1, sizeof block, file), sizeof block);
  }
  fclose(file);
}

Test(external, a_large_model_stays_in_its_file) {
  tn_error error = {0};
  tni_model *model = NULL;
  write_large_model();
  const long before = resident_kilobytes();
  cr_assert_eq(tni_onnx_read_file(tni_environment_system(), tn_string_from(path), &model, &error),
               TN_OK, "%s", error.message);
  const long grown = resident_kilobytes() - before;
  cr_assert_lt(grown, 5 * 1024, "%ld kB", grown);
  const char *bytes = constant(model, "w399")->data;
  cr_assert_eq(bytes[LARGE_SIZE - 1], 'w');
  tni_model_destroy(model);
}

static tn_status read_file_once(const tni_allocator *allocator, void *user) {
  (void)user;
  tn_error error;
  tni_model *model = NULL;
  tni_environment environment = *tni_environment_system();
  environment.allocator = allocator;
  const tn_status status = tni_onnx_read_file(&environment, tn_string_from(path), &model, &error);
  if (status == TN_OK) tni_model_destroy(model);
  return status;
}

Test(external, reading_files_survives_every_failed_allocation) {
  tni_model *model = NULL;
  write_file("weights.bin", "0123456789abcdef", 16);
  tni_test_message tensors[] = {tni_test_external_tensor("a", 1, 2, "weights.bin", NULL, NULL),
                                tni_test_external_tensor("b", 1, 2, "./weights.bin", NULL, NULL)};
  cr_assert_eq(read_constants(tensors, 2, &model, NULL), TN_OK);
  tni_model_destroy(model);
  cr_assert_gt(tni_fault_sweep(read_file_once, NULL), 10);
}

Test(external, a_tensor_alone_is_read_with_its_name) {
  const float numbers[2] = {1, 2};
  char name[16];
  tn_error error = {0};
  tn_tensor *tensor = NULL;
  tni_test_message message = tni_test_tensor("input", 1, 1, &(int64_t){2}, numbers, sizeof numbers);
  write_file("model.onnx", message.data, message.length);
  tni_text_destroy(&message);
  cr_assert_eq(tni_onnx_read_tensor(tni_environment_system(), tn_string_from(path), name,
                                    sizeof name, &tensor, &error),
               TN_OK, "%s", error.message);
  cr_assert_str_eq(name, "input");
  cr_assert_eq(tensor->shape[0], 2);
  float second;
  memcpy(&second, (char *)tensor->data + 4, sizeof second);
  cr_assert_float_eq(second, 2, 0);
  tn_tensor_release(tensor);
  write_file("model.onnx", "\x08", 1);
  cr_assert_eq(tni_onnx_read_tensor(tni_environment_system(), tn_string_from(path), NULL, 0,
                                    &tensor, &error),
               TN_MALFORMED);
  cr_assert(strstr(error.message, path), "%s", error.message);
}

Test(external, files_that_cannot_be_read) {
  tn_error error = {0};
  tni_model *model = NULL;
  cr_assert_eq(tni_onnx_read_file(tni_environment_system(), TN_STRING("/no/such/model.onnx"),
                                  &model, &error),
               TN_NOT_FOUND);
  cr_assert(strstr(error.message, "/no/such/model.onnx"), "%s", error.message);
  cr_assert_neq(
      tni_onnx_read_file(tni_environment_system(), tn_string_from(folder), &model, &error), TN_OK);
  write_file("model.onnx", "", 0);
  cr_assert_eq(tni_onnx_read_file(tni_environment_system(), tn_string_from(path), &model, &error),
               TN_MALFORMED);
}
