/** @file
 *  Properties: declared once in a table, checked and kept by the kit.
 *
 *  A value is looked for in this order: given at compile, set on the device, set on the plugin,
 * declared default. A compiled model keeps what held when it was compiled; what the plugin decides
 * then (hints, AUTO) it writes over it by tn_kit_settings_decide.
 */
#ifndef TENON_KIT_PROPERTY_H
#define TENON_KIT_PROPERTY_H

#include "tenon/abi/device.h"
#include "tenon/abi/property.h"

TN_BEGIN_DECLARATIONS

struct tn_kit_engine;
struct tn_kit_compiled;

/** The values of one level: a plugin, a device, or a compiled model. */
typedef struct tn_kit_settings tn_kit_settings;

/** Where a property is read. */
typedef struct tn_kit_reading {
  struct tn_kit_engine *engine;     /**< The engine. */
  const tn_device *device;          /**< The device; NULL on the plugin. */
  struct tn_kit_compiled *compiled; /**< The compiled model; NULL on plugin and devices. */
  uint32_t level;                   /**< The TN_LEVEL_... that is read. */
} tn_kit_reading;

/** Gives the value of a property that is computed. */
typedef tn_status (*tn_kit_property_get)(const tn_kit_reading *reading, tn_value_sink sink,
                                         void *user, tn_error *error);

/** Looks at a value beyond kind, bounds and choices, before it is set. */
typedef tn_status (*tn_kit_property_check)(struct tn_kit_engine *engine, const tn_value *value,
                                           tn_error *error);

/** A row of a plugin's table. */
typedef struct tn_kit_property {
  tn_property declaration;     /**< What hosts see. */
  tn_kit_property_get get;     /**< NULL: the value that is kept. */
  tn_kit_property_check check; /**< NULL: nothing more to check. */
} tn_kit_property;

/** A plugin's table. */
typedef struct tn_kit_property_table {
  const tn_kit_property *const *rows; /**< The properties that the plugin has. */
  uint64_t count;                     /**< Number of rows. */
} tn_kit_property_table;

#ifndef __cplusplus

/** @name Values and bounds of a row
 *  @{ */
#define TN_KIT_NONE     \
  {                     \
    TN_VALUE_NONE, 0, { \
      0                 \
    }                   \
  }
#define TN_KIT_BOOL(value) \
  {                        \
    TN_VALUE_BOOL, 0, {    \
      .boolean = (value)   \
    }                      \
  }
#define TN_KIT_INT64(value) \
  {                         \
    TN_VALUE_INT64, 0, {    \
      .int64 = (value)      \
    }                       \
  }
#define TN_KIT_FLOAT64(value) \
  {                           \
    TN_VALUE_FLOAT64, 0, {    \
      .float64 = (value)      \
    }                         \
  }
#define TN_KIT_STRING(literal)                   \
  {                                              \
    TN_VALUE_STRING, 0, {                        \
      .string = { literal, sizeof(literal) - 1 } \
    }                                            \
  }
#define TN_KIT_ANY TN_KIT_NONE, TN_KIT_NONE, NULL, 0 /**< No bounds. */
#define TN_KIT_RANGE(low, high) \
  TN_KIT_INT64(low), TN_KIT_INT64(high), NULL, 0 /**< Whole numbers from `low` to `high`. */
#define TN_KIT_INTERVAL(low, high) \
  TN_KIT_FLOAT64(low), TN_KIT_FLOAT64(high), NULL, 0 /**< Numbers from `low` to `high`. */
#define TN_KIT_CHOICES(array)      \
  TN_KIT_NONE, TN_KIT_NONE, array, \
      sizeof(array) / sizeof *(array) /**< One of a static array of tn_value. */
/** @} */

/** Initializer of a row.
 *  @param name literal
 *  @param kind name of a tn_value_kind without TN_VALUE_
 *  @param levels TN_LEVEL_... bits
 *  @param flags TN_PROPERTY_... bits
 *  @param unit literal
 *  @param get how it is computed, or NULL
 *  @param check what else is checked, or NULL
 *  @param doc literal, one sentence
 *  The rest is the default (TN_KIT_NONE, TN_KIT_BOOL, TN_KIT_INT64, TN_KIT_FLOAT64 or
 *  TN_KIT_STRING) and the bounds (TN_KIT_ANY, TN_KIT_RANGE, TN_KIT_INTERVAL or TN_KIT_CHOICES). */
#define TN_KIT_PROPERTY(name, kind, levels, flags, unit, get, check, doc, ...)           \
  {                                                                                      \
    {TN_SIZE(tn_property), TN_VALUE_##kind,     levels,     flags, TN_STRING_INIT(name), \
     TN_STRING_INIT(unit), TN_STRING_INIT(doc), __VA_ARGS__},                            \
        get, check                                                                       \
  }

#endif

/** @name The standard properties, one object per row of tenon/kit/properties.def: names and meaning
 * as users of OpenVINO know them
 *  @{ */
#define TN_KIT_STANDARD(name, ...) extern const tn_kit_property tn_kit_property_##name;
#include "tenon/kit/properties.def"
#undef TN_KIT_STANDARD
/** @} */

/** The value of a property, which has that name and kind: a mistake here is one of the author's and
 * ends in an assertion. The value is that of a compiled model's or a call's settings, where nothing
 * changes any more; a string is borrowed from them. Thread: any.
 *  @{ */
int tn_kit_settings_bool(const tn_kit_settings *settings, const char *name);
int64_t tn_kit_settings_int64(const tn_kit_settings *settings, const char *name);
double tn_kit_settings_float64(const tn_kit_settings *settings, const char *name);
tn_string tn_kit_settings_string(const tn_kit_settings *settings, const char *name);
/** @} */

/** 1 when somebody has given the property a value; 0 when its default holds. */
int tn_kit_settings_is_set(const tn_kit_settings *settings, const char *name);

/** Writes what was decided over what was asked for, while a model is compiled.
 *  @param value copied
 *  @return TN_OK, TN_OUT_OF_MEMORY */
tn_status tn_kit_settings_decide(tn_kit_settings *settings, const char *name, tn_value value,
                                 tn_error *error);

TN_END_DECLARATIONS

#endif
