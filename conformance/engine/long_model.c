#include "engine/long_model.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "engine/carrier.h"
#include "engine/case_run.h"

enum {
  STEP = 16, /* extents that kernels like */
  MOST_FACTOR = 64,
  MOST_TRIES = 20,
  LEAST_TRIES = 3
};

static const int64_t most_time = 3000000000; /* of all tries, in ns */

/* What is made long. */
struct form {
  long_work least, most;
  double power;
  const char *text; /* of products and extent */
  tn_status (*build)(const test *t, long_work work, tn_model **out, tn_error *error);
  void (*fill)(tn_tensor *tensor, uint64_t seed, uint32_t port);
  bool is_carrier; /* of which only so much can be made */
};

static tn_status build_products(const test *t, long_work work, tn_model **out, tn_error *error) {
  (void)t;
  return suite_build_long(tni_environment_system(), work.extent, work.products, out, error);
}

static tn_status build_kept(const test *t, long_work work, tn_model **out, tn_error *error) {
  (void)t;
  return suite_build_long_kept(tni_environment_system(), work.extent, work.products, out, error);
}

static tn_status build_carriers(const test *t, long_work work, tn_model **out, tn_error *error) {
  return carrier_build_long(t->setup->carrier, tni_environment_system(), work.extent, work.products,
                            out, error);
}

static const struct form matrices = {
    .least = {64, 8},
    .most = {2048, 2048}, /* 16 MiB a matrix, of which four are alive */
    .power = 3,
    .text = "%lld products of matrices of extent %lld",
    .build = build_products,
    .fill = suite_fill_long,
};

static const struct form kept_matrices = {
    .least = {64, 8},
    .most = {2048, 2048},
    .power = 3,
    .text = "%lld products of matrices of extent %lld between two variables",
    .build = build_kept,
    .fill = suite_fill_long,
};

/* Numbers grow from one to the next: there are so few that they stay in the range of every type. */
static const struct form long_carriers = {
    .least = {16, 8},
    .most = {16384, 8},
    .power = 1,
    .text = "%lld carriers in a row, each %lld times as long",
    .build = build_carriers,
    .fill = suite_fill,
    .is_carrier = true,
};

/* Of a carrier that has one length alone. */
static const struct form carriers = {
    .least = {1, 8},
    .most = {1, 64},
    .power = 1,
    .text = "%lld carriers in a row, each %lld times as long",
    .build = build_carriers,
    .fill = suite_fill,
    .is_carrier = true,
};

/* What this worker has found for its device. */
struct long_kind {
  const struct form *form; /* what the device takes */
  long_work most;          /* less once the device has refused more */
  char refusal[200];       /* why it did */
  struct finding {
    int64_t asked; /* 0: nothing yet */
    long_work work;
  } findings[4];
};

static struct long_kind plain = {.form = &matrices, .most = {2048, 2048}};
static struct long_kind kept = {.form = &kept_matrices, .most = {2048, 2048}};

static int64_t less(int64_t a, int64_t b) {
  return a < b ? a : b;
}

long_work long_work_enlarge(long_work from, double factor, long_work limit, double power) {
  long_work to = from;
  const double extent = (double)from.extent, products = (double)from.products;
  if (factor > MOST_FACTOR) factor = MOST_FACTOR;
  const int64_t grown = (int64_t)(pow(factor, 1 / power) * extent) / STEP * STEP;
  if (grown > to.extent) to.extent = less(grown, limit.extent);
  const double rest = factor * pow(extent / (double)to.extent, power);
  if (rest > 1) to.products = less((int64_t)(rest * products), limit.products);
  return to;
}

static bool is_same(long_work a, long_work b) {
  return a.extent == b.extent && a.products == b.products;
}

/* --- one size ----------------------------------------------------------------------------------
 */

static void drop(test *t, long_model *self) {
  if (self->request) test_destroy_request(t, self->request);
  if (self->compiled) test_destroy_compiled_model(t, self->compiled);
  for (uint32_t i = 0; i < 2; i++)
    if (self->inputs[i]) test_destroy_tensor(t, self->inputs[i]);
  self->request = NULL;
  self->compiled = NULL;
  self->inputs[0] = self->inputs[1] = NULL;
}

static tn_status compile(test *t, long_model *self, long_work work) {
  tn_model *model = NULL;
  tn_compiled_model *compiled = NULL;
  tn_compile_options options = tn_compile_options_init();
  options.properties = self->properties;
  options.property_count = self->property_count;
  tn_status status = self->kind->form->build(t, work, &model, &t->error);
  if (status != TN_OK) return status;
  status = tn_plugin_compile(t->plugin, t->device, model, &options, &compiled, &t->error);
  tn_model_release(model);
  if (status != TN_OK) return status;
  test_adopt_compiled_model(t, compiled);
  self->compiled = compiled;
  return TN_OK;
}

static tn_status open_request(test *t, long_model *self) {
  const tn_port_list *ports = tn_compiled_model_ports(self->compiled);
  tn_status status =
      tn_compiled_model_create_request(self->compiled, NULL, &self->request, &t->error);
  if (status != TN_OK) return status;
  test_adopt_request(t, self->request);
  self->input_count = ports->input_count;
  for (uint32_t i = 0; status == TN_OK && i < self->input_count; i++) {
    int64_t shape[TN_MAX_RANK];
    suite_shape(ports->inputs[i], 1, shape);
    self->inputs[i] = test_tensor(t, ports->inputs[i]->type, ports->inputs[i]->rank, shape);
    if (!self->inputs[i]) return TN_OUT_OF_MEMORY;
    self->kind->form->fill(self->inputs[i], t->seed, i);
    status = tn_infer_request_set_tensor(self->request, i, self->inputs[i], &t->error);
  }
  return status;
}

static tn_status infer(test *t, long_model *self) {
  const int64_t before = test_now();
  const tn_status status = tn_infer_request_infer(self->request, &t->error);
  if (status == TN_OK) self->took = less(self->took, test_now() - before);
  return status;
}

/* The first inferences are often not the fastest ones. */
static tn_status measure(test *t, long_model *self) {
  tn_status status = TN_OK;
  self->took = INT64_MAX;
  for (int i = 0; status == TN_OK && i < 3 && (i == 0 || self->took < self->asked); i++)
    status = infer(t, self);
  return status;
}

static tn_status open_model(test *t, long_model *self, long_work work) {
  drop(t, self);
  tn_status status = compile(t, self, work);
  if (status == TN_OK) status = open_request(t, self);
  if (status == TN_OK) status = measure(t, self);
  if (status == TN_OK) self->work = work;
  return status;
}

/* --- growing -----------------------------------------------------------------------------------
 */

static bool is_refusal(tn_status status) {
  return status == TN_UNSUPPORTED || status == TN_OUT_OF_MEMORY;
}

/* Between what works and what was refused; what works when nothing is. */
static int64_t between_them(int64_t present, int64_t refused, int64_t step) {
  return present + (refused - present) / 2 / step * step;
}

static void describe(const struct long_kind *kind, long_work work, char *out, size_t size) {
  snprintf(out, size, kind->form->text, (long long)work.products, (long long)work.extent);
}

/* Remembers which way there is no further. */
static void take_refusal(test *t, struct long_kind *kind, long_work present, long_work refused) {
  char work[80];
  describe(kind, refused, work, sizeof work);
  snprintf(kind->refusal, sizeof kind->refusal, "%s were refused: %.100s", work, t->error.message);
  if (refused.extent > present.extent)
    kind->most.extent = between_them(present.extent, refused.extent, STEP);
  else
    kind->most.products = between_them(present.products, refused.products, 1);
  memset(&t->error, 0, sizeof t->error);
}

/* The failure names the clause of the object that could not be made. */
static bool record_opened(test *t, const long_model *self, tn_status status) {
  const uint32_t about = !self->compiled  ? TNI_CLAUSE(COMPILE, 1)
                         : !self->request ? TNI_CLAUSE(REQUEST, 1)
                                          : t->about;
  const uint32_t before = test_about(t, about);
  const bool opened = test_record_status(t, status, TN_OK, "make the long model run, &t->error",
                                         __FILE__, __LINE__);
  test_about(t, before);
  return opened;
}

/* True when it has grown. What the device refuses is tried again smaller, until there is nothing
 * left to try; `*status` is that of the model at hand. */
static bool enlarge(test *t, long_model *self, double factor, tn_status *status) {
  struct long_kind *kind = self->kind;
  const long_work present = self->work;
  long_work next = long_work_enlarge(present, factor, kind->most, kind->form->power);
  *status = TN_OK;
  if (is_same(next, present)) return false;
  while (is_refusal(*status = open_model(t, self, next)) && !is_same(next, present)) {
    take_refusal(t, kind, present, next);
    next = long_work_enlarge(present, factor, kind->most, kind->form->power);
  }
  return *status == TN_OK && !is_same(next, present);
}

static struct finding *finding_of(struct long_kind *kind, int64_t asked) {
  struct finding *found = kind->findings;
  while (found < kind->findings + 3 && found->asked && found->asked != asked)
    found++;
  if (found->asked != asked) *found = (struct finding){asked, kind->form->least};
  return found;
}

/* From now on the carrier is made long. False when it is that already, or none that can be, or has
 * to have variables. */
static bool take_carrier(test *t, struct long_kind *kind) {
  const char *carrier = t->setup->carrier;
  if (kind->form != &matrices || !carrier || !suite_model_find(carrier)) return false;
  kind->form = carrier_grows(carrier) ? &long_carriers : &carriers;
  kind->most = kind->form->most;
  memset(kind->findings, 0, sizeof kind->findings);
  memset(&t->error, 0, sizeof t->error);
  return true;
}

static bool record_first(test *t, const long_model *self, tn_status status) {
  if (status != TN_UNSUPPORTED) return record_opened(t, self, status);
  record_append(case_log(t), &(record){.kind = RECORD_UNSUPPORTED}, t->error.message, NULL, NULL);
  return false;
}

/* Of the kind and the time that it says. */
static bool begin(test *t, long_model *out) {
  struct finding *found = finding_of(out->kind, out->asked);
  tn_status status = open_model(t, out, found->work);
  if (status == TN_UNSUPPORTED && take_carrier(t, out->kind)) {
    found = finding_of(out->kind, out->asked);
    status = open_model(t, out, found->work);
  }
  if (status != TN_OK) return record_first(t, out, status);
  while (out->took < out->asked / 2 &&
         enlarge(t, out, (double)out->asked / (double)(out->took + 1), &status))
    found->work = out->work;
  if (status != TN_OK) return record_opened(t, out, status);
  out->begun = test_now();
  return true;
}

bool long_model_begin(test *t, int64_t nanoseconds, const tn_map_entry *properties, uint64_t count,
                      long_model *out) {
  *out = (long_model){
      .kind = &plain, .asked = nanoseconds, .properties = properties, .property_count = count};
  return begin(t, out);
}

bool long_model_begin_kept(test *t, int64_t nanoseconds, long_model *out) {
  *out = (long_model){.kind = &kept, .asked = nanoseconds};
  return begin(t, out);
}

bool long_model_begin_like(test *t, const long_model *like, long_model *out) {
  *out = (long_model){.kind = like->kind,
                      .asked = like->asked,
                      .properties = like->properties,
                      .property_count = like->property_count};
  const tn_status status = open_model(t, out, like->work);
  out->begun = test_now();
  return status == TN_OK || record_opened(t, out, status);
}

tn_tensor *long_model_set_output(test *t, const long_model *self) {
  const tn_value_info *port = tn_compiled_model_ports(self->compiled)->outputs[0];
  int64_t shape[TN_MAX_RANK];
  suite_shape(port, 1, shape);
  tn_tensor *out = test_tensor(t, port->type, port->rank, shape);
  if (!out) return NULL;
  memset(out->data, 0x3c, (size_t)out->capacity_bytes);
  const tn_status status =
      tn_infer_request_set_tensor(self->request, self->input_count, out, &t->error);
  return test_record_status(t, status, TN_OK, "set_tensor(request, output, tensor, &t->error)",
                            __FILE__, __LINE__)
             ? out
             : NULL;
}

bool long_model_time(test *t, long_model *self) {
  return test_record_status(t, infer(t, self), TN_OK, "infer(request, &t->error)", __FILE__,
                            __LINE__);
}

bool long_model_try(test *t, long_model *self, bool *enlarged) {
  tn_status status = TN_OK;
  *enlarged = false;
  if (self->tries++ == 0) return true;
  if (self->tries > MOST_TRIES) return false;
  if (self->tries > LEAST_TRIES && test_now() - self->begun > most_time) return false;
  if (self->took < self->asked / 2) *enlarged = enlarge(t, self, 2, &status);
  return status == TN_OK || record_opened(t, self, status);
}

bool long_model_too_short(test *t, const long_model *self) {
  char text[400], work[80];
  if (self->took >= LONG_ENOUGH_TIME) return false;
  const struct long_kind *kind = self->kind;
  describe(kind, self->work, work, sizeof work);
  snprintf(text, sizeof text, "%s take %.3f ms, too little to be seen in flight%s%s", work,
           (double)self->took / 1e6, kind->refusal[0] ? "; " : "", kind->refusal);
  if (kind->refusal[0])
    record_append(case_log(t), &(record){.kind = RECORD_UNSUPPORTED}, text, NULL, NULL);
  else if (kind->form->is_carrier)
    test_record_not_applicable(t, text);
  else
    test_record_inconclusive(t, text);
  return true;
}
