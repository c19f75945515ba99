/* Convolutions against their definition, summed up tap by tap, on whole numbers, for which every
 * order of addition is exact. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "graph/tensor.h"
#include "ops/operator_test.h"

enum { AXES = 2 };

/* One geometry; extents of axis 1 and 0 are drawn by themselves. */
typedef struct geometry {
  int64_t batch, groups, channels, filters; /* Channels and filters are those of one group. */
  int64_t image[AXES], kernel[AXES], strides[AXES], dilations[AXES], pads[2 * AXES],
      positions[AXES];
} geometry;

/* A generator of its own, so that every run draws the same. */
static uint32_t draw(uint32_t *state, uint32_t below) {
  *state = *state * 1664525u + 1013904223u;
  return (*state >> 16) % below;
}

static tn_tensor *drawn(uint32_t *state, uint32_t rank, const int64_t *shape) {
  double values[20000];
  const size_t count = (size_t)tni_shape_element_count(rank, shape);
  cr_assert(count <= sizeof values / sizeof *values);
  for (size_t i = 0; i < count; i++)
    values[i] = (double)draw(state, 17) - 8;
  return tni_test_tensor(TN_F32, (int)rank, shape, count, values);
}

static geometry draw_geometry(uint32_t *state) {
  geometry g = {.batch = 1 + draw(state, 2), .groups = 1 + draw(state, 3)};
  g.channels = 1 + draw(state, 3);
  g.filters = 1 + draw(state, 6);
  for (int i = 0; i < AXES; i++) {
    g.kernel[i] = 1 + draw(state, 3);
    g.strides[i] = 1 + draw(state, 3);
    g.dilations[i] = 1 + draw(state, 2);
    g.pads[i] = draw(state, 3);
    g.pads[AXES + i] = draw(state, 3);
    const int64_t extent = (g.kernel[i] - 1) * g.dilations[i] + 1;
    g.image[i] = extent + draw(state, i == 0 ? 4 : 40);
    g.positions[i] = (g.image[i] + g.pads[i] + g.pads[AXES + i] - extent) / g.strides[i] + 1;
  }
  return g;
}

static void set_attributes(tni_operator_test *test, const geometry *g) {
  tni_test_ints(test, "strides", g->strides, AXES);
  tni_test_ints(test, "dilations", g->dilations, AXES);
  tni_test_ints(test, "pads", g->pads, 2 * AXES);
  tni_test_int(test, "group", &g->groups);
}

/* Adds what tap (ky, kx) of the filter contributes where the window is at (y, x): `visit` is told
 * the offsets within a plane of the image and of the positions. */
typedef void (*visitor)(void *user, int64_t image, int64_t position, int64_t tap);

static void visit_taps(const geometry *g, visitor visit, void *user) {
  for (int64_t y = 0; y < g->positions[0]; y++)
    for (int64_t x = 0; x < g->positions[1]; x++)
      for (int64_t k = 0; k < g->kernel[0] * g->kernel[1]; k++) {
        const int64_t row = y * g->strides[0] - g->pads[0] + k / g->kernel[1] * g->dilations[0];
        const int64_t column = x * g->strides[1] - g->pads[1] + k % g->kernel[1] * g->dilations[1];
        if (row < 0 || row >= g->image[0] || column < 0 || column >= g->image[1]) continue;
        visit(user, row * g->image[1] + column, y * g->positions[1] + x, k);
      }
}

/* The planes that one filter and one channel connect. */
typedef struct planes {
  const float *from, *weights;
  double *to;
} planes;

static void convolve(void *user, int64_t image, int64_t position, int64_t tap) {
  const planes *self = user;
  self->to[position] += (double)self->from[image] * (double)self->weights[tap];
}

static void spread(void *user, int64_t image, int64_t position, int64_t tap) {
  const planes *self = user;
  self->to[image] += (double)self->from[position] * (double)self->weights[tap];
}

/* Runs the node and compares with the sums of the definition. Filters run over image planes; for
 * the transposed convolution the roles of image and positions are exchanged. */
static void check(const geometry *g, uint32_t *state, int transposed) {
  const int64_t taps = g->kernel[0] * g->kernel[1];
  const int64_t *in = transposed ? g->positions : g->image;
  const int64_t *out = transposed ? g->image : g->positions;
  const int64_t x_shape[] = {g->batch, g->groups * g->channels, in[0], in[1]};
  const int64_t w_shape[] = {g->groups * (transposed ? g->channels : g->filters),
                             transposed ? g->filters : g->channels, g->kernel[0], g->kernel[1]};
  const int64_t b_shape[] = {g->groups * g->filters};
  const int64_t in_plane = in[0] * in[1];
  const int64_t out_plane = out[0] * out[1];
  tni_operator_test test = {.name = transposed ? "ConvTranspose" : "Conv", .input_count = 3};
  test.inputs[0] = drawn(state, 4, x_shape);
  test.inputs[1] = drawn(state, 4, w_shape);
  test.inputs[2] = drawn(state, 1, b_shape);
  set_attributes(&test, g);
  cr_assert_eq(tni_test_run(&test), TN_OK, "%s", test.error.message);
  double *expected = calloc((size_t)out_plane, sizeof *expected);
  for (int64_t n = 0; n < g->batch; n++)
    for (int64_t f = 0; f < g->groups * g->filters; f++) {
      const int64_t group = f / g->filters;
      for (int64_t i = 0; i < out_plane; i++)
        expected[i] = (double)((const float *)test.inputs[2]->data)[f];
      for (int64_t c = 0; c < g->channels; c++) {
        const int64_t filter = transposed ? (group * g->channels + c) * g->filters + f % g->filters
                                          : f * g->channels + c;
        planes of = {(const float *)test.inputs[0]->data +
                         (n * x_shape[1] + group * g->channels + c) * in_plane,
                     (const float *)test.inputs[1]->data + filter * taps, expected};
        visit_taps(g, transposed ? spread : convolve, &of);
      }
      const float *got = (const float *)test.outputs[0]->data + (n * b_shape[0] + f) * out_plane;
      for (int64_t i = 0; i < out_plane; i++)
        cr_assert_eq((double)got[i], expected[i], "%s, filter %d, element %d: %g, not %g",
                     test.name, (int)f, (int)i, (double)got[i], expected[i]);
    }
  free(expected);
  tni_test_end(&test);
  for (int i = 0; i < 3; i++)
    tn_tensor_release(test.inputs[i]);
}

Test(conv, drawn_geometries_agree_with_the_definition) {
  uint32_t state = 7;
  for (int i = 0; i < 150; i++) {
    const geometry g = draw_geometry(&state);
    check(&g, &state, 0);
  }
}

/* Image extents that the windows do not reach to the end are no output of the transposed
 * convolution. */
Test(conv, drawn_geometries_transposed_agree_with_the_definition) {
  uint32_t state = 11;
  for (int i = 0; i < 150; i++) {
    geometry g = draw_geometry(&state);
    for (int a = 0; a < AXES; a++)
      g.image[a] = (g.positions[a] - 1) * g.strides[a] + (g.kernel[a] - 1) * g.dilations[a] + 1 -
                   g.pads[a] - g.pads[AXES + a];
    if (g.image[0] > 0 && g.image[1] > 0) check(&g, &state, 1);
  }
}
