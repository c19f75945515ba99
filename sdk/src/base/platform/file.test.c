#include "base/platform/file.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/fault_allocator.h"

static char path[] = "/tmp/tenon-file-XXXXXX";

static void write_file(const char *text) {
  strcpy(path + strlen(path) - 6, "XXXXXX");
  FILE *stream = fdopen(mkstemp(path), "w");
  fputs(text, stream);
  fclose(stream);
}

static tn_status map_once(const tni_allocator *allocator, void *user) {
  (void)user;
  tni_file *file = NULL;
  tn_error error;
  const tn_status status = tni_file_map(allocator, tn_string_from(path), &file, &error);
  if (status != TN_OK) cr_assert_null(file);
  tni_file_release(file);
  return status;
}

Test(file, contents_are_mapped_until_the_last_reference) {
  write_file("weights");
  tni_file *file = NULL;
  cr_assert_eq(tni_file_map(tni_allocator_system(), tn_string_from(path), &file, NULL), TN_OK);
  unlink(path);
  tni_file_retain(file);
  tni_file_release(file);
  cr_assert_eq(file->size, 7);
  tni_file_rest(file);
  cr_assert_eq(memcmp(file->data, "weights", 7), 0);
  cr_assert_str_eq(file->path.data, path);
  tni_file_release(file);
  tni_file_release(NULL);
}

Test(file, an_empty_file_is_legal) {
  write_file("");
  tni_file *file = NULL;
  cr_assert_eq(tni_file_map(tni_allocator_system(), tn_string_from(path), &file, NULL), TN_OK);
  cr_assert_eq(file->size, 0);
  cr_assert_not_null(file->data);
  tni_file_release(file);
  unlink(path);
}

Test(file, every_failed_allocation_is_survived) {
  write_file("x");
  cr_assert_eq(tni_fault_sweep(map_once, NULL), 2);
  unlink(path);
}

Test(file, what_cannot_be_mapped_is_said_clearly) {
  const struct {
    tn_string path;
    tn_status status;
    const char *words;
  } cases[] = {
      {TN_STRING_INIT("/no/such/file"), TN_NOT_FOUND, "/no/such/file"},
      {TN_STRING_INIT("/tmp"), TN_IO, "regular file"},
      {TN_STRING_INIT("a\0b"), TN_INVALID_ARGUMENT, "zero bytes"},
      {TN_STRING_INIT(""), TN_INVALID_ARGUMENT, "path"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    tn_error error;
    tni_file *file = NULL;
    cr_assert_eq(tni_file_map(tni_allocator_system(), cases[i].path, &file, &error),
                 cases[i].status);
    cr_assert_not_null(strstr(error.message, cases[i].words), "%s", error.message);
    cr_assert_null(file);
  }
}

/* A folder that holds the file "inside", a link to it, and links that lead out. */
static void make_folder(char folder[64], char command[256]) {
  strcpy(folder, "/tmp/tenon-folder-XXXXXX");
  cr_assert_not_null(mkdtemp(folder));
  snprintf(
      command, 256,
      "cd %s && mkdir model model/sub && echo -n weights > model/sub/inside && ln -s sub/inside "
      "model/link && echo -n secret > outside && ln -s ../outside model/leak && ln -s .. model/up",
      folder);
  cr_assert_eq(system(command), 0);
  strcat(folder, "/model");
  snprintf(command, 256, "rm -r %.*s", (int)(strlen(folder) - 6), folder);
}

Test(file, below_a_folder_nothing_leads_out) {
  char folder[64];
  char cleanup[256];
  make_folder(folder, cleanup);
  const char *const inside[] = {"sub/inside", "link", "./sub/../sub/inside"};
  for (size_t i = 0; i < sizeof inside / sizeof *inside; i++) {
    tni_file *file = NULL;
    tn_error error = {0};
    cr_assert_eq(tni_file_map_below(tni_allocator_system(), folder, tn_string_from(inside[i]),
                                    &file, &error),
                 TN_OK, "%s", error.message);
    cr_assert_eq(memcmp(file->data, "weights", 7), 0);
    tni_file_release(file);
  }
  const char *const outside[] = {"leak", "up/outside", "../outside", "/etc/passwd",
                                 "sub/../../outside"};
  for (size_t i = 0; i < sizeof outside / sizeof *outside; i++) {
    tni_file *file = NULL;
    cr_assert_eq(
        tni_file_map_below(tni_allocator_system(), folder, tn_string_from(outside[i]), &file, NULL),
        TN_MALFORMED, "%s", outside[i]);
    cr_assert_null(file);
  }
  tni_file *file = NULL;
  cr_assert_eq(
      tni_file_map_below(tni_allocator_system(), folder, TN_STRING("nothing"), &file, NULL),
      TN_NOT_FOUND);
  cr_assert_eq(tni_file_map_below(tni_allocator_system(), folder, TN_STRING("sub"), &file, NULL),
               TN_IO);
  cr_assert_eq(system(cleanup), 0);
}
