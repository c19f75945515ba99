/* caught-by: thread.compile_while_inferring */
/* While one model is compiled, inferences of others give wrong results. */
#include <unistd.h>

#include "saboteur.h"

static atomic_int compiling;
static tn_status (*inner)(tn_plugin *plugin, tn_string device, tn_model *model,
                          const tn_compile_options *options, tn_compiled_model **out,
                          tn_error *error);

static tn_status compile(tn_plugin *plugin, tn_string device, tn_model *model,
                         const tn_compile_options *options, tn_compiled_model **out,
                         tn_error *error) {
  compiling++;
  tn_status status = inner(plugin, device, model, options, out, error);
  usleep(300);
  compiling--;
  return status;
}

static tn_status infer(tn_infer_request *request, tn_error *error) {
  const int before = compiling;
  tn_status status = honest_request->infer(request, error);
  tn_tensor *tensor = NULL;
  if (status != TN_OK || (!before && !compiling)) return status;
  for (uint32_t port = 0; honest_request->get_tensor(request, port, &tensor, NULL) == TN_OK; port++)
    if (!(tensor->flags & (TN_TENSOR_DEVICE | TN_TENSOR_READ_ONLY)) && tensor->capacity_bytes >= 4)
      ((unsigned char *)tensor->data)[3] ^= 0x40;
  return status;
}

static void change_plugin(tn_plugin_api *api) {
  inner = api->compile;
  api->compile = compile;
}

static void change_request(tn_infer_request_api *api) {
  api->infer = infer;
}

const saboteur_hooks saboteur = {.plugin = change_plugin, .request = change_request};
