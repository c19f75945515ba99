/* caught-by: async.outputs_complete_in_callback */
/* The first output is there only when the callback has returned. */
#include "callback.h"

enum { ROOM = 4096 };

static void called(void *user, tn_infer_request *request, tn_status status, const tn_error *error) {
  static unsigned char kept[ROOM];
  tn_tensor *output = NULL;
  (void)user;
  int known = honest_request->get_tensor(request, 1, &output, NULL) == TN_OK &&
              output->capacity_bytes <= ROOM;
  if (known) memcpy(kept, output->data, (size_t)output->capacity_bytes);
  if (known) memset(output->data, 0, (size_t)output->capacity_bytes);
  call_application(request, status, error);
  if (known) memcpy(output->data, kept, (size_t)output->capacity_bytes);
}

static void change(tn_infer_request_api *api) {
  api->set_callback = set_callback_between;
}

const saboteur_hooks saboteur = {.request = change};
