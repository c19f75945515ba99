#include "tenon/kit/onnx.h"

#include "graph/onnx_writer.h"
#include "kit/engine.h"

/* Hands over what was written, and ends the text. */
static tn_status hand_over(tni_text *text, tn_status status, void **out, uint64_t *size,
                           tn_error *error) {
  const uint64_t length = text->length;
  char *bytes = status == TN_OK ? tni_text_take(text) : NULL;
  tni_text_destroy(text);
  if (status != TN_OK) return status;
  if (!bytes) return tni_fail(error, TN_OUT_OF_MEMORY, "no memory to write a model");
  *out = bytes;
  *size = length;
  return TN_OK;
}

tn_status tn_kit_onnx_write(const tn_kit_engine *engine, const tn_model *model, void **out,
                            uint64_t *size, tn_error *error) {
  tni_text text;
  tni_text_init(&text, &engine->kit->allocator);
  const tn_status status = tni_onnx_write_model(&engine->kit->environment, model, &text, error);
  return hand_over(&text, status, out, size, error);
}

/* --- the rest */

/* What ONNX leaves out, as lines: "d PORT DIMENSION MIN MAX SYMBOL" for each dimension of a port
 * that is not fixed, where equal symbols have equal numbers and 0 is none; "n LENGTH TEXT" for the
 * name of a symbol, in order of their numbers from 1; "o LENGTH NODE" followed by "s LENGTH ORIGIN"
 * for each origin of a node whose origins are not just its name. */

/* Number of a symbol; a new one is written. */
static size_t number_of(tni_text *text, const tn_symbol **known, size_t *count,
                        const tn_symbol *symbol) {
  if (!symbol) return 0;
  for (size_t i = 0; i < *count; i++)
    if (known[i] == symbol) return i + 1;
  known[(*count)++] = symbol;
  tni_text_append_format(text, "n %llu ", (unsigned long long)symbol->name.length);
  tni_text_append(text, symbol->name);
  tni_text_append_chars(text, "\n");
  return *count;
}

static void write_port(tni_text *text, const tn_value_info *value, uint32_t port,
                       const tn_symbol **known, size_t *count) {
  for (uint32_t i = 0; i < value->rank; i++) {
    const tn_dimension *d = &value->dimensions[i];
    if (d->min == d->max) continue;
    const size_t symbol = number_of(text, known, count, d->symbol);
    tni_text_append_format(text, "d %u %u %lld %lld %zu\n", port, i, (long long)d->min,
                           (long long)d->max, symbol);
  }
}

static void write_text(tni_text *text, const char *kind, tn_string content) {
  tni_text_append_format(text, "%s %llu ", kind, (unsigned long long)content.length);
  tni_text_append(text, content);
  tni_text_append_chars(text, "\n");
}

static void write_origins(tni_text *text, const tn_node *node) {
  if (node->origin_count == 1 && tn_string_equal(node->origins[0], node->name)) return;
  write_text(text, "o", node->name);
  for (uint64_t i = 0; i < node->origin_count; i++)
    write_text(text, "s", node->origins[i]);
}

tn_status tn_kit_onnx_write_rest(const tn_kit_engine *engine, const tn_model *model, void **out,
                                 uint64_t *size, tn_error *error) {
  const tni_allocator *allocator = &engine->kit->allocator;
  const tn_graph *graph = model->graph;
  const size_t ports = (size_t)graph->input_count + graph->output_count;
  const tn_symbol **known = TNI_ALLOC_ITEMS(allocator, known, ports * TN_MAX_RANK);
  if (!known) return tni_fail(error, TN_OUT_OF_MEMORY, "no memory to write a model");
  tni_text text;
  size_t count = 0;
  tni_text_init(&text, allocator);
  for (uint32_t i = 0; i < graph->input_count; i++)
    write_port(&text, graph->inputs[i], i, known, &count);
  for (uint32_t i = 0; i < graph->output_count; i++)
    write_port(&text, graph->outputs[i], graph->input_count + i, known, &count);
  for (uint32_t i = 0; i < graph->node_count; i++)
    write_origins(&text, graph->nodes[i]);
  tni_free(allocator, known);
  return hand_over(&text, TN_OK, out, size, error);
}
