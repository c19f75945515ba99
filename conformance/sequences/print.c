/* A sequence as a program of C. */
#include "sequences/print.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "engine/carrier.h"
#include "engine/compare.h"
#include "engine/models.h"
#include "graph/tensor.h"
#include "sequences/rules.h"

enum { MAX_FILLINGS = 256 };

/* A program that is being written. */
struct program {
  FILE *data;  /* constants */
  FILE *steps; /* what is done with them */
  const sequence_title *title;
  const sequence_case *what;
  sequence_state m;   /* after the present step */
  sequence_ask ask;   /* what is asked of it */
  sequence_step step; /* the present step */
  bool is_last;
  struct {
    uint64_t seed;
    uint32_t type;
    uint64_t count;
  } fillings[MAX_FILLINGS];
  uint32_t filling_count, expected_count;
  uint32_t references[SEQUENCE_TENSORS]; /* as printed last */
  uint32_t calls[SEQUENCE_REQUESTS][3];  /* likewise */
  bool own_known[SEQUENCE_REQUESTS][SEQUENCE_PORTS];
  uint32_t own_changes[SEQUENCE_REQUESTS][SEQUENCE_PORTS];
  bool end_known[SEQUENCE_REQUESTS];
};

static const sequence_call *row_of(const struct program *p) {
  return sequence_call_at(p->step.call);
}

static bool is_row(const struct program *p, const char *name) {
  return strcmp(row_of(p)->name, name) == 0;
}

static const sequence_facts *facts_at(const struct program *p, uint32_t slot) {
  return &p->what->facts[p->m.requests[slot].model];
}

/* --- elements */

static void print_shape(FILE *to, uint32_t rank, const int64_t *shape) {
  fprintf(to, "%u, SHAPE(", rank);
  for (uint32_t i = 0; i < rank; i++)
    fprintf(to, "%s%" PRId64, i ? ", " : "", shape[i]);
  fprintf(to, "%s)", rank ? "" : "0");
}

/* The name of the array that holds a filling; written when it is asked for the first time. */
static void name_filling(struct program *p, uint64_t seed, uint32_t type, uint32_t rank,
                         const int64_t *shape, char name[48]) {
  tn_tensor *tensor = NULL;
  tn_error error;
  uint32_t i = 0;
  if (tni_tensor_create(tni_environment_system(), type, rank, shape, &tensor, &error) != TN_OK) {
    snprintf(name, 48, "NULL");
    return;
  }
  const uint64_t count = tn_tensor_element_count(tensor);
  while (i < p->filling_count && (p->fillings[i].seed != seed || p->fillings[i].type != type ||
                                  p->fillings[i].count != count))
    i++;
  snprintf(name, 48, "elements_%u", i);
  if (i == p->filling_count && i < MAX_FILLINGS) {
    p->fillings[i].seed = seed;
    p->fillings[i].type = type;
    p->fillings[i].count = count;
    p->filling_count++;
    suite_fill(tensor, seed, 0);
    sequence_print_elements(p->data, name, tensor);
  }
  tn_tensor_release(tensor);
}

static bool makes_tensor(const struct program *p) {
  return is_row(p, "make_tensor") || is_row(p, "make_item") || is_row(p, "make_remote");
}

static void print_tensor(struct program *p, uint32_t slot) {
  const sequence_tensor *self = &p->m.tensors[slot];
  char name[48];
  name_filling(p, self->seed, self->type, self->rank, self->shape, name);
  fprintf(p->steps, "  %s(%u, ",
          self->fixed    ? "make_fixed_tensor"
          : self->remote ? "make_remote_tensor"
                         : "make_tensor",
          slot);
  if (self->remote) fprintf(p->steps, "%u, ", p->step.arguments[3]);
  fprintf(p->steps, "%s, ", sequence_type_name(self->type));
  print_shape(p->steps, self->rank, self->shape);
  fprintf(p->steps, ", %s);\n", name);
}

static void print_filling(struct program *p) {
  char name[48];
  const uint32_t slot = p->step.arguments[0], port = p->step.arguments[1];
  if (is_row(p, "fill_tensor")) {
    const sequence_tensor *self = &p->m.tensors[slot];
    name_filling(p, self->seed, self->type, self->rank, self->shape, name);
    fprintf(p->steps, "  fill_tensor(%u, %s);\n", slot, name);
    return;
  }
  const sequence_place *place = &facts_at(p, slot)->ports[port];
  name_filling(p, p->m.requests[slot].ports[port].own_seed, place->type, place->rank, place->min,
               name);
  fprintf(p->steps, "  fill_own(%u, %u, %s);\n", slot, port, name);
}

/* --- calls */

static void print_asked(FILE *to, const sequence_statuses *set) {
  for (uint32_t i = 0; i < set->count; i++)
    fprintf(to, ", TN_%s", tni_status_name(set->items[i]));
}

static void print_call(struct program *p, const char *text) {
  const sequence_statuses *asked = &p->ask.statuses;
  char out[SEQUENCE_TEXT_SIZE];
  if (asked->any_failure) {
    fprintf(p->steps, "  %s(%s);\n",
            sequence_statuses_hold(asked, TN_OK) ? "CALL_ANY" : "CALL_FAILS", text);
  } else if (row_of(p)->form == SEQUENCE_GIVES) {
    sequence_text(&p->step, row_of(p)->out, out);
    fprintf(p->steps, "  CALL_GIVES(%s, %s", out, text);
    print_asked(p->steps, asked);
    fprintf(p->steps, ");\n");
  } else {
    fprintf(p->steps, "  CALL(%s", text);
    print_asked(p->steps, asked);
    fprintf(p->steps, ");\n");
  }
}

static void print_deed(struct program *p, const char *text) {
  static const char *const deeds[] = {
      "0", "WAIT", "INFER", "GET_TENSOR", "UNSET_TENSOR", "START", "SET_CALLBACK", "CANCEL"};
  if (makes_tensor(p))
    print_tensor(p, p->step.arguments[0]);
  else if (is_row(p, "fill_tensor") || is_row(p, "fill_own"))
    print_filling(p);
  else if (is_row(p, "in_callback"))
    fprintf(p->steps, "  in_callback(%u, %s);\n", p->step.arguments[0],
            deeds[p->step.arguments[1]]);
  else
    fprintf(p->steps, "  DO(%s);\n", text);
}

static void print_step(struct program *p) {
  char text[SEQUENCE_TEXT_SIZE];
  sequence_text(&p->step, row_of(p)->text, text);
  if (is_row(p, "create_request"))
    fprintf(p->steps, "  new_request(%u, %u);\n", p->step.arguments[0], p->step.arguments[1]);
  if (row_of(p)->form == SEQUENCE_DOES)
    print_deed(p, text);
  else
    print_call(p, text);
}

/* --- what holds after a step */

static void print_pointer(struct program *p) {
  const uint32_t slot = p->step.arguments[0], port = p->step.arguments[1];
  const bool gets = is_row(p, "get_tensor") || is_row(p, "get_item");
  if (!gets || !sequence_statuses_hold(&p->ask.statuses, TN_OK)) return;
  if (p->ask.pointer >= SEQUENCE_POINTER_TENSOR) {
    const uint32_t set = p->ask.pointer - SEQUENCE_POINTER_TENSOR;
    if (p->m.tensors[set].ours) fprintf(p->steps, "  EXPECT(got == tensor[%u]);\n", set);
    return;
  }
  if (p->ask.pointer != SEQUENCE_POINTER_OWN) return;
  const uint32_t changes = p->m.requests[slot].ports[port].changes;
  if (p->own_known[slot][port] && p->own_changes[slot][port] == changes)
    fprintf(p->steps, "  EXPECT(got == sequence_objects.own[%u][%u]);\n", slot, port);
  fprintf(p->steps, "  EXPECT(got->type == %s);\n",
          sequence_type_name(facts_at(p, slot)->ports[port].type));
  fprintf(p->steps, "  sequence_objects.own[%u][%u] = got;\n", slot, port);
  p->own_known[slot][port] = true;
  p->own_changes[slot][port] = changes;
}

static bool names_tensor(const struct program *p, uint32_t slot) {
  char text[SEQUENCE_TEXT_SIZE], name[16];
  sequence_text(&p->step, row_of(p)->text, text);
  snprintf(name, sizeof name, "tensor[%u]", slot);
  return strstr(text, name) != NULL;
}

/* Those of the step's own tensors, those that have changed, and at the end all. */
static void print_references(struct program *p) {
  for (uint32_t t = 0; t < SEQUENCE_TENSORS; t++) {
    const sequence_tensor *self = &p->m.tensors[t];
    if (!self->ours || self->remote || is_in_use(&p->m, t)) continue;
    const uint32_t count = 1 + self->held;
    if (count == p->references[t] && !names_tensor(p, t) && !p->is_last) continue;
    if (makes_tensor(p) && !p->is_last) continue;
    p->references[t] = count;
    fprintf(p->steps, "  EXPECT_REFERENCES(%u, %u);\n", t, count);
  }
}

static void print_unchanged(struct program *p) {
  for (uint32_t t = 0; t < SEQUENCE_TENSORS && p->is_last; t++) {
    const sequence_tensor *self = &p->m.tensors[t];
    char name[48];
    if (!self->ours || self->remote || !self->seed || is_in_use(&p->m, t)) continue;
    name_filling(p, self->seed, self->type, self->rank, self->shape, name);
    fprintf(p->steps, "  EXPECT_UNCHANGED(%u, %s);\n", t, name);
  }
}

static void print_calls(struct program *p, uint32_t slot) {
  const sequence_request *self = &p->m.requests[slot];
  if (self->acted && self->acted_statuses.count)
    fprintf(p->steps, "  EXPECT_IN_CALLBACK(%u, TN_%s);\n", slot,
            tni_status_name(self->acted_statuses.items[0]));
  for (uint32_t c = 1; c <= 2 && self->phase == SEQUENCE_IDLE; c++) {
    if (self->calls[c] == p->calls[slot][c] && !(p->is_last && self->callback)) continue;
    p->calls[slot][c] = self->calls[c];
    fprintf(p->steps, "  EXPECT_CALLS(%u, %u, %u);\n", slot, c, self->calls[c]);
  }
}

/* start_and_wait calls back unless start has failed, which the program counts itself. */
static void print_waiters(struct program *p) {
  if (p->ask.elsewhere.count == 0) return;
  fprintf(p->steps, "  EXPECT_ELSEWHERE(%u", p->step.arguments[0]);
  print_asked(p->steps, &p->ask.elsewhere);
  fprintf(p->steps, ");\n");
}

static void print_background(struct program *p) {
  const uint32_t slot = p->step.arguments[0];
  sequence_request *self = &p->m.requests[slot];
  if (!is_row(p, "start_and_wait") || !self->flight_callback) return;
  if (sequence_statuses_hold(&p->ask.statuses, TN_OK)) self->calls[self->flight_callback]++;
}

static void print_told(struct program *p, bool was_flying) {
  const uint32_t slot = p->step.arguments[0];
  const sequence_request *self = &p->m.requests[slot];
  if (is_row(p, "wait") && was_flying && self->phase == SEQUENCE_IDLE && self->flight_callback)
    fprintf(p->steps, "  EXPECT_TOLD(%u);\n", slot);
}

static void print_end(struct program *p, bool was_flying) {
  const uint32_t slot = p->step.arguments[0];
  const sequence_request *self = &p->m.requests[slot];
  const bool waits = is_row(p, "wait") || is_row(p, "wait_again") || is_row(p, "look") ||
                     is_row(p, "wait_shortly") || is_row(p, "start_and_wait");
  if (!waits || self->phase != SEQUENCE_IDLE) return;
  const bool fresh = was_flying || is_row(p, "start_and_wait");
  const bool open = p->ask.statuses.count > 1 || p->ask.statuses.any_failure;
  if (!open && !p->is_last) return;
  if (fresh || !p->end_known[slot])
    fprintf(p->steps, "  KEEP_END(%u);\n", slot);
  else
    fprintf(p->steps, "  EXPECT_SAME_END(%u);\n", slot);
  p->end_known[slot] = true;
}

/* --- values */

static void print_value(struct program *p, uint32_t slot, uint32_t output, const char *what) {
  const sequence_request *self = &p->m.requests[slot];
  tn_tensor *expected = NULL;
  tn_error error;
  char name[48];
  if (sequence_replay(facts_at(p, slot)->name, &self->history, output, &expected, &error) != TN_OK)
    return;
  const compare_bound bound = compare_default_bound(expected->type);
  snprintf(name, sizeof name, "expected_%u", p->expected_count++);
  sequence_print_elements(p->data, name, expected);
  fprintf(p->steps, "  %s, %s, ", what, sequence_type_name(expected->type));
  print_shape(p->steps, expected->rank, expected->shape);
  fprintf(p->steps, ", %s, %g, %g);\n", name, bound.absolute, bound.relative);
  tn_tensor_release(expected);
}

static void print_blob(struct program *p, uint32_t slot) {
  fprintf(p->steps, "  EXPECT_BLOB(%u);\n", slot);
  for (uint32_t other = 0; other < SEQUENCE_BLOBS; other++)
    if (sequence_blobs_are_equal(&p->m, slot, other))
      fprintf(p->steps, "  EXPECT_SAME_BLOB(%u, %u);\n", slot, other);
}

static void print_values(struct program *p) {
  char what[64];
  if (p->ask.outputs_of) {
    const uint32_t slot = p->ask.outputs_of - 1, inputs = facts_at(p, slot)->input_count;
    const bool may_fail = p->ask.statuses.count > 1;
    if (may_fail) fprintf(p->steps, "  if (sequence_objects.status == TN_OK) {\n");
    for (uint32_t o = 0; o < facts_at(p, slot)->output_count; o++) {
      snprintf(what, sizeof what, "EXPECT_OUTPUT(%u, %u", slot, inputs + o);
      print_value(p, slot, o, what);
    }
    if (may_fail) fprintf(p->steps, "  }\n");
  }
  if (p->ask.variable_of) {
    const uint32_t handle = p->ask.variable_of - 1;
    print_value(p, p->m.states[handle].owner, p->m.states[handle].variable | RECORD_VARIABLE,
                "EXPECT_VALUE(got");
  }
  if (p->ask.blob) print_blob(p, p->ask.blob - 1);
  if (p->ask.profile) fprintf(p->steps, "  EXPECT(profile_entries > 0);\n");
  if (p->ask.gives_reference && sequence_statuses_hold(&p->ask.statuses, TN_OK))
    fprintf(p->steps, "  tn_tensor_release(got);\n");
}

static void print_truths(struct program *p, bool was_flying) {
  print_background(p);
  print_waiters(p);
  print_pointer(p);
  print_end(p, was_flying);
  for (uint32_t r = 0; r < SEQUENCE_REQUESTS; r++)
    print_calls(p, r);
  print_told(p, was_flying);
  print_references(p);
  print_unchanged(p);
  print_values(p);
}

/* --- the end */

static void print_destruction(struct program *p) {
  FILE *to = p->steps;
  if (p->m.hold) fprintf(to, "  let_go();\n");
  for (uint32_t s = 0; s < SEQUENCE_STATE_HANDLES; s++)
    if (p->m.states[s].exists) fprintf(to, "  DO(destroy_state(%u));\n", s);
  for (uint32_t r = 0; r < SEQUENCE_REQUESTS; r++)
    if (p->m.requests[r].exists) fprintf(to, "  DO(destroy_request(%u));\n", r);
  for (uint32_t c = 0; c < SEQUENCE_MODELS; c++)
    if (p->m.models[c].exists) fprintf(to, "  DO(destroy_compiled(%u));\n", c);
  for (uint32_t t = 0; t < SEQUENCE_TENSORS; t++)
    if (p->m.tensors[t].ours) fprintf(to, "  DO(release_tensor(%u));\n", t);
  for (uint32_t c = 0; c < SEQUENCE_CONTEXTS; c++)
    if (p->m.contexts[c].exists) fprintf(to, "  DO(release_context(%u));\n", c);
  for (uint32_t b = 0; b < SEQUENCE_BLOBS; b++)
    if (p->m.blobs[b].exists) fprintf(to, "  DO(drop_blob(%u));\n", b);
}

/* The last step that is made. */
static uint32_t last_step(const sequence_case *what) {
  sequence_state m;
  sequence_ask ask;
  uint32_t last = 0;
  sequence_state_init(&m, &what->what, what->facts);
  for (uint32_t i = 0; i < what->what.count; i++)
    if (sequence_follow(&m, &what->what, i, &what->dropped, &ask)) last = i;
  return last;
}

static void forget_request(struct program *p) {
  const uint32_t slot = p->step.arguments[0];
  if (!is_row(p, "create_request")) return;
  memset(p->calls[slot], 0, sizeof p->calls[slot]);
  memset(p->own_known[slot], 0, sizeof p->own_known[slot]);
  p->end_known[slot] = false;
}

static void print_steps(struct program *p) {
  const sequence *what = &p->what->what;
  const uint32_t last = last_step(p->what);
  sequence_state_init(&p->m, what, p->what->facts);
  for (uint32_t i = 0; i < what->count; i++) {
    p->step = what->steps[i];
    p->is_last = i == last;
    const uint32_t slot = p->step.arguments[0];
    const bool flying = slot < SEQUENCE_REQUESTS && p->m.requests[slot].phase == SEQUENCE_RACING;
    if (!sequence_follow(&p->m, what, i, &p->what->dropped, &p->ask)) continue;
    forget_request(p);
    if (p->ask.ends) p->ask.statuses.count = 1; /* the device knows the model */
    if (p->is_last) fprintf(p->steps, "  /* %s */\n", p->title->clause);
    print_step(p);
    print_truths(p, flying);
  }
  print_destruction(p);
}

/* --- the whole */

static void print_comment(FILE *to, const char *text) {
  for (; *text; text++)
    fputc(*text == '*' ? '.' : *text == '\n' ? ' ' : *text, to);
}

static void print_head(FILE *to, const sequence_title *title) {
  fprintf(to, "/* ");
  print_comment(to, title->id);
  fprintf(to, " breaks %s:\n * ", title->clause);
  print_comment(to, title->text);
  fprintf(to,
          "\n *   cc -std=c11 -I <include> sequence.c -o sequence -ldl -lpthread\n"
          " *   ./sequence '");
  print_comment(to, title->library);
  fprintf(to, "' */\n#include \"tenon/testing/sequence.h\"\n\n");
}

static void print_property(FILE *to, const tn_map_entry *entry) {
  fprintf(to, "      {TN_STRING_INIT(\"%.*s\"), ", TNI_TEXT(entry->key));
  if (entry->value.kind == TN_VALUE_STRING)
    fprintf(to, "tn_value_of_string(TN_STRING(\"%.*s\"))},\n", TNI_TEXT(entry->value.as.string));
  else if (entry->value.kind == TN_VALUE_BOOL)
    fprintf(to, "tn_value_of_bool(%d)},\n", entry->value.as.boolean ? 1 : 0);
  else if (entry->value.kind == TN_VALUE_FLOAT64)
    fprintf(to, "tn_value_of_float64(%.17g)},\n", entry->value.as.float64);
  else
    fprintf(to, "tn_value_of_int64(%" PRId64 ")},\n", entry->value.as.int64);
}

static void print_main(FILE *to, const sequence_title *title) {
  fprintf(to, "int main(int argc, char **argv) {\n");
  if (title->property_count == 0) {
    fprintf(to, "  return sequence_main(argc, argv, \"%s\", NULL, 0, sequence);\n}\n",
            title->device);
    return;
  }
  fprintf(to, "  const tn_map_entry properties[] = {\n");
  for (uint32_t i = 0; i < title->property_count; i++)
    print_property(to, &title->properties[i]);
  fprintf(to, "  };\n  return sequence_main(argc, argv, \"%s\", properties, %u, sequence);\n}\n",
          title->device, title->property_count);
}

/* The name of a model as a word of C. */
static const char *name_in_c(const char *name, char out[CARRIER_NAME_SIZE]) {
  snprintf(out, CARRIER_NAME_SIZE, "%s", name);
  for (char *at = out; *at; at++)
    if (*at == '@') *at = '_';
  return out;
}

static bool names_model(const char *steps, uint32_t slot) {
  char text[32];
  snprintf(text, sizeof text, "model_of(%u)", slot);
  return strstr(steps, text) != NULL;
}

static bool names_refused(const char *steps) {
  return strstr(steps, "refused_model") != NULL;
}

/* The models that the sequence compiles, and the one that is refused. */
static void print_models(FILE *to, const sequence_case *what, const char *steps) {
  char name[CARRIER_NAME_SIZE];
  const char *const names[] = {what->facts[0].name, what->facts[1].name, "unknown_operator"};
  const bool same = strcmp(names[0], names[1]) == 0;
  const bool used[] = {names_model(steps, 0) || (same && names_model(steps, 1)),
                       names_model(steps, 1) && !same, names_refused(steps)};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    tn_model *model = NULL;
    tn_error error;
    if (!used[i]) continue;
    if (carrier_build(names[i], tni_environment_system(), &model, &error) != TN_OK) continue;
    sequence_print_model(to, name_in_c(names[i], name), model);
    tn_model_release(model);
  }
}

bool sequence_print(FILE *to, const sequence_title *title, const sequence_case *what) {
  struct program *p = calloc(1, sizeof *p);
  char *data = NULL, *steps = NULL, name[CARRIER_NAME_SIZE];
  size_t data_size = 0, steps_size = 0;
  if (!p) return false;
  p->title = title;
  p->what = what;
  p->data = open_memstream(&data, &data_size);
  p->steps = open_memstream(&steps, &steps_size);
  const bool ready = p->data && p->steps;
  if (ready) print_steps(p);
  const bool data_closed = !p->data || fclose(p->data) == 0;
  const bool closed = (!p->steps || fclose(p->steps) == 0) && data_closed;
  if (ready && closed) {
    print_head(to, title);
    print_models(to, what, steps);
    if (names_refused(steps)) fprintf(to, "#define refused_model() (&unknown_operator)\n\n");
    fprintf(to, "%s\nstatic void sequence(void) {\n", data);
    for (uint32_t i = 0; i < SEQUENCE_MODELS; i++)
      if (names_model(steps, i))
        fprintf(to, "  sequence_objects.models[%u] = &%s;\n", i,
                name_in_c(what->facts[i].name, name));
    fprintf(to, "%s}\n\n", steps);
    print_main(to, title);
  }
  free(data);
  free(steps);
  free(p);
  return ready && closed;
}
