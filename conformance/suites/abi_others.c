/* Checks of extensions whose functions are given objects of another maker. */
#define TN_GROUP "abi"
#include "engine/blob.h"
#include "engine/ignore.h"
#include "tenon/abi/ext/fault.h"
#include "tenon/abi/ext/profiling.h"
#include "tenon/abi/ext/remote.h"
#include "tenon/abi/ext/runtime_model.h"
#include "tenon/abi/ext/states.h"
#include "tenon/abi/ext/targets.h"

static const tn_maker nobody = {TN_SIZE(tn_maker), 0, &nobody, TN_STRING_INIT("NOBODY")};

/* What is not declared may refuse whatever it is given as UNSUPPORTED. */
static void expect_refusal(test *t, tn_status status, uint64_t capability, const char *what) {
  const bool undeclared = capability && !(t->capabilities & capability);
  EXPECT_THAT(status == TN_INVALID_ARGUMENT || (undeclared && status == TN_UNSUPPORTED),
              "%s of another maker's object gives INVALID_ARGUMENT; it gave %s", what,
              tni_status_name(status));
}

/* --- models and requests -----------------------------------------------------------------------
 */

TN_CHECK_WITH(abi_objects_of_others, ABI, 10, 0,
              "a function of an extension refuses an object of another maker", .revision = 2) {
  tn_compiled_model *model = test_compile(t, "carrier");
  tn_infer_request *request = test_request(t, model);
  NEED(request);
  /* the header alone is promised: who reads on behind it leaves these structs */
  tn_compiled_model foreign_model = {model->api, &nobody, NULL};
  tn_infer_request foreign_request = {request->api, &nobody, NULL};
  const tn_export_api *exporter =
      tn_compiled_model_get_extension(model, TN_STRING(TN_EXTENSION_EXPORT));
  const tn_runtime_model_api *drawing =
      tn_compiled_model_get_extension(model, TN_STRING(TN_EXTENSION_RUNTIME_MODEL));
  const tn_profiling_api *profiling =
      tn_infer_request_get_extension(request, TN_STRING(TN_EXTENSION_PROFILING));
  const tn_states_api *states =
      tn_infer_request_get_extension(request, TN_STRING(TN_EXTENSION_STATES));
  tn_target target = tn_target_init();
  tn_model *drawn = test_poison();
  tn_state *state = test_poison();
  target.write = ignore_bytes;
  if (!exporter && !drawing && !profiling && !states)
    NOT_APPLICABLE("there is no extension to ask");
  if (exporter)
    expect_refusal(t, exporter->export_model(&foreign_model, NULL, &target, &t->error),
                   TN_DEVICE_HAS_IMPORT, "export_model");
  if (drawing)
    expect_refusal(t, drawing->get(&foreign_model, &drawn, &t->error), 0, "runtime_model.get");
  if (profiling)
    expect_refusal(t, profiling->get(&foreign_request, ignore_profile, NULL, &t->error),
                   TN_DEVICE_HAS_PROFILING, "profiling.get");
  if (states)
    expect_refusal(t, states->open(&foreign_request, 0, &state, &t->error), TN_DEVICE_HAS_STATES,
                   "states.open");
  EXPECT(drawn == test_poison() && state == test_poison());
}

/* --- plugins -----------------------------------------------------------------------------------
 */

/* What is asked of another maker's plugin, and what it must not touch. */
struct asking {
  test *t;
  tn_plugin plugin; /* the header alone is promised */
  void *out;
  tn_string device;
  const void *api;
};

static tn_status check_blob(struct asking *self) {
  static const unsigned char head[TN_IMPORT_HEAD_SIZE];
  const tn_import_api *api = self->api;
  return api->check(&self->plugin, self->device, head, sizeof head, NULL, &self->t->error);
}

static tn_status import_blob(struct asking *self) {
  static const unsigned char bytes[TN_IMPORT_HEAD_SIZE];
  const tn_import_api *api = self->api;
  const blob_source source = blob_source_make(bytes, sizeof bytes, false);
  return api->import_model(&self->plugin, self->device, &source.base, NULL,
                           (tn_compiled_model **)&self->out, &self->t->error);
}

static tn_status create_context(struct asking *self) {
  const tn_remote_api *api = self->api;
  return api->create_context(&self->plugin, self->device, NULL, (tn_remote_context **)&self->out,
                             &self->t->error);
}

static tn_status default_context(struct asking *self) {
  const tn_remote_api *api = self->api;
  return api->default_context(&self->plugin, self->device, (tn_remote_context **)&self->out,
                              &self->t->error);
}

static tn_status see_targets(struct asking *self) {
  const tn_targets_api *api = self->api;
  return api->targets(&self->plugin, ignore_devices, NULL, &self->t->error);
}

static tn_status lose(struct asking *self) {
  const tn_fault_api *api = self->api;
  return api->lose(&self->plugin, self->device, &self->t->error);
}

static tn_status restore(struct asking *self) {
  const tn_fault_api *api = self->api;
  return api->restore(&self->plugin, self->device, &self->t->error);
}

static const struct {
  const char *name, *extension;
  uint64_t capability;
  tn_status (*ask)(struct asking *self);
} questions[] = {
    {"import.check", TN_EXTENSION_IMPORT, TN_DEVICE_HAS_IMPORT, check_blob},
    {"import.import_model", TN_EXTENSION_IMPORT, TN_DEVICE_HAS_IMPORT, import_blob},
    {"remote.create_context", TN_EXTENSION_REMOTE, TN_DEVICE_HAS_REMOTE, create_context},
    {"remote.default_context", TN_EXTENSION_REMOTE, TN_DEVICE_HAS_REMOTE, default_context},
    {"targets.targets", TN_EXTENSION_TARGETS, TN_DEVICE_COMPILES_ABSENT, see_targets},
    {"fault.lose", TN_EXTENSION_FAULT, 0, lose},
    {"fault.restore", TN_EXTENSION_FAULT, 0, restore},
};

static const char *question_at(uint32_t index) {
  return index < sizeof questions / sizeof *questions ? questions[index].name : NULL;
}

TN_CHECK_WITH(abi_plugins_of_others, ABI, 10, 0,
              "a function of a plugin's extension refuses a plugin of another maker",
              .name_at = question_at) {
  const tn_string id = tn_string_from(questions[t->parameter_index].extension);
  struct asking asking = {.t = t,
                          .plugin = {t->plugin->api, &nobody, NULL},
                          .out = test_poison(),
                          .device = t->device,
                          .api = tn_plugin_get_extension(t->plugin, id)};
  if (!asking.api) NOT_APPLICABLE("the plugin has no such extension");
  expect_refusal(t, questions[t->parameter_index].ask(&asking),
                 questions[t->parameter_index].capability, t->parameter);
  EXPECT(asking.out == test_poison());
}
