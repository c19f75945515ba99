/* A layer that checks calls in place: the object keeps its address, its table is replaced, and the
 * original is found in the host's record. The table of the layer is a copy of the object's own, of
 * its size, with the known slots replaced, so that slots which this layer has never heard of go
 * straight to the maker. */
/* checks TN_LAYER_008, TN_LAYER_009, TN_THREAD_006 */
#include <string.h>

#include "small_host.h"

struct record {
  const void *original;
  atomic_int in_serial; /* calls of TN_SERIAL slots that are running */
  _Alignas(16) unsigned char table[1024];
};

static atomic_long calls;

long layer_calls(void) {
  return atomic_load(&calls);
}

static void *copy_table(struct small_host *host, const void *original, uint32_t size,
                        void **record_out) {
  struct record *record = calloc(1, sizeof *record);
  CHECK(record && size <= sizeof record->table);
  record->original = original;
  memcpy(record->table, original, size);
  atomic_fetch_add(&host->records, 1);
  *record_out = record;
  return record->table;
}

void layer_forget(const tn_host *host, void *record) {
  atomic_fetch_sub(&((struct small_host *)(uintptr_t)host)->records, 1);
  free(record);
}

static const tn_infer_request_api *enter(tn_infer_request *request) {
  struct record *record = request->host;
  atomic_fetch_add(&calls, 1);
  CHECK(atomic_fetch_add(&record->in_serial, 1) == 0); /* TN_SERIAL: one thread at a time */
  return record->original;
}

static tn_status leave(tn_infer_request *request, tn_status status, const tn_error *error) {
  struct record *record = request->host;
  atomic_fetch_sub(&record->in_serial, 1);
  if (status != TN_OK && error)
    CHECK(error->status == status && memchr(error->message, 0, sizeof error->message));
  return status;
}

static void request_destroy(tn_infer_request *request) {
  const tn_infer_request_api *original = ((struct record *)request->host)->original;
  atomic_fetch_add(&calls, 1);
  original->destroy(request); /* the record is gone after this */
}

static tn_status set_tensor(tn_infer_request *request, uint32_t port, tn_tensor *tensor,
                            tn_error *error) {
  return leave(request, enter(request)->set_tensor(request, port, tensor, error), error);
}

static tn_status get_tensor(tn_infer_request *request, uint32_t port, tn_tensor **out,
                            tn_error *error) {
  tn_tensor *before = *out;
  tn_status status = leave(request, enter(request)->get_tensor(request, port, out, error), error);
  CHECK(status == TN_OK ? *out != NULL : *out == before);
  return status;
}

static tn_status infer(tn_infer_request *request, tn_error *error) {
  return leave(request, enter(request)->infer(request, error), error);
}

/* The callback may run, and call serial slots, before start has returned: start is serial only up
 * to the call. */
static tn_status start(tn_infer_request *request, const tn_start_options *options,
                       tn_error *error) {
  const tn_infer_request_api *original = enter(request);
  leave(request, TN_OK, NULL);
  tn_status status = original->start(request, options, error);
  if (status != TN_OK && error) CHECK(error->status == status);
  return status;
}

void layer_watch_request(struct small_host *host, tn_infer_request *request) {
  if (request->host) return;
  tn_infer_request_api *table = copy_table(host, request->api, request->api->size, &request->host);
  table->destroy = request_destroy;
  table->set_tensor = set_tensor;
  table->get_tensor = get_tensor;
  table->infer = infer;
  table->start = start;
  request->api = table;
}

static void model_destroy(tn_compiled_model *model) {
  const tn_compiled_model_api *original = ((struct record *)model->host)->original;
  atomic_fetch_add(&calls, 1);
  original->destroy(model);
}

/* Objects that the model makes are watched by whoever called; here only what comes back is checked.
 */
static tn_status create_request(tn_compiled_model *model, const tn_create_request_options *options,
                                tn_infer_request **out, tn_error *error) {
  const tn_compiled_model_api *original = ((struct record *)model->host)->original;
  atomic_fetch_add(&calls, 1);
  tn_infer_request *before = *out;
  tn_status status = original->create_request(model, options, out, error);
  CHECK(status == TN_OK ? *out != NULL && (*out)->maker == model->maker : *out == before);
  return status;
}

void layer_watch_compiled_model(struct small_host *host, tn_compiled_model *model) {
  if (model->host) return;
  tn_compiled_model_api *table = copy_table(host, model->api, model->api->size, &model->host);
  table->destroy = model_destroy;
  table->create_request = create_request;
  model->api = table;
}
