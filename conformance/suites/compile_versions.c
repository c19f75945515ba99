/* Checks of compile: nodes of older operator sets whose form or meaning has changed since. */
#define TN_GROUP "compile"
#include "engine/computed.h"
#include "engine/models.h"
#include "engine/observe.h"

static const char *const old_forms[] = {
#define OLD_FORM(name, set) #name "_" #set,
    SUITE_VERSION_MAP(OLD_FORM)
#undef OLD_FORM
        NULL};

TN_CHECK_WITH(compile_older_form, OPERATOR, 1, 0,
              "a node whose version has another form or meaning than the newest one is computed "
              "as its version says, or is unsupported",
              .names = old_forms) {
  tn_model *old = NULL;
  tn_compiled_model *model = test_poison();
  REQUIRE_OK(suite_build_old_form(tni_environment_system(), t->parameter, &old, &t->error));
  test_adopt_model(t, old);
  const bool supported = computed_supports(t, old);
  const tn_status status = tn_plugin_compile(t->plugin, t->device, old, NULL, &model, &t->error);
  EXPECT_THAT(status == TN_OK || (!supported && status == TN_UNSUPPORTED),
              "%s, which query %s, gives %s", t->parameter, supported ? "supports" : "refuses",
              tni_status_name(status));
  if (status != TN_OK) EXPECT(model == test_poison());
  if (status != TN_OK) return;
  test_adopt_compiled_model(t, model);
  computed_expect(t, model, t->parameter);
}
