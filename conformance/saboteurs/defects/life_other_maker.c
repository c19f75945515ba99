/* caught-by: life.maker */
/* Requests name a maker of their own. */
#include "saboteur.h"

static const tn_maker other = {TN_SIZE(tn_maker), 0, &other, TN_STRING_INIT("other")};
static tn_status (*inner)(tn_compiled_model *, const tn_create_request_options *,
                          tn_infer_request **, tn_error *);

static tn_status create_request(tn_compiled_model *model, const tn_create_request_options *options,
                                tn_infer_request **out, tn_error *error) {
  tn_status status = inner(model, options, out, error);
  if (status == TN_OK) (*out)->maker = &other;
  return status;
}

static void change(tn_compiled_model_api *api) {
  inner = api->create_request;
  api->create_request = create_request;
}

const saboteur_hooks saboteur = {.compiled_model = change};
