/* Models as blobs: written, read again, refused. */
#include "sequences/calls.h"

static bool is_model(const sequence_state *m, uint32_t slot) {
  return m->models[slot].exists && m->hold == 0;
}

static bool has_room(const sequence_state *m, uint32_t slot) {
  return !m->models[slot].exists && m->hold == 0;
}

/* --- writing */

/* Whether an imported model gives the bytes that it was made of is told nowhere. */
TN_SEQUENCE_CALL(export_model, SEQUENCE_IN_BLOB, 26, SEQUENCE_MODELS, SEQUENCE_BLOBS, 0, 0,
                 exports_of(ARG0)->export_model(compiled[ARG0], NULL, into(ARG1), &error)) {
  m->blobs[arg[1]].exists = true;
  m->blobs[arg[1]].of_compiled = !m->models[arg[0]].imported;
  ask_for(ask, TNI_CLAUSE(EXPORT, 1), TN_OK);
  ask->blob = arg[1] + 1;
}

/* The first blob stays, for others to be compared with. */
TN_SEQUENCE_LEGAL(export_model) {
  return is_model(m, arg[0]) && (arg[1] > 0 || !m->blobs[0].exists);
}

TN_SEQUENCE_CALL(export_nowhere, SEQUENCE_IN_BLOB, 6, SEQUENCE_MODELS, 0, 0, 0,
                 exports_of(ARG0)->export_model(compiled[ARG0], NULL, into_nowhere(), &error)) {
  (void)m, (void)arg;
  ask_for(ask, TNI_CLAUSE(EXPORT, 3), TN_IO);
}

TN_SEQUENCE_LEGAL(export_nowhere) {
  return is_model(m, arg[0]);
}

/* --- reading */

TN_SEQUENCE_GIFT(import_model, SEQUENCE_IN_BLOB, 16, SEQUENCE_MODELS, SEQUENCE_BLOBS, 2, 0,
                 compiled[ARG0],
                 imports_of()->import_model(plugin, device, from(ARG1, ARG2), NULL, &compiled[ARG0],
                                            &error)) {
  m->models[arg[0]].exists = m->models[arg[0]].imported = true;
  m->models[arg[0]].profiled = false;
  ask_for(ask, TNI_CLAUSE(IMPORT, 2), TN_OK);
}

TN_SEQUENCE_LEGAL(import_model) {
  return has_room(m, arg[0]) && m->blobs[arg[1]].exists;
}

TN_SEQUENCE_GIFT(import_half, SEQUENCE_IN_BLOB, 12, SEQUENCE_MODELS, SEQUENCE_BLOBS, 0, 0,
                 compiled[ARG0],
                 imports_of()->import_model(plugin, device, half_of(ARG1), NULL, &compiled[ARG0],
                                            &error)) {
  (void)m, (void)arg;
  ask_for(ask, TNI_CLAUSE(IMPORT, 5), TN_MALFORMED);
}

TN_SEQUENCE_LEGAL(import_half) {
  return has_room(m, arg[0]) && m->blobs[arg[1]].exists;
}

TN_SEQUENCE_GIFT(import_on_no_device, SEQUENCE_IN_BLOB, 2, SEQUENCE_MODELS, SEQUENCE_BLOBS, 0, 0,
                 compiled[ARG0],
                 imports_of()->import_model(plugin, TN_STRING("no such device"), from(ARG1, 0),
                                            NULL, &compiled[ARG0], &error)) {
  (void)m, (void)arg;
  ask_for(ask, TNI_CLAUSE(DEVICE, 7), TN_NOT_FOUND);
}

TN_SEQUENCE_LEGAL(import_on_no_device) {
  return has_room(m, arg[0]) && m->blobs[arg[1]].exists;
}

TN_SEQUENCE_CALL(check_blob, SEQUENCE_IN_BLOB, 3, SEQUENCE_BLOBS, 0, 0, 0,
                 imports_of()->check(plugin, device, head_of(ARG0), NULL, &error)) {
  (void)m, (void)arg;
  ask_for(ask, TNI_CLAUSE(IMPORT, 3), TN_OK);
}

TN_SEQUENCE_LEGAL(check_blob) {
  return m->blobs[arg[0]].exists && m->hold == 0;
}

/* As destroy_compiled, which is too rare to make room for imports. */
TN_SEQUENCE_DEED(make_room, SEQUENCE_IN_BLOB, 16, SEQUENCE_MODELS, 0, 0, 0,
                 destroy_compiled(ARG0)) {
  m->models[arg[0]].exists = false;
  ask_for(ask, TNI_CLAUSE(LIFE, 5), TN_OK);
}

TN_SEQUENCE_LEGAL(make_room) {
  return is_model(m, arg[0]) && !has_requests(m, arg[0]);
}

/* What was made of it goes on. */
TN_SEQUENCE_DEED(drop_blob, SEQUENCE_IN_BLOB, 3, SEQUENCE_BLOBS, 0, 0, 0, drop_blob(ARG0)) {
  m->blobs[arg[0]].exists = false;
  ask_for(ask, 0, TN_OK);
}

TN_SEQUENCE_LEGAL(drop_blob) {
  return arg[0] > 0 && m->blobs[arg[0]].exists;
}
