/** @file
 *  What the plugin declares, as parameters of checks: a case for each property at each of its
 * levels, for each device, for each port of the carrier.
 *
 *  Properties are named PLACE.NAME, where the place is plugin, device or model. Bytes that names of
 * cases cannot have are replaced by '_'; of names that are the same then, the second is NAME+2.
 */
#ifndef TENON_CONFORMANCE_DECLARED_H
#define TENON_CONFORMANCE_DECLARED_H

#include "engine/observe.h"

/** @name Finders, for `.found` of a check
 *  @{ */
void find_properties(test *t, test_parameters *found);          /**< All. */
void find_default_properties(test *t, test_parameters *found);  /**< With a default that holds. */
void find_writable_properties(test *t, test_parameters *found); /**< That can be set there. */
void find_fixed_properties(test *t, test_parameters *found);    /**< That cannot be set there. */
void find_settable_properties(test *t, test_parameters *found); /**< Writable, with two values. */
void find_bounded_properties(test *t, test_parameters *found);  /**< Writable numbers in bounds. */
/** That can be set, there or for what is compiled, to values that the declaration tells, and are
 * not declared CACHING. */
void find_uncached_properties(test *t, test_parameters *found);
void find_choice_properties(test *t, test_parameters *found); /**< Writable texts with choices. */
/** Names of writable properties of plugin and models that read as they are set and tell two
 * values. */
void find_compile_settings(test *t, test_parameters *found);
void find_plugin_properties(test *t, test_parameters *found); /**< Names of those of the plugin. */
void find_devices(test *t, test_parameters *found);           /**< Ids of the devices. */
/** @} */

/** A property at one of its levels. */
typedef struct declared_property {
  seen_properties all;         /**< All declarations. */
  const tn_property *property; /**< The one. */
  property_place place;        /**< Where it is read and set. */
} declared_property;

/** Finds the property that the case is run for; compiles the carrier for one of a model. Returns
 * false after recording a failure. */
bool declared_property_find(test *t, declared_property *out);

/** As declared_property_find, without the model. */
bool declared_property_look_up(test *t, declared_property *out);

/** The declaration of a property that find_compile_settings or find_plugin_properties has named, or
 * NULL after a failure. */
const tn_property *declared_of_plugin_find(test *t);

/** The id of the device that find_devices has named; empty after a failure. */
tn_string declared_device_find(test *t);

/** Whether an id is one of the devices that were seen: what looks like a mistake may be a device.
 */
bool declared_is_device(const seen_devices *devices, tn_string id);

/** Whether a property can be set at a place. */
bool declared_is_writable(const tn_property *property, const property_place *place);

/** A legal value other than `now`; false when the declaration does not tell one. */
bool declared_other_value(const tn_property *property, const tn_value *now, tn_value *out);

enum { DECLARED_MOST_VALUES = 3 /**< Of declared_other_values. */ };

/** Legal values other than `now`, as many as there is room for: choices, numbers near it and the
 * smallest, shorter lists.
 *  @param out borrows from the declaration and from `now`
 *  @return how many; 0 for free text */
uint32_t declared_other_values(const tn_property *property, const tn_value *now,
                               tn_value out[DECLARED_MOST_VALUES]);

enum { DECLARED_MOST_BESIDE = 3 /**< Of declared_values_beside. */ };

/** The numbers beside the declared range, and what is no number where there is a range.
 *  @return how many; 0 where every number is legal, and of other kinds than numbers */
uint32_t declared_values_beside(const tn_property *property, tn_value out[DECLARED_MOST_BESIDE]);

#endif
