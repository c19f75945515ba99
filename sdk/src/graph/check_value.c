#include "graph/check_parts.h"
#include "graph/tensor.h"

static tn_status check_dimension(tni_check *check, const tn_value_info *value, uint32_t index) {
  const tn_dimension *dimension = &value->dimensions[index];
  if (dimension->min < 0 || dimension->max < dimension->min)
    return TNI_BROKEN(check, TNI_MODEL_DIMENSIONS, "value %.*s: dimension %u is from %lld to %lld",
                      TNI_TEXT(value->name), index, (long long)dimension->min,
                      (long long)dimension->max);
  const tn_symbol *symbol = dimension->symbol;
  if (!symbol) return TN_OK;
  if (symbol->size < TN_SYMBOL_FIRST_SIZE || symbol->size % 8)
    return TNI_BROKEN(check, TNI_MODEL_STRUCTS,
                      "value %.*s: the symbol of dimension %u is of an illegal size",
                      TNI_TEXT(value->name), index);
  return tni_check_text(check, symbol->name, "a symbol", value->name);
}

static tn_status check_constant(tni_check *check, const tn_value_info *value) {
  const tn_tensor *tensor = value->constant;
  tn_status status = tni_tensor_check(tensor, "its tensor", check->error);
  if (status != TN_OK)
    return tni_fail_prefix(check->error, status == TN_INVALID_ARGUMENT ? TN_MALFORMED : status,
                           "constant %.*s", TNI_TEXT(value->name));
  int fits = value->type == tensor->type && (value->flags & TN_VALUE_HAS_RANK) &&
             value->rank == tensor->rank;
  for (uint32_t i = 0; fits && i < tensor->rank; i++)
    fits = value->dimensions[i].min == tensor->shape[i] &&
           value->dimensions[i].max == tensor->shape[i];
  if (fits) return TN_OK;
  return TNI_BROKEN(check, TNI_MODEL_CONSTANTS,
                    "constant %.*s: its type or shape is not its tensor's", TNI_TEXT(value->name));
}

static tn_status check_value(tni_check *check, const tn_value_info *value) {
  if (value->flags & ~(uint32_t)TN_VALUE_HAS_RANK)
    return tni_fail(check->error, TN_UNSUPPORTED, "value %.*s: unknown flags 0x%x",
                    TNI_TEXT(value->name), value->flags);
  const int has_rank = (value->flags & TN_VALUE_HAS_RANK) != 0;
  if (value->rank > TN_MAX_RANK || (!has_rank && value->rank))
    return TNI_BROKEN(check, TNI_MODEL_DIMENSIONS, "value %.*s: rank %u%s", TNI_TEXT(value->name),
                      value->rank,
                      has_rank ? " is too high" : " without the flag that it is known");
  if (value->rank && !value->dimensions)
    return TNI_BROKEN(check, TNI_MODEL_STRUCTS, "value %.*s: a rank without dimensions",
                      TNI_TEXT(value->name));
  for (uint32_t i = 0; i < value->rank; i++)
    TN_TRY(check_dimension(check, value, i));
  return TN_OK;
}

static int is_around(const tni_scope *outer, const tni_scope *inner) {
  while (inner && inner != outer)
    inner = inner->around;
  return inner != NULL;
}

tn_status tni_check_define(tni_check *check, tni_scope *scope, const tn_value_info *value,
                           int is_constant, const char *what, tn_string of) {
  if (!value || value->size < TN_VALUE_INFO_FIRST_SIZE || value->size % 8)
    return TNI_BROKEN(check, TNI_MODEL_STRUCTS, "%s of %.*s: missing or of an illegal size", what,
                      TNI_TEXT(of));
  TN_TRY(tni_check_text(check, value->name, what, of));
  if (value->name.length == 0)
    return TNI_BROKEN(check, TNI_MODEL_NAMES, "%s of %.*s: a value without a name", what,
                      TNI_TEXT(of));
  TN_TRY(check_value(check, value));
  if (is_constant != (value->constant != NULL))
    return TNI_BROKEN(check, TNI_MODEL_CONSTANTS, "%s of %.*s: value %.*s is %s constant", what,
                      TNI_TEXT(of), TNI_TEXT(value->name), is_constant ? "no" : "a");
  if (is_constant) TN_TRY(check_constant(check, value));
  if (tni_pointer_map_find(&check->values, value))
    return TNI_BROKEN(check, TNI_MODEL_ORDER,
                      "value %.*s: defined twice, the second time as %s of %.*s",
                      TNI_TEXT(value->name), what, TNI_TEXT(of));
  const tni_scope *other = tni_string_map_find(&check->value_names, value->name);
  if (other && (!other->closed || is_around(scope, other)))
    return TNI_BROKEN(check, TNI_MODEL_NAMES, "value %.*s (%s of %.*s): another value has its name",
                      TNI_TEXT(value->name), what, TNI_TEXT(of));
  if (tni_pointer_map_set(&check->values, value, scope) != TN_OK ||
      tni_string_map_set(&check->value_names, value->name, scope) != TN_OK)
    return tni_check_memory(check);
  return TN_OK;
}
