/* Checks of the library's file: what it exports and imports. */
#define TN_GROUP "abi"
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

#include "engine/check.h"
#include "engine/library_file.h"

#define ENTRY "tn_create_plugin_engine"

/* Names of symbols, as many as fit into a line. */
struct names {
  char text[400];
  uint32_t count;
};

static void add(struct names *names, const char *name) {
  size_t used = strlen(names->text);
  if (used + strlen(name) + 3 < sizeof names->text)
    snprintf(names->text + used, sizeof names->text - used, "%s%s", used ? ", " : "", name);
  names->count++;
}

/* What a library's symbols say. */
struct survey {
  void *library; /* handle; resolves what the library imports */
  struct names surplus, unresolved;
  bool entry, sanitized, fork_handlers;
};

static bool resolves(void *library, const char *name) {
  dlerror();
  return dlsym(library, name) != NULL || dlerror() == NULL;
}

static void look(void *user, const library_symbol *symbol) {
  struct survey *survey = user;
  if (symbol->defined) {
    if (strcmp(symbol->name, ENTRY) == 0)
      survey->entry = true;
    else
      add(&survey->surplus, symbol->name);
    return;
  }
  if (strncmp(symbol->name, "__asan_", 7) == 0 || strncmp(symbol->name, "__tsan_", 7) == 0 ||
      strncmp(symbol->name, "__ubsan_", 8) == 0 || strncmp(symbol->name, "__sanitizer_", 12) == 0)
    survey->sanitized = true;
  if (strcmp(symbol->name, "__register_atfork") == 0 || strcmp(symbol->name, "pthread_atfork") == 0)
    survey->fork_handlers = true;
  /* the library's own scope: itself and what it depends on, not the process that opened it */
  if (!symbol->weak && !resolves(survey->library, symbol->name))
    add(&survey->unresolved, symbol->name);
}

static bool survey_library(test *t, struct survey *survey) {
  library_file file;
  memset(survey, 0, sizeof *survey);
  survey->library = dlopen(t->setup->library, RTLD_NOW | RTLD_LOCAL);
  if (!survey->library) {
    EXPECT_THAT(0, "the library opens with RTLD_NOW and RTLD_LOCAL: %s", dlerror());
    return false;
  }
  bool read = library_file_open(&file, t->setup->library);
  EXPECT_THAT(read, "the library's file can be read: %s", file.why);
  if (read) {
    read = library_file_symbols(&file, look, survey);
    EXPECT_THAT(read, "the library's file has a table of dynamic symbols");
    library_file_close(&file);
  }
  dlclose(survey->library);
  return read;
}

TN_CHECK(abi_exports_one_symbol, ABI, 2, TEST_NO_ENGINE,
         "the library exports nothing but tn_create_plugin_engine") {
  struct survey survey;
  if (!survey_library(t, &survey)) return;
  EXPECT(survey.entry);
  if (survey.sanitized) NOT_APPLICABLE("the library is built with a sanitizer");
  EXPECT_THAT(survey.surplus.count == 0,
              "the library exports " ENTRY
              " alone; it also exports %u: %s. Compile with "
              "-fvisibility=hidden and link with -Wl,--version-script of a file with "
              "{ global: " ENTRY "; local: *; };",
              survey.surplus.count, survey.surplus.text);
}

TN_CHECK(abi_imports_from_dependencies, ABI, 3, TEST_NO_ENGINE,
         "every symbol that the library imports comes from a library that it depends on") {
  struct survey survey;
  if (!survey_library(t, &survey)) return;
  if (survey.sanitized) NOT_APPLICABLE("the library is built with a sanitizer");
  EXPECT_THAT(survey.unresolved.count == 0,
              "the library's own dependencies resolve every symbol; they lack %u: %s. Link with "
              "-Wl,-z,defs and name each library that is used",
              survey.unresolved.count, survey.unresolved.text);
}

TN_CHECK(abi_no_fork_handlers, LIFE, 16, TEST_NO_ENGINE,
         "the library does not register fork handlers") {
  struct survey survey;
  if (!survey_library(t, &survey)) return;
  EXPECT_THAT(!survey.fork_handlers, "the library does not import pthread_atfork");
}

TN_CHECK_WITH(abi_loads_now_and_local, ABI, 16, TEST_NO_ENGINE,
              "the library is loaded with RTLD_NOW and RTLD_LOCAL and gives its symbol there",
              .revision = 3) {
  void *library = dlopen(t->setup->library, RTLD_NOW | RTLD_LOCAL | RTLD_NOLOAD);
  EXPECT(library != NULL);
  if (!library) return;
  EXPECT(dlsym(library, ENTRY) != NULL);
  dlclose(library);
}
