/** @file
 *  Declarations of properties: what can be read and set, and what it means.
 *
 *  Names are those of the standard properties wherever one fits. Two of them, at the level of the
 * device and read only, say how a device computes; a device that leaves them out says nothing:
 *
 *  - `OPERATOR_PROFILE` (string): the operator profile that the device has, "NETWORKS_F32"; empty:
 * it has none. All that is inside the profile it supports (TN_OPERATOR_014), and query says so
 * (TN_QUERY_010). The profiles are a file of the conformance suite, `profile.def`.
 *  - `FLOAT_CONTROLS` (list of strings): where results depart from IEEE 754, one departure of one
 * element type each, such as "f32:flush" (TN_OPERATOR_013). Without an entry denormal numbers are
 * kept (TN_OPERATOR_007), NaN, infinities and the sign of zero are preserved (TN_OPERATOR_006),
 * results are rounded to nearest, and sums keep a bound for each element, in ACCURACY mode those of
 * small integers without any error (TN_OPERATOR_004). Types are f16, bf16, f32 and f64; departures
 * are:
 *      - `flush`: denormal numbers may be taken and given as zero;
 *      - `no_nan_inf`: NaN and infinities are not preserved;
 *      - `no_signed_zero`: the sign of zero is not preserved;
 *      - `round_to_zero`: results are rounded towards zero;
 *      - `normwise`: in PERFORMANCE mode (EXECUTION_MODE_HINT) convolutions and products keep a
 * bound that follows from the largest sum of the output (TN_OPERATOR_012), as Winograd's algorithm
 * does.
 *
 *  The element type that sums are made in is what INFERENCE_PRECISION_HINT of the compiled model
 * reads back (TN_PROPERTY_016); where there is none, it is that of the tensors.
 *
 *  Of other standard names, where they are declared, the following holds:
 *
 *  - `SUPPORTED_PROPERTIES` lists exactly the declarations of its level (TN_PROPERTY_017);
 *  - `PERF_COUNT`: while it is off, no profile is collected (TN_PROPERTY_013);
 *  - `DISABLE_TRANSFORMATIONS`: the outputs are equal, within the tolerance, to those without it
 * (TN_PROPERTY_014);
 *  - `EXCLUSIVE_ASYNC_REQUESTS`: no two inferences of the device run at once (TN_PROPERTY_015);
 *  - `PERFORMANCE_HINT_NUM_REQUESTS`: a compiled model's OPTIMAL_NUMBER_OF_INFER_REQUESTS is no
 * more than that (TN_PROPERTY_021). */
#ifndef TENON_ABI_PROPERTY_H
#define TENON_ABI_PROPERTY_H

#include "tenon/abi/value.h"

TN_BEGIN_DECLARATIONS

/** Where a property can be read and, when it is writable, set. */
enum {
  TN_LEVEL_PLUGIN = 1u << 0, /**< On the plugin, for all its devices (empty device id). */
  TN_LEVEL_DEVICE = 1u << 1, /**< On one device of the plugin. */
  TN_LEVEL_MODEL =
      1u << 2 /**< On a compiled model; a writable one is also taken by compile and import. */
};

/** Flags of tn_property. */
enum {
  TN_PROPERTY_WRITABLE =
      1u << 0, /**< Can be set on the plugin and its devices (as `levels` say) and for a compile. */
  TN_PROPERTY_MODEL_WRITABLE = 1u << 1, /**< Can be set on a compiled model as well. */
  /** Reads back, on a compiled model, what was decided, not what was asked (AUTO, hints;
   * TN_PROPERTY_018). */
  TN_PROPERTY_RESOLVED = 1u << 2,
  TN_PROPERTY_VOLATILE = 1u << 3, /**< Changes by itself (free memory, temperature). */
  /** Enters the key of a cached export: changes what compile produces. Every property that does
   * carries it and stands in CACHING_PROPERTIES (TN_PROPERTY_012). */
  TN_PROPERTY_CACHING = 1u << 4,
  TN_PROPERTY_INITIAL =
      1u << 5, /**< Can be given at creation, whether it is writable later or not. */
  TN_PROPERTY_HANDED_ON =
      1u << 6 /**< Of a virtual device: it is that of a device below, which is not there yet when
               * the engine is made. It cannot be given at creation. */
};

/** Declaration of one property: its name, which no other of the level has, a kind, a level and a
 * sentence; default, bounds and choices are of that kind (TN_PROPERTY_001). */
typedef struct tn_property {
  uint32_t size;   /**< TN_SIZE(tn_property) of the maker. */
  uint32_t kind;   /**< Kind of the value (one of tn_value_kind). */
  uint32_t levels; /**< TN_LEVEL_... */
  uint32_t flags;  /**< TN_PROPERTY_... */
  tn_string name;  /**< As users write it: "NUM_STREAMS". */
  tn_string unit;  /**< Unit of a number ("bytes", "streams"), or empty. */
  tn_string doc;   /**< One sentence. */
  /** What it reads when nobody has set it, unless it is RESOLVED or VOLATILE (TN_PROPERTY_004);
   * kind NONE for what has no fixed default. */
  tn_value default_value;
  tn_value minimum;        /**< Smallest legal number, or kind NONE. */
  tn_value maximum;        /**< Largest legal number, or kind NONE. */
  const tn_value *choices; /**< The only legal values, or NULL. */
  uint64_t choice_count;   /**< Number of choices. */
} tn_property;

/** Smallest legal `size` of tn_property. */
#define TN_PROPERTY_FIRST_SIZE TN_SIZE_THROUGH(tn_property, choice_count)

/** A tn_property with its size and nothing else. */
TN_DEFINE_INIT(tn_property)

/** Receives all declarations, once, borrowed for the call. Returns TN_OK, or a failure that the
 * giving call passes on (TN_QUERY_011). */
typedef tn_status(TN_CALL *tn_property_sink)(void *user, const tn_property *const *properties,
                                             uint64_t count);

TN_END_DECLARATIONS

#endif
