#include "runtime/registration.h"

#include "base/value.h"
#include "runtime/device_name.h"

void tni_registration_init(tni_registration *registration, const tni_allocator *allocator) {
  memset(registration, 0, sizeof *registration);
  tni_arena_init(&registration->arena, allocator);
}

void tni_registration_destroy(tni_registration *registration) {
  tni_arena_destroy(&registration->arena);
}

static tn_status copy(tni_registration *registration, const char *text, tn_string *out,
                      tn_error *error) {
  if (tni_arena_copy_string(&registration->arena, tn_string_from(text), out)) return TN_OK;
  return tni_fail(error, TN_OUT_OF_MEMORY, "no memory for the description of a plugin");
}

tn_status tni_registration_set_built_in(tni_registration *registration, const tni_built_in *row) {
  tni_arena *arena = &registration->arena;
  registration->create = row->create;
  return tni_arena_copy_string(arena, tn_string_from(row->name), &registration->name) &&
                 tni_arena_copy_string(arena, TN_STRING("built in"), &registration->library) &&
                 tni_arena_copy_string(arena, tn_string_from(row->description),
                                       &registration->description)
             ? TN_OK
             : TN_OUT_OF_MEMORY;
}

tn_status tni_registration_set(tni_registration *registration, const char *library,
                               const tn_plugin_options *options, tn_error *error) {
  if (!library || !*library)
    return tni_fail(error, TN_INVALID_ARGUMENT, "the path of the plugin's library is empty");
  TN_TRY(copy(registration, library, &registration->library, error));
  if (!options) return TN_OK;
  if (options->size < TN_PLUGIN_OPTIONS_FIRST_SIZE || options->size % 8 || options->flags)
    return tni_fail(error, TN_INVALID_ARGUMENT,
                    "tn_plugin_options: size %u, flags %#x: expected what tn_plugin_options_init "
                    "gives",
                    options->size, options->flags);
  if (options->name && !tni_is_device_type(tn_string_from(options->name)))
    return tni_fail(error, TN_INVALID_ARGUMENT,
                    "\"%s\" is no name for a plugin: letters, digits and '_' are legal",
                    options->name);
  TN_TRY(copy(registration, options->name, &registration->name, error));
  registration->property_count = options->property_count;
  return tni_entries_copy(&registration->arena, options->properties, options->property_count,
                          &registration->properties, error);
}
