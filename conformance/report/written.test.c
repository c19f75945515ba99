#include "report/written.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include <stdio.h>
#include <sys/stat.h>

#define FOLDER TENON_BUILD_DIR "/tests/written-work"

enum { COUNT = 10000 };

static void put(const char *path, size_t count, char last) {
  mkdir(FOLDER, 0777);
  FILE *file = fopen(path, "w");
  cr_assert(ne(ptr, file, NULL));
  for (size_t i = 0; i < count; i++)
    fputc(i + 1 == count ? last : 'x', file);
  cr_assert(eq(int, fclose(file), 0));
}

/* COUNT times 'x', as a writer adds them. */
static written all_written(void) {
  written self;
  written_begin(&self);
  for (int i = 0; i < COUNT; i++)
    written_add(&self, "x", 1);
  return self;
}

static bool is_there(size_t count, char last) {
  const written self = all_written();
  put(FOLDER "/found", count, last);
  return written_is_there(&self, FOLDER "/found");
}

Test(written, the_same_bytes_are_there) {
  cr_assert(is_there(COUNT, 'x'));
}

Test(written, other_missing_and_added_bytes_are_told) {
  cr_assert(not(is_there(COUNT, 'y')));
  cr_assert(not(is_there(COUNT - 1, 'x')));
  cr_assert(not(is_there(COUNT + 1, 'x')));
  cr_assert(not(is_there(0, 'x')));
  const written self = all_written();
  cr_assert(not(written_is_there(&self, FOLDER "/no-such-file")));
}

Test(written, the_beginning_of_a_file_counts_as_written) {
  written self;
  written_begin(&self);
  put(FOLDER "/begun", COUNT, 'y');
  cr_assert(written_add_file(&self, FOLDER "/begun", COUNT - 1));
  written_add(&self, "x", 1);
  put(FOLDER "/whole", COUNT, 'x');
  cr_assert(written_is_there(&self, FOLDER "/whole"));
  cr_assert(not(written_add_file(&self, FOLDER "/begun", COUNT + 1)));
}
