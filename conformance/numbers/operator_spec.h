/** @file
 *  What an operator case is: a name that stands for a node with its types, shapes, attributes and
 * data. Worker and supervisor make the same of it.
 *
 *  operator.NAME[.KIND]/TYPE.rankN[.VARIANT][.A=B...][.no-ATTRIBUTE...]
 *
 *  The last parts come from shrinking: every dimension A is B instead, and an attribute is left
 * out.
 */
#ifndef TENON_CONFORMANCE_OPERATOR_SPEC_H
#define TENON_CONFORMANCE_OPERATOR_SPEC_H

#include <stdbool.h>

#include "ops/operator.h"

enum {
  SPEC_NAME_SIZE = 96,  /**< Bytes of a name, with its end. */
  SPEC_MAX_INPUTS = 12, /**< Most inputs of a case. */
  SPEC_MAX_ATTRIBUTES = 8,
  SPEC_MAX_NUMBERS = 24,
  SPEC_RANKS = 6 /**< Ranks from 0 on that `*` runs over. */
};

/** One row of recipes.def. */
typedef struct recipe {
  const char *operation, *variant, *inputs, *attributes;
  uint32_t outputs;
  const char *ranks, *fills;
} recipe;

/** A kind of cases: what the inputs hold, and the clause that it is about. */
typedef struct case_kind {
  const char *name; /**< "whole"; "" for the plain kind. */
  char fill;        /**< In recipes.def. */
  uint32_t clause;  /**< Number in the area OPERATOR; 0: by the operator's tolerance. */
  const char *text; /**< What must hold. */
  /** One of LAYOUT_..., in which inputs and outputs lie; NULL: dense. */
  const char *layout;
} case_kind;

/** The kinds. */
extern const case_kind case_kinds[];
extern const uint32_t case_kind_count;

/** Whether a recipe has cases of a kind. */
bool recipe_has_kind(const recipe *row, const case_kind *kind);

/** One input. */
typedef struct spec_input {
  bool absent;   /**< Left out. */
  bool is_case;  /**< Of the type that the case is about. */
  bool constant; /**< An initializer. */
  bool written;  /**< Its elements stand in the recipe. */
  uint32_t type; /**< Element type. */
  uint32_t rank; /**< Number of dimensions. */
  int64_t shape[TN_MAX_RANK];
  char fill;                        /**< One of recipes.def, or 'r'. */
  int64_t limit;                    /**< N of a fill such as iN. */
  uint32_t count;                   /**< Number of `numbers`. */
  double numbers[SPEC_MAX_NUMBERS]; /**< Elements that the recipe writes. */
} spec_input;

/** One attribute. */
typedef struct spec_attribute {
  char name[40];
  uint32_t kind;  /**< One of tn_attribute_kind. */
  uint32_t type;  /**< Element type of a tensor. */
  uint32_t count; /**< Number of `numbers`. */
  double numbers[SPEC_MAX_NUMBERS];
  char text[32];
} spec_attribute;

/** A case. */
typedef struct operator_spec {
  char name[SPEC_NAME_SIZE]; /**< "operator.Relu/f32.rank4". */
  const tni_operator *op;    /**< The operator. */
  const recipe *row;         /**< The recipe. */
  uint32_t type;             /**< What T stands for. */
  uint32_t rank;             /**< Of the first input. */
  uint32_t first_output;     /**< Outputs before it are left out. */
  uint32_t batch_from_end;   /**< Which dimension the batch is, from the end; 0: the first. */
  const case_kind *kind;     /**< Its kind. */
  char fill;                 /**< Of the kind. */
  uint32_t input_count, attribute_count;
  spec_input inputs[SPEC_MAX_INPUTS];
  spec_attribute attributes[SPEC_MAX_ATTRIBUTES];
} operator_spec;

/** The recipes and their number. */
extern const recipe suite_recipes[];
extern const uint32_t suite_recipe_count;

/** Why an operator has no recipe, or NULL. */
const char *recipe_missing(const char *operation);

/** SHA-256 of recipes.def in hexadecimal digits, and its version. */
const char *recipes_digest(void);
uint32_t recipes_version(void);

/** Makes the case of a recipe; its name is written too.
 *  @param rank what `*` stands for; not looked at when the recipe writes its shapes
 *  @return false when the recipe does not fit (the type is not one of the operator's, ...) */
bool spec_make(const recipe *row, uint32_t type, uint32_t rank, const case_kind *kind,
               operator_spec *out);

/** Reads a name, the parts that shrinking appends included.
 *  @return TN_OK, TN_NOT_FOUND with the reason */
tn_status spec_parse(const char *name, operator_spec *out, tn_error *error);

/** Element types that `T` of a recipe runs over. */
uint64_t spec_types(const recipe *row);

/** The item of the batch that an element of a tensor belongs to. */
uint64_t spec_batch_item(const operator_spec *spec, uint32_t rank, const int64_t *shape,
                         uint64_t index);

/** Whether an input of the case is handed in, and lies otherwise in the layout of its kind than it
 * does dense. */
bool spec_lies_otherwise(const operator_spec *spec);

/** Replaces every dimension `from` by `to`, and appends that to the name. Returns false when there
 * is none or the name grows too long. */
bool spec_resize(operator_spec *spec, int64_t from, int64_t to);

/** Leaves an attribute out, and appends that to the name. */
bool spec_drop(operator_spec *spec, const char *attribute);

/** "f32" for TN_F32. */
const char *spec_type_name(uint32_t type);

#endif
