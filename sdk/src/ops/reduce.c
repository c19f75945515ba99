#include "ops/reduce.h"

#include "ops/attributes.h"
#include "ops/elements.h"
#include "ops/move.h"
#include "ops/shape_rules.h"

/* The axes that go, as a set of bits. Without axes: all, or none when noop_with_empty_axes is set.
 */
static tn_status reduced_axes(const tn_node *node, const int64_t *axes, uint64_t count,
                              uint32_t rank, uint32_t *out, tn_error *error) {
  uint32_t resolved[TNI_MAX_ELEMENTS];
  *out = 0;
  if (count == 0) {
    if (tni_attribute_int(node, "noop_with_empty_axes", 0) == 0) *out = (1u << rank) - 1;
    return TN_OK;
  }
  TN_TRY(tni_resolve_axes(node, "axes", axes, count, rank, resolved, error));
  for (uint64_t i = 0; i < count; i++)
    *out |= 1u << resolved[i];
  return TN_OK;
}

/* What can be said of the result when the axes are not known. */
static void infer_without_axes(tni_inference *inference, int keep) {
  const tni_facts *data = inference->inputs[0];
  const tni_facts *axes = inference->inputs[1];
  tni_facts *out = &inference->outputs[0];
  uint32_t rank = data->rank;
  if (!keep) {
    if (!axes->has_rank || axes->rank != 1 || !tni_dimension_is_static(axes->dimensions[0])) return;
    const int64_t gone = axes->dimensions[0].min;
    if (gone == 0 || gone > rank) return;
    rank -= (uint32_t)gone;
  }
  for (uint32_t i = 0; i < rank; i++)
    out->dimensions[i] = tni_dimension_between(inference, 0, TN_UNBOUNDED);
  tni_facts_set_shape(out, rank, out->dimensions);
}

tn_status tni_reduce_infer(tni_inference *inference, tn_error *error) {
  const tni_facts *data = inference->inputs[0];
  const tni_facts *axes = inference->input_count > 1 ? inference->inputs[1] : NULL;
  tni_facts *out = &inference->outputs[0];
  const int keep = tni_attribute_int(inference->node, "keepdims", 1) != 0;
  int64_t asked[TNI_MAX_ELEMENTS];
  uint32_t count = 0;
  uint32_t reduced;
  uint32_t rank = 0;
  out->type = data->type;
  if (axes) TN_TRY(tni_expect_vector(inference, 1, TN_MAX_RANK, error));
  if (!data->has_rank) return TN_OK;
  if (axes && !tni_facts_integers(axes, asked, &count)) {
    infer_without_axes(inference, keep);
    return TN_OK;
  }
  TN_TRY(reduced_axes(inference->node, asked, count, data->rank, &reduced, error));
  for (uint32_t i = 0; i < data->rank; i++)
    if (!(reduced >> i & 1))
      out->dimensions[rank++] = data->dimensions[i];
    else if (keep)
      out->dimensions[rank++] = tni_dimension_of(1);
  tni_facts_set_shape(out, rank, out->dimensions);
  return TN_OK;
}

/* Appends a dimension; one that continues its neighbour joins it. */
static void append(int64_t *extents, int64_t *strides, uint32_t *rank, int64_t extent,
                   int64_t stride) {
  if (*rank > 0 && strides[*rank - 1] == extent * stride) {
    extents[*rank - 1] *= extent;
    strides[*rank - 1] = stride;
    return;
  }
  extents[*rank] = extent;
  strides[(*rank)++] = stride;
}

tn_status tni_reduction_read(const tni_evaluation *evaluation, tni_reduction *out,
                             tn_error *error) {
  const tn_tensor *data = evaluation->inputs[0];
  const tn_tensor *axes = evaluation->input_count > 1 ? evaluation->inputs[1] : NULL;
  int64_t asked[TNI_MAX_ELEMENTS];
  int64_t strides[TN_MAX_RANK];
  uint32_t reduced;
  const uint64_t count = axes ? tn_tensor_element_count(axes) : 0;
  if (count > TNI_MAX_ELEMENTS)
    return tni_node_fail(evaluation->node, error, TN_WRONG_SHAPE, "axes has %llu elements",
                         (unsigned long long)count);
  if (axes) tni_load_signed(axes->type, axes->data, 0, 1, (size_t)count, asked);
  TN_TRY(reduced_axes(evaluation->node, asked, count, data->rank, &reduced, error));
  *out = (tni_reduction){.results = 1, .elements = 1};
  tni_dense_strides(data->rank, data->shape, strides);
  for (uint32_t i = 0; i < data->rank; i++) {
    if (reduced >> i & 1) {
      append(out->reduced, out->reduced_strides, &out->reduced_rank, data->shape[i], strides[i]);
      out->elements *= data->shape[i];
    } else {
      append(out->kept, out->kept_strides, &out->kept_rank, data->shape[i], strides[i]);
      out->results *= data->shape[i];
    }
  }
  if (out->reduced_rank == 0) {
    out->reduced[0] = 1;
    out->reduced_rank = 1;
  }
  return TN_OK;
}

static void visit_line(int64_t offset, int64_t stride, int64_t count, tni_reduction_visitor visit,
                       void *user) {
  for (int64_t i = 0; i < count; i += TNI_CHUNK)
    visit(user, offset + i * stride, stride,
          (size_t)(count - i < TNI_CHUNK ? count - i : TNI_CHUNK));
}

void tni_reduction_visit(const tni_reduction *self, int64_t index, tni_reduction_visitor visit,
                         void *user) {
  const uint32_t last = self->reduced_rank - 1;
  int64_t at[TN_MAX_RANK + 1] = {0};
  int64_t offset = 0;
  for (uint32_t i = self->kept_rank; i-- > 0;) {
    offset += index % self->kept[i] * self->kept_strides[i];
    index /= self->kept[i];
  }
  if (self->elements == 0) return;
  for (;;) {
    visit_line(offset, self->reduced_strides[last], self->reduced[last], visit, user);
    uint32_t i = last;
    while (i-- > 0) {
      offset += self->reduced_strides[i];
      if (++at[i] < self->reduced[i]) break;
      offset -= self->reduced_strides[i] * self->reduced[i];
      at[i] = 0;
    }
    if (i == UINT32_MAX) return;
  }
}
