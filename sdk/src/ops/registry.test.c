#include "ops/operator.h"
#include "ops/types.h"

#include <criterion/criterion.h>
#include <string.h>

static tn_string domain_of(const tni_operator *op) {
  return tn_string_from(op->domain ? op->domain : "");
}

Test(registry, finds_every_operator_at_its_version_only) {
  cr_assert_gt(tni_operator_count(), 60);
  for (uint32_t i = 0; i < tni_operator_count(); i++) {
    const tni_operator *op = tni_operator_at(i);
    const tn_string name = tn_string_from(op->name);
    cr_expect_eq(tni_operator_find(domain_of(op), name, op->since), op, "%s", op->name);
    cr_expect_null(tni_operator_find(domain_of(op), name, op->since + 1), "%s", op->name);
  }
}

/* The binary search needs it, and it holds only while identifiers are the operators' names. */
Test(registry, is_sorted_by_domain_and_name) {
  for (uint32_t i = 1; i < tni_operator_count(); i++) {
    const tni_operator *a = tni_operator_at(i - 1), *b = tni_operator_at(i);
    const int domains = strcmp(a->domain ? a->domain : "", b->domain ? b->domain : "");
    cr_expect(domains < 0 || (domains == 0 && strcmp(a->name, b->name) < 0), "%s before %s",
              a->name, b->name);
  }
}

Test(registry, holds_the_newest_version_of_each_onnx_operator) {
  for (uint32_t i = 0; i < tni_operator_count(); i++) {
    const tni_operator *op = tni_operator_at(i);
    if (domain_of(op).length > 0) continue;
    cr_expect_eq(tni_onnx_since_version(tn_string_from(op->name), TN_ONNX_OPERATOR_SET), op->since,
                 "%s", op->name);
  }
}

Test(registry, schemas_are_complete) {
  for (uint32_t i = 0; i < tni_operator_count(); i++) {
    const tni_operator *op = tni_operator_at(i);
    cr_expect(op->infer && op->evaluate, "%s", op->name);
    cr_expect(op->outputs[0].name, "%s", op->name);
    for (uint32_t k = 0; k < TNI_MAX_FORMALS && op->inputs[k].name; k++) {
      cr_expect_neq(op->inputs[k].types, 0, "%s", op->name);
      const int is_last = k + 1 == TNI_MAX_FORMALS || !op->inputs[k + 1].name;
      cr_expect(is_last || !(op->inputs[k].flags & TNI_VARIADIC), "%s", op->name);
    }
  }
}

Test(registry, does_not_find_what_is_not_there) {
  cr_expect_null(tni_operator_find(TN_STRING(""), TN_STRING("Rel"), 14));
  cr_expect_null(tni_operator_find(TN_STRING(""), TN_STRING("Relus"), 14));
  cr_expect_null(tni_operator_find(TN_STRING("com.vendor"), TN_STRING("Relu"), 14));
  cr_expect_null(tni_operator_find((tn_string){NULL, 0}, (tn_string){NULL, 0}, 0));
  cr_expect_not_null(tni_operator_find((tn_string){NULL, 0}, TN_STRING("Relu"), 14));
  cr_expect_not_null(tni_operator_find(TN_STRING("tenon"), TN_STRING("Assign"), 1));
}

Test(registry, knows_the_version_in_force_in_every_set) {
  cr_expect_eq(tni_onnx_since_version(TN_STRING("Relu"), 7), 6);
  cr_expect_eq(tni_onnx_since_version(TN_STRING("Relu"), 13), 13);
  cr_expect_eq(tni_onnx_since_version(TN_STRING("Relu"), 28), 14);
  cr_expect_eq(tni_onnx_since_version(TN_STRING("Gelu"), 19), 0, "Gelu came with set 20");
  cr_expect_eq(tni_onnx_since_version(TN_STRING("Upsample"), 9), 9);
  cr_expect_eq(tni_onnx_since_version(TN_STRING("Upsample"), 10), 0, "withdrawn in set 10");
  cr_expect_eq(tni_onnx_since_version(TN_STRING("Nothing"), 28), 0);
}
