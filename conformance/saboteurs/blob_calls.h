/** @file
 *  A saboteur whose calls on blobs leave something to a later one of the same engine: a file in
 *  defects/ includes this and defines `export_model` and `import_model`, around those before.
 */
#ifndef TENON_CONFORMANCE_BLOB_CALLS_H
#define TENON_CONFORMANCE_BLOB_CALLS_H

#include "saboteur.h"

/** What is left. */
static atomic_int left;

static tn_status (*export_before)(tn_compiled_model *, const tn_export_options *, const tn_target *,
                                  tn_error *);
static tn_status (*import_before)(tn_plugin *, tn_string, const tn_source *,
                                  const tn_import_options *, tn_compiled_model **, tn_error *);

static tn_status export_model(tn_compiled_model *model, const tn_export_options *options,
                              const tn_target *target, tn_error *error);
static tn_status import_model(tn_plugin *plugin, tn_string device, const tn_source *source,
                              const tn_import_options *options, tn_compiled_model **out,
                              tn_error *error);

static void change_export(tn_export_api *api) {
  export_before = api->export_model;
  api->export_model = export_model;
}

static void change_import(tn_import_api *api) {
  import_before = api->import_model;
  api->import_model = import_model;
}

/* Other engines have buffers of their own. */
static tn_status create(const tn_create_options *options, tn_plugin **out, tn_error *error) {
  left = 0;
  return saboteur_create(options, out, error);
}

const saboteur_hooks saboteur = {
    .create = create, .exporting = change_export, .importing = change_import};

#endif
