/** @file
 *  What the calls of scene.h find there, and what receives their answers.
 */
#ifndef TENON_CONFORMANCE_SCENE_STEPS_H
#define TENON_CONFORMANCE_SCENE_STEPS_H

#include "engine/scene.h"
#include "tenon/abi/ext/profiling.h"

/** Make what a call works on; false when it cannot be had. @{ */
bool scene_has_model(scene *self);
bool scene_has_refused_model(scene *self);
bool scene_has_model_of_texts(scene *self);
bool scene_has_compiled(scene *self);
bool scene_has_request(scene *self);
bool scene_has_strided_request(scene *self);
bool scene_has_profiled_request(scene *self);
bool scene_has_state(scene *self);
bool scene_has_export(scene *self);
bool scene_has_blob(scene *self);
bool scene_has_runtime_model(scene *self);
bool scene_has_properties(scene *self);
bool scene_has_settings(scene *self);
bool scene_has_set_settings(scene *self);
bool scene_has_context(scene *self);
bool scene_has_remote_tensor(scene *self);
bool scene_has_small_output(scene *self);
/** @} */

/** Adds bytes to a digest. */
uint64_t scene_digest(uint64_t start, const void *bytes, size_t size);

/** Receivers that add what they are told to the scene's digest; the user is the scene. @{ */
tn_status scene_take_answers(void *user, const tn_node_support *const *nodes, uint64_t count);
tn_status scene_take_value(void *user, const tn_value *value);
tn_status scene_take_volatile(void *user, const tn_value *value);
tn_status scene_take_profile(void *user, const tn_profile_entry *const *entries, uint64_t count);
tn_status scene_take_properties(void *user, const tn_property *const *properties, uint64_t count);
tn_status scene_take_devices(void *user, const tn_device_list *list);
/** @} */

#endif
