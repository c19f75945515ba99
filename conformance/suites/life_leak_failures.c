/* Checks that repeating calls that fail leaves nothing behind: creation, inferences and exports. */
#define TN_GROUP "life"
#include <string.h>

#include "engine/blob.h"
#include "engine/growth.h"
#include "engine/short_output.h"

/* A round of a call that has to fail passes when it did; with what, other cases ask. */
static tn_status failed(tn_status status) {
  return status == TN_OK ? TN_INTERNAL : TN_OK;
}

/* --- creation ----------------------------------------------------------------------------------
 */

/* What the host saw of a creation. */
struct lending {
  long allocations; /* that were asked for */
  long failed;      /* of them */
};

/* One creation; `fail_at` of its allocations fails, or none. */
static tn_status create(test *t, const tn_map_entry *properties, uint32_t property_count,
                        long fail_at, struct lending *out) {
  suite_host host;
  tn_plugin *plugin = NULL;
  suite_host_init(&host, t->setup->others, t->setup->other_count);
  atomic_store(&host.fail_at[SUITE_FAULT_ALLOCATE], fail_at);
  const tn_status status = suite_host_create_engine(&host, t->setup->create, properties,
                                                    property_count, &plugin, &t->error);
  out->allocations = atomic_load(&host.calls[SUITE_FAULT_ALLOCATE]);
  out->failed = atomic_load(&host.failed[SUITE_FAULT_ALLOCATE]);
  if (status == TN_OK) tn_plugin_destroy(plugin, TN_DESTROY_NORMAL);
  suite_host_clear(&host);
  return status;
}

static tn_status round_refused_engine(test *t, void *user) {
  static const tn_map_entry unknown = {TN_STRING_INIT("NO_SUCH_PROPERTY"), {TN_VALUE_BOOL, 0, {1}}};
  struct lending ignored;
  (void)user;
  return failed(create(t, &unknown, 1, 0, &ignored));
}

/* Creations in a row, of each of which one allocation fails. */
struct starving {
  long count;  /* allocations of a creation that lacks none */
  long number; /* of the one that failed last, from 1 */
  long failed; /* allocations so far */
};

/* The next allocation fails, behind the last the first. What comes of it other cases ask. */
static tn_status round_engine_without_memory(test *t, void *user) {
  struct starving *self = user;
  struct lending lending;
  self->number = self->number % self->count + 1;
  create(t, t->setup->properties, t->setup->property_count, self->number, &lending);
  self->failed += lending.failed;
  return TN_OK;
}

TN_CHECK(life_leak_refused_engine, LIFE, 15, TEST_SLOW,
         "creations that are refused leave no thread, descriptor or memory") {
  test_expect_no_growth(t, round_refused_engine, NULL);
}

TN_CHECK_WITH(life_leak_engine_without_memory, LIFE, 15, TEST_SLOW,
              "creations that the host gives no memory for leave no thread, descriptor or memory",
              .revision = 2) {
  struct starving starving = {.number = 0};
  struct lending whole;
  REQUIRE_OK(create(t, t->setup->properties, t->setup->property_count, 0, &whole));
  starving.count = whole.allocations;
  if (starving.count > 0) test_expect_no_growth(t, round_engine_without_memory, &starving);
  if (starving.failed == 0) NOT_APPLICABLE("creation does not ask the host for memory");
}

/* --- inferences --------------------------------------------------------------------------------
 */

static tn_status round_infer(test *t, void *user) {
  return failed(tn_infer_request_infer(user, &t->error));
}

/* What fails may do so before it is in flight. */
static tn_status round_start(test *t, void *user) {
  tn_status status = tn_infer_request_start(user, NULL, &t->error);
  if (status == TN_OK) status = tn_infer_request_wait(user, -1, &t->error);
  return failed(status);
}

static tn_status round_refused_start(test *t, void *user) {
  static const tn_option unknown = TN_OPTION_HEADER(tn_option, TN_OPTION_CRITICAL, "x-nobody/1");
  static const tn_option *const entries[] = {&unknown};
  tn_start_options options = tn_start_options_init();
  options.entries = entries;
  options.entry_count = 1;
  return failed(tn_infer_request_start(user, &options, &t->error));
}

/* A request whose results do not fit; NULL after recording why there is none. */
static tn_infer_request *tight_request(test *t) {
  tn_infer_request *request = test_carrier_request(t);
  tn_tensor *tight = request ? short_output(t, request, 0) : NULL;
  if (!tight) return NULL;
  if (short_output_set(t, request, 0, tight)) return request;
  test_record_not_applicable(t, SHORT_OUTPUT_REFUSED);
  return NULL;
}

/* A request whose inputs do not fit each other. */
static tn_infer_request *misfit_request(test *t) {
  tn_infer_request *request = test_request(t, test_compile(t, "add_dynamic"));
  for (uint32_t port = 0; request && port < 2; port++) {
    tn_tensor *input = test_tensor(t, TN_F32, 2, (int64_t[]){port ? 5 : 3, 8});
    if (!input) return NULL;
    suite_fill(input, t->seed, port);
    if (tn_infer_request_set_tensor(request, port, input, &t->error) == TN_OK) continue;
    test_record_not_applicable(t, "the plugin refuses an input that does not fit the other");
    return NULL;
  }
  return request;
}

TN_CHECK(life_leak_undelivered_infer, LIFE, 15, TEST_SLOW,
         "repeating infer whose result does not fit leaves no thread, descriptor or memory") {
  tn_infer_request *request = tight_request(t);
  NEED(request);
  test_expect_no_growth(t, round_infer, request);
}

TN_CHECK(life_leak_undelivered_start, LIFE, 15, TEST_SLOW,
         "repeating start and wait whose result does not fit leaves no thread, descriptor or "
         "memory") {
  tn_infer_request *request = tight_request(t);
  NEED(request);
  test_expect_no_growth(t, round_start, request);
}

TN_CHECK(life_leak_failing_infer, LIFE, 15, TEST_SLOW | TEST_NEEDS_DYNAMIC,
         "repeating infer of inputs that do not fit each other leaves no thread, descriptor or "
         "memory") {
  tn_infer_request *request = misfit_request(t);
  NEED(request);
  test_expect_no_growth(t, round_infer, request);
}

TN_CHECK(life_leak_failing_start, LIFE, 15, TEST_SLOW | TEST_NEEDS_DYNAMIC,
         "repeating start and wait of inputs that do not fit each other leaves no thread, "
         "descriptor or memory") {
  tn_infer_request *request = misfit_request(t);
  NEED(request);
  test_expect_no_growth(t, round_start, request);
}

TN_CHECK(life_leak_refused_start, LIFE, 15, TEST_SLOW,
         "repeating starts that are refused leaves no thread, descriptor or memory") {
  tn_infer_request *request = test_carrier_request(t);
  NEED(request);
  test_expect_no_growth(t, round_refused_start, request);
}

/* --- exports -----------------------------------------------------------------------------------
 */

struct exporting {
  tn_compiled_model *model;
  uint64_t writes; /* of a whole export */
  uint32_t turn;
};

/* In turn the first write fails, one in the middle and the last. */
static tn_status round_export(test *t, void *user) {
  struct exporting *self = user;
  const uint64_t failing[] = {1, self->writes / 2 + 1, self->writes};
  blob out = {.fail_at = failing[self->turn++ % 3], .fail_status = TN_IO};
  const tn_status status = failed(blob_export(t, self->model, &out));
  blob_clear(&out);
  return status;
}

TN_CHECK_WITH(life_leak_failing_export, LIFE, 15, TEST_SLOW | TEST_NEEDS_IMPORT,
              "repeating exports into a target that fails leaves no thread, descriptor or memory",
              .revision = 2) {
  struct exporting exporting = {.model = test_compile(t, "carrier")};
  blob whole = {0};
  NEED(exporting.model);
  const tn_status status = blob_export(t, exporting.model, &whole);
  exporting.writes = whole.write_count;
  blob_clear(&whole);
  REQUIRE(status == TN_OK && exporting.writes > 0);
  test_expect_no_growth(t, round_export, &exporting);
}
