/* Checks of creation when what the plugin stands on is not there. The manifest names the
 * environment in which that is so: "backend_absent": {"environment": {...}}. */
#define TN_GROUP "backend"
#include <ctype.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "engine/check.h"
#include "engine/child.h"
#include "engine/manifest_switch.h"
#include "engine/observe.h"

/* What creation came to, from the child's last line "STATUS DEVICES MESSAGE". */
struct outcome {
  int status;
  int devices; /* -1: none was asked */
  char message[600];
};

static const char *chosen_switch; /* field of the manifest that the child reads */

/* Makes an engine, and tells what it came to. */
static int create_and_tell(test *t, int say) {
  suite_host host;
  tn_plugin *plugin = test_poison();
  tn_error error;
  seen_devices devices = {.count = 0};
  memset(&error, 0, sizeof error);
  suite_host_init(&host, t->setup->others, t->setup->other_count);
  tn_status status = suite_host_create_engine(&host, t->setup->create, t->setup->properties,
                                              t->setup->property_count, &plugin, &error);
  if (status != TN_OK) {
    EXPECT_THAT(plugin == test_poison(), "a failed creation leaves *out untouched");
    EXPECT_THAT(atomic_load(&host.blocks) == 0 && atomic_load(&host.executors) == 0,
                "a failed creation gives back what it took from the host");
    child_say(say, "%d -1 %s", status, error.message);
    return 0;
  }
  status = see_devices(t, plugin, &devices, &error);
  child_say(say, "%d %d %s", status, (int)devices.count, status == TN_OK ? "" : error.message);
  tn_plugin_destroy(plugin, TN_DESTROY_NORMAL);
  return 0;
}

static int create_without_backend(test *t, int say) {
  manifest_switch_set(t, chosen_switch);
  return create_and_tell(t, say);
}

/* Runs `body` in a child, and reads what it tells. */
static void create_in_child(test *t, int (*body)(test *t, int say), struct outcome *out) {
  child_end end;
  char how[80];
  memset(out, 0, sizeof *out);
  bool ran = child_run(t, 8, body, &end);
  EXPECT_THAT(ran && end.exited && end.code == 0,
              "creation without the backend returns; the process ended with %s",
              child_describe(&end, how, sizeof how));
  char *rest = end.text;
  out->status = (int)strtol(rest, &rest, 10);
  out->devices = (int)strtol(rest, &rest, 10);
  memcpy(out->message, rest, strnlen(rest, sizeof out->message - 1));
}

/* Runs creation in a child whose environment is switched; false when the manifest has no switch. */
static bool create_switched(test *t, const char *field, struct outcome *out) {
  if (!manifest_switch_exists(t, field)) return false;
  chosen_switch = field;
  create_in_child(t, create_without_backend, out);
  return true;
}

TN_CHECK(backend_absent, DEVICE, 4, TEST_NEEDS_MANIFEST | TEST_NO_ENGINE | TEST_NEW_PROCESS,
         "without its backend creation fails with BACKEND_MISSING or BACKEND_VERSION, or there is "
         "no device") {
  struct outcome outcome;
  if (!create_switched(t, "backend_absent", &outcome))
    NOT_APPLICABLE("the manifest has no \"backend_absent\": {\"environment\": {...}}");
  bool refused = outcome.status == TN_BACKEND_MISSING || outcome.status == TN_BACKEND_VERSION;
  EXPECT_THAT(refused || (outcome.status == TN_OK && outcome.devices == 0),
              "creation gives BACKEND_MISSING or BACKEND_VERSION, or no device; it gave %s and %d "
              "devices",
              tni_status_name(outcome.status), outcome.devices);
  EXPECT_THAT(!refused || strlen(outcome.message) > 10, "the message says what is missing: \"%s\"",
              outcome.message);
}

/* Different numbers in a text, such as 2 in "needs 3.1, found 2.0 of 2.0". */
static int count_versions(const char *text) {
  char seen[8][24];
  int count = 0;
  for (const char *at = text; *at && count < 8;) {
    size_t length = strspn(at, "0123456789.");
    if (length && isdigit((unsigned char)*at) && length < sizeof seen[0]) {
      bool known = false;
      for (int i = 0; i < count; i++)
        known = known || (strlen(seen[i]) == length && strncmp(seen[i], at, length) == 0);
      if (!known) {
        memcpy(seen[count], at, length);
        seen[count++][length] = 0;
      }
    }
    at += length ? length : 1;
  }
  return count;
}

/* Whether a version stands in a text, and not as a part of another one. */
static bool names_version(const char *text, const char *version) {
  const size_t length = strlen(version);
  for (const char *at = strstr(text, version); at && length; at = strstr(at + 1, version)) {
    const char *end = at + length;
    const bool begins = at == text || (!isdigit((unsigned char)at[-1]) && at[-1] != '.');
    const bool goes_on = *end == '.' && isdigit((unsigned char)end[1]);
    if (begins && !isdigit((unsigned char)*end) && !goes_on) return true;
  }
  return false;
}

/* A version that the manifest says the message names. */
static void expect_told_version(test *t, const char *which, const char *message) {
  const char *version = manifest_switch_text(t, "backend_version", which);
  EXPECT_THAT(!version || names_version(message, version),
              "the message names the version %s that the manifest says, %s: \"%s\"", which,
              version ? version : "", message);
}

TN_CHECK_WITH(backend_version, DEVICE, 6, TEST_NEEDS_MANIFEST | TEST_NO_ENGINE | TEST_NEW_PROCESS,
              "with a backend of the wrong version creation fails with BACKEND_VERSION, and the "
              "message names the versions found and needed, which the manifest may say",
              .revision = 2) {
  struct outcome outcome;
  if (!create_switched(t, "backend_version", &outcome))
    NOT_APPLICABLE("the manifest has no \"backend_version\": {\"environment\": {...}}");
  EXPECT_STATUS(outcome.status, TN_BACKEND_VERSION);
  EXPECT_THAT(count_versions(outcome.message) >= 2,
              "the message names the versions found and needed: \"%s\"", outcome.message);
  expect_told_version(t, "found", outcome.message);
  expect_told_version(t, "needed", outcome.message);
}

TN_CHECK(backend_back_again, DEVICE, 4, TEST_NEEDS_MANIFEST | TEST_NO_ENGINE | TEST_NEW_PROCESS,
         "a creation that failed for its backend does not spoil one with the backend") {
  struct outcome outcome;
  if (!create_switched(t, "backend_absent", &outcome))
    NOT_APPLICABLE("the manifest has no \"backend_absent\": {\"environment\": {...}}");
  tn_plugin *plugin = NULL;
  suite_host host;
  manifest_switch_set(t, "backend_absent");
  suite_host_init(&host, t->setup->others, t->setup->other_count);
  tn_status status = suite_host_create_engine(&host, t->setup->create, t->setup->properties,
                                              t->setup->property_count, &plugin, NULL);
  if (status == TN_OK) tn_plugin_destroy(plugin, TN_DESTROY_NORMAL);
  suite_host_clear(&host);
  manifest_switch_unset(t, "backend_absent");
  test *engine = test_another_engine(t);
  REQUIRE(engine != NULL);
  seen_devices devices;
  EXPECT_OK(see_devices(t, engine->plugin, &devices, &t->error));
  EXPECT(devices.count > 0);
}

/* --- what every machine without the hardware looks like ------------------------------------------
 */

/* Whatever is missing: an engine with or without devices, or a refusal that says so. */
static void expect_engine_or_refusal(test *t, const struct outcome *outcome) {
  const bool refused =
      outcome->status == TN_BACKEND_MISSING || outcome->status == TN_BACKEND_VERSION;
  EXPECT_THAT(refused || outcome->status == TN_OK,
              "creation succeeds or gives BACKEND_MISSING or BACKEND_VERSION; it gave %s: %s",
              tni_status_name(outcome->status), outcome->message);
  EXPECT_THAT(!refused || strlen(outcome->message) > 10, "the message says what is missing: \"%s\"",
              outcome->message);
}

static int create_without_loaders(test *t, int say) {
  static const char *const paths[] = {
      "OCL_ICD_VENDORS",           "OCL_ICD_FILENAMES",   "OPENCL_VENDOR_PATH", "VK_ICD_FILENAMES",
      "VK_DRIVER_FILES",           "VK_ADD_DRIVER_FILES", "LIBVA_DRIVERS_PATH", "ZEL_DRIVERS_PATH",
      "__EGL_VENDOR_LIBRARY_DIRS", "LIBGL_DRIVERS_PATH"};
  for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
    setenv(paths[i], "/nonexistent", 1);
  return create_and_tell(t, say);
}

TN_CHECK(backend_without_loaders, DEVICE, 4, TEST_NO_ENGINE | TEST_NEW_PROCESS,
         "where the paths of the usual loaders of drivers are empty creation works or is refused") {
  struct outcome outcome;
  create_in_child(t, create_without_loaders, &outcome);
  expect_engine_or_refusal(t, &outcome);
}

enum { NOT_HIDDEN = -2 };

/* Covers the nodes of accelerators in a view of the file system of its own. */
static bool hide_nodes(void) {
  static const char *const folders[] = {"/dev/dri", "/dev/accel", "/dev/infiniband", "/dev/vfio"};
  static const char *const files[] = {
      "/dev/kfd",    "/dev/nvidia0",  "/dev/nvidiactl",      "/dev/nvidia-uvm",
      "/dev/apex_0", "/dev/davinci0", "/dev/davinci_manager"};
  if (unshare(CLONE_NEWNS) != 0 && unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return false;
  if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) return false;
  for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
    if (access(folders[i], F_OK) == 0 && mount("tmpfs", folders[i], "tmpfs", 0, "size=4k") != 0)
      return false;
  for (size_t i = 0; i < sizeof files / sizeof *files; i++)
    if (access(files[i], F_OK) == 0 && mount("/dev/null", files[i], NULL, MS_BIND, NULL) != 0)
      return false;
  return true;
}

static int create_without_nodes(test *t, int say) {
  if (hide_nodes()) return create_and_tell(t, say);
  child_say(say, "0 %d -", NOT_HIDDEN);
  return 0;
}

TN_CHECK(backend_without_nodes, DEVICE, 4, TEST_NO_ENGINE | TEST_NEW_PROCESS,
         "where the device nodes of accelerators are hidden creation works or is refused") {
  struct outcome outcome;
  create_in_child(t, create_without_nodes, &outcome);
  if (outcome.devices == NOT_HIDDEN)
    NOT_APPLICABLE("this process may not cover device nodes (no mount namespace)");
  expect_engine_or_refusal(t, &outcome);
}
