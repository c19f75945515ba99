/* Blobs of HETERO under right checksums that hold what HETERO never writes: each is refused, saying
 * what is wrong with it. */
#include "../support/usual.h"
#include "kit/container.h"

#define DEVICES "HETERO:TEMPLATE.0,TEMPLATE.1"

/* --- a good blob, and its sections */

enum { PARTS, REST, GONE, NODES, BLOBS, SECTION_COUNT, PART_COUNT = 3, ROOM = 1 << 17 };

static const char *const section_names[] = {"parts", "rest", "gone", "nodes", "blobs"};

struct bytes {
  _Alignas(64) unsigned char data[ROOM];
  size_t size;
};

static struct bytes good;
static tn_bytes sections[SECTION_COUNT]; /* of the good one */
static tni_kit_identity identity;
static tn_kit_container container;
static tn_core *core;

static tn_status TN_CALL append(const tn_target *target, const void *data, uint64_t count,
                                tn_error *error) {
  struct bytes *bytes = target->user;
  (void)error;
  cr_assert_leq(bytes->size + count, sizeof bytes->data);
  memcpy(bytes->data + bytes->size, data, (size_t)count);
  bytes->size += (size_t)count;
  return TN_OK;
}

static tn_status TN_CALL keep_blob(void *user, const tn_value *value) {
  tn_target target = tn_target_init();
  target.user = user;
  return append(&target, value->as.bytes.data, value->as.bytes.size, NULL);
}

/* x, n0 on TEMPLATE.0, v1, n1 and n2 on TEMPLATE.1, v3, n3 on TEMPLATE.0, y */
static void make_good_blob(void) {
  const tn_map_entry wishes[] = {
      {TN_STRING("n1"), tn_value_of_string(TN_STRING("TEMPLATE.1"))},
      {TN_STRING("n2"), tn_value_of_string(TN_STRING("TEMPLATE.1"))},
  };
  tn_model *model = read_chain(core, 18, mixed), *assigned = NULL;
  tn_compiled *compiled = NULL;
  tn_error error = {0};
  assert_ok(tn_core_assign_nodes(core, model, wishes, 2, &assigned, &error));
  assert_ok(tn_core_compile(core, assigned, DEVICES, NULL, &compiled, &error));
  cr_assert_str_eq(told(compiled, "HETERO_NUMBER_OF_SUBGRAPHS"), "3");
  good.size = 0;
  assert_ok(tn_compiled_export_memory(compiled, NULL, keep_blob, &good, &error));
  tn_compiled_destroy(compiled);
  tn_model_release(assigned);
  tn_model_release(model);
}

/* Whom the blob is for stands in its head: kit/container_head.c. */
static void open_good_blob(void) {
  const char *head = (const char *)good.data;
  tn_source source = tn_source_init();
  tn_error error = {0};
  source.byte_count = good.size;
  source.data = good.data;
  identity.plugin = tn_string_from(head + 32);
  identity.version = tn_string_from(head + 96);
  identity.architecture = tn_string_from(head + 160);
  assert_ok(tni_kit_container_open(&container, &identity, &source, tni_allocator_system(), &error));
  for (int i = 0; i < SECTION_COUNT; i++)
    assert_ok(tn_kit_container_find(&container, section_names[i], &sections[i], &error));
}

static void set_up(void) {
  static const char *const libraries[] = {TEMPLATE_PLUGIN, NULL};
  core = core_with(libraries);
  make_good_blob();
  open_good_blob();
}

static void tear_down(void) {
  tni_kit_container_close(&container);
  tn_core_destroy(core);
}

/* The blob of these sections; one at NULL is left out. */
static void write_blob(const tn_bytes *from, struct bytes *out) {
  static const char nothing[1];
  tn_kit_container_writer writer;
  tn_target target = tn_target_init();
  tn_error error = {0};
  target.write = append;
  target.user = out;
  out->size = 0;
  tni_kit_writer_init(&writer, tni_allocator_system());
  tni_text_append(&writer.settings, container.head.settings);
  for (int i = 0; i < SECTION_COUNT; i++)
    if (from[i].data)
      assert_ok(tn_kit_container_add(&writer, section_names[i],
                                     from[i].size ? from[i].data : nothing, from[i].size, &error));
  assert_ok(tni_kit_writer_finish(&writer, &identity, &target, &error));
  tni_kit_writer_destroy(&writer);
}

/* --- reading */

/* Whatever was taken has to run; its ports may be others. */
static void run_anything(tn_compiled *compiled) {
  tn_request *request = NULL;
  if (tn_compiled_create_request(compiled, &request, NULL) != TN_OK) return;
  tn_request_infer(request, NULL);
  tn_request_destroy(request);
}

/* A refusal has one of two names, and a message. */
static tn_status import(const struct bytes *blob, tn_error *error) {
  tn_compiled *compiled = NULL;
  memset(error, 0, sizeof *error);
  const tn_status status =
      tn_core_import_memory(core, DEVICES, blob->data, blob->size, NULL, &compiled, error);
  if (status == TN_OK) {
    run_anything(compiled);
    tn_compiled_destroy(compiled);
    return status;
  }
  cr_assert_null(compiled);
  cr_assert(status == TN_MALFORMED || status == TN_RECOMPILE, "%s: %s", tn_status_name(status),
            error->message);
  cr_assert(error->status == status && error->message[0]);
  return status;
}

/* One section is another. */
static tn_status import_with(int section, const void *data, uint64_t size, tn_error *error) {
  static struct bytes blob;
  tn_bytes crafted[SECTION_COUNT];
  memcpy(crafted, sections, sizeof crafted);
  crafted[section] = (tn_bytes){data, size};
  write_blob(crafted, &blob);
  return import(&blob, error);
}

static void check(const char *what, tn_status got, const tn_error *error, tn_status expected,
                  const char *text) {
  cr_assert(got == expected, "%s: %s: %s", what, tn_status_name(got), error->message);
  cr_assert(!text || strstr(error->message, text), "%s: \"%s\" is not in: %s", what, text,
            error->message);
}

/* --- the parts, written anew */

enum { PORTS = 3, NUMBER = 1, COUNT = 2, OFFSET = 4, BYTES = 8, DEVICE = 16 };

struct part {
  const char *inputs[PORTS], *outputs[PORTS]; /* "" is one that is left out */
  int64_t number, count, offset, bytes;
  const char *device;
  unsigned missing, mistyped; /* attributes that are not there, or of another type */
};

struct value {
  uint32_t type, rank; /* ONNX's number of a type */
  uint64_t length;
};

struct crafted {
  struct part parts[PART_COUNT + 1];
  unsigned part_count;
  struct value between; /* v1 and v3 */
  const char *output;
};

/* What HETERO has written itself. */
static struct crafted begin(void) {
  struct crafted self = {
      .parts = {{.inputs = {"x"}, .outputs = {"v1"}, .device = "TEMPLATE.0"},
                {.inputs = {"v1"}, .outputs = {"v3"}, .device = "TEMPLATE.1"},
                {.inputs = {"v3"}, .outputs = {"y"}, .device = "TEMPLATE.0"}},
      .part_count = PART_COUNT,
      .between = {1, 1, 16},
      .output = "y",
  };
  const unsigned char *blobs = sections[BLOBS].data;
  int64_t offset = 0;
  for (int i = 0; i < PART_COUNT; i++) {
    self.parts[i].number = i;
    self.parts[i].count = PART_COUNT;
    self.parts[i].offset = offset;
    self.parts[i].bytes = (int64_t)tni_kit_get64(blobs + offset + 16); /* what its head says */
    offset += self.parts[i].bytes;
  }
  cr_assert_eq((uint64_t)offset, sections[BLOBS].size);
  return self;
}

static void put_attribute(onnx_bytes *node, const struct part *part, unsigned bit, const char *name,
                          int64_t number, const char *text) {
  onnx_bytes attribute = {.size = 0};
  if (part->missing & bit) return;
  const int is_text = (text != NULL) ^ ((part->mistyped & bit) != 0);
  onnx_text(&attribute, 1, name);
  if (is_text)
    onnx_text(&attribute, 4, text ? text : "0");
  else
    onnx_number(&attribute, 3, (uint64_t)number);
  onnx_number(&attribute, 20, is_text ? 3 : 2);
  onnx_message(node, 5, &attribute);
}

static void put_part(onnx_bytes *graph, const struct part *part, unsigned index) {
  onnx_bytes node = {.size = 0};
  char name[16];
  snprintf(name, sizeof name, "part %u", index);
  for (int i = 0; i < PORTS && part->inputs[i]; i++)
    onnx_text(&node, 1, part->inputs[i]);
  for (int i = 0; i < PORTS && part->outputs[i]; i++)
    onnx_text(&node, 2, part->outputs[i]);
  onnx_text(&node, 3, name);
  onnx_text(&node, 4, "Part");
  onnx_text(&node, 7, "tenon.hetero");
  put_attribute(&node, part, NUMBER, "number", part->number, NULL);
  put_attribute(&node, part, COUNT, "count", part->count, NULL);
  put_attribute(&node, part, OFFSET, "offset", part->offset, NULL);
  put_attribute(&node, part, BYTES, "bytes", part->bytes, NULL);
  put_attribute(&node, part, DEVICE, "device", 0, part->device);
  onnx_message(graph, 1, &node);
}

static void put_value(onnx_bytes *graph, const char *name, const struct value *value) {
  onnx_bytes dimension = {.size = 0}, shape = dimension, tensor = dimension, type = dimension,
             port = dimension;
  onnx_number(&dimension, 1, value->length);
  for (uint32_t i = 0; i < value->rank; i++)
    onnx_message(&shape, 1, &dimension);
  onnx_number(&tensor, 1, value->type);
  onnx_message(&tensor, 2, &shape);
  onnx_message(&type, 1, &tensor);
  onnx_text(&port, 1, name);
  onnx_message(&port, 2, &type);
  onnx_message(graph, 13, &port);
}

/* A value "c" that is always there. */
static void put_constant(onnx_bytes *graph) {
  static const float values[16];
  onnx_bytes tensor = {.size = 0};
  onnx_number(&tensor, 1, 16);
  onnx_number(&tensor, 2, 1);
  onnx_text(&tensor, 8, "c");
  onnx_block(&tensor, 9, values, sizeof values);
  onnx_message(graph, 5, &tensor);
}

static onnx_bytes write_parts(const struct crafted *self) {
  onnx_bytes graph = {.size = 0}, model = graph, plain = graph, own = graph;
  for (unsigned i = 0; i < self->part_count; i++)
    put_part(&graph, &self->parts[i], i);
  onnx_text(&graph, 2, "chain");
  put_constant(&graph);
  onnx_port(&graph, 11, "x");
  onnx_port(&graph, 12, self->output);
  put_value(&graph, "v1", &self->between);
  put_value(&graph, "v3", &self->between);
  onnx_number(&plain, 2, 18);
  onnx_text(&own, 1, "tenon.hetero");
  onnx_number(&own, 2, 1);
  onnx_number(&model, 1, 10);
  onnx_message(&model, 7, &graph);
  onnx_message(&model, 8, &plain);
  onnx_message(&model, 8, &own);
  return model;
}

static tn_status import_crafted(const struct crafted *self, tn_error *error) {
  static struct bytes blob;
  const onnx_bytes parts = write_parts(self);
  tn_bytes crafted[SECTION_COUNT];
  memcpy(crafted, sections, sizeof crafted);
  crafted[PARTS] = (tn_bytes){parts.data, parts.size};
  crafted[REST] = (tn_bytes){"", 0}; /* it names parts that may be gone */
  write_blob(crafted, &blob);
  return import(&blob, error);
}

/* --- what is done to them */

#define CHANGE(name, ...)                                      \
  static void name(struct crafted *self, struct part *parts) { \
    (void)self;                                                \
    (void)parts;                                               \
    __VA_ARGS__;                                               \
  }

CHANGE(no_part, self->part_count = 0; self->output = "x")
CHANGE(last_part_gone, self->part_count = 2)
CHANGE(last_part_twice, parts[3] = parts[2]; parts[3].outputs[0] = "v1"; self->part_count = 4)
CHANGE(count_too_large, parts[1].count = 4)
CHANGE(count_below_zero, parts[0].count = -3)
CHANGE(count_beyond_32_bits, parts[2].count += INT64_C(1) << 32)
CHANGE(count_missing, parts[1].missing = COUNT)
CHANGE(count_is_text, parts[1].mistyped = COUNT)
CHANGE(number_beyond_the_end, parts[2].number = 3)
CHANGE(number_below_zero, parts[0].number = -1)
CHANGE(number_beyond_32_bits, parts[1].number += INT64_C(1) << 32)
CHANGE(number_of_another, parts[0].number = 1; parts[1].number = 0)
CHANGE(number_missing, parts[2].missing = NUMBER)
CHANGE(number_is_text, parts[2].mistyped = NUMBER)

CHANGE(device_not_listed, parts[1].device = "TEMPLATE.2")
CHANGE(device_without_name, parts[1].device = "")
CHANGE(device_missing, parts[1].missing = DEVICE)
CHANGE(device_is_number, parts[1].mistyped = DEVICE)

CHANGE(offset_at_the_end, parts[2].offset += parts[2].bytes)
CHANGE(offset_beyond_the_end, parts[2].offset = INT64_MAX - 63)
CHANGE(offset_below_zero, parts[0].offset = -64)
CHANGE(offset_between, parts[1].offset += 8; parts[1].bytes -= 8)
CHANGE(offset_missing, parts[1].missing = OFFSET)
CHANGE(bytes_beyond_the_end, parts[2].bytes += 1)
CHANGE(bytes_endless, parts[2].bytes = INT64_MAX)
CHANGE(bytes_below_zero, parts[1].bytes = -1)
CHANGE(bytes_too_few, parts[1].bytes -= 64)
CHANGE(bytes_none, parts[1].bytes = 0)
CHANGE(bytes_missing, parts[1].missing = BYTES)

CHANGE(backwards, parts[0].inputs[0] = "v3"; parts[2].inputs[0] = "x")
CHANGE(in_a_circle, parts[0].inputs[0] = "v3")
CHANGE(by_itself, parts[1].inputs[0] = "v3")
CHANGE(from_nowhere, parts[1].inputs[0] = "v7")
CHANGE(given_twice, parts[1].outputs[0] = "v1")
CHANGE(output_of_nobody, self->output = "z")

CHANGE(input_too_many, parts[1].inputs[1] = "x")
CHANGE(input_too_few, parts[1].inputs[0] = NULL)
CHANGE(input_left_out, parts[1].inputs[0] = "")
CHANGE(input_is_constant, parts[1].inputs[0] = "c")
CHANGE(output_too_many, parts[1].outputs[1] = "v4")
CHANGE(output_too_few, parts[2].outputs[0] = NULL; self->output = "v3")
CHANGE(output_left_out, parts[2].outputs[0] = ""; self->output = "v3")
CHANGE(of_another_type, self->between.type = 11)
CHANGE(of_another_rank, self->between.rank = 2)
CHANGE(of_another_length, self->between.length = 17)

#define MISORDERED "not in their order"
#define MISCOUNTED "more or fewer"
#define MISPLACED  "lies where no blob is"
#define MISFITTING "other ports than it says"

static const struct craft {
  const char *name;
  void (*change)(struct crafted *, struct part *);
  tn_status status;
  const char *text; /* NULL: the reader of models says it in its own words */
} crafts[] = {
    {"no part", no_part, TN_MALFORMED, "there are none"},
    {"last part gone", last_part_gone, TN_MALFORMED, NULL},
    {"last part twice", last_part_twice, TN_MALFORMED, NULL},
    {"count too large", count_too_large, TN_MALFORMED, MISCOUNTED},
    {"count below zero", count_below_zero, TN_MALFORMED, MISCOUNTED},
    {"count beyond 32 bits", count_beyond_32_bits, TN_MALFORMED, MISCOUNTED},
    {"count missing", count_missing, TN_MALFORMED, "a number is missing"},
    {"count is text", count_is_text, TN_MALFORMED, "a number is missing"},
    {"number beyond the end", number_beyond_the_end, TN_MALFORMED, MISORDERED},
    {"number below zero", number_below_zero, TN_MALFORMED, MISORDERED},
    {"number beyond 32 bits", number_beyond_32_bits, TN_MALFORMED, MISORDERED},
    {"number of another", number_of_another, TN_MALFORMED, MISORDERED},
    {"number missing", number_missing, TN_MALFORMED, "a number is missing"},
    {"number is text", number_is_text, TN_MALFORMED, "a number is missing"},
    {"device not listed", device_not_listed, TN_RECOMPILE, "TEMPLATE.2, which is none of"},
    {"device without name", device_without_name, TN_RECOMPILE, "none of DEVICE_PRIORITIES"},
    {"device missing", device_missing, TN_MALFORMED, "a device is missing"},
    {"device is number", device_is_number, TN_MALFORMED, "a device is missing"},
    {"offset at the end", offset_at_the_end, TN_MALFORMED, MISPLACED},
    {"offset beyond the end", offset_beyond_the_end, TN_MALFORMED, MISPLACED},
    {"offset below zero", offset_below_zero, TN_MALFORMED, MISPLACED},
    {"offset between", offset_between, TN_MALFORMED, MISPLACED},
    {"offset missing", offset_missing, TN_MALFORMED, "a number is missing"},
    {"bytes beyond the end", bytes_beyond_the_end, TN_MALFORMED, MISPLACED},
    {"bytes endless", bytes_endless, TN_MALFORMED, MISPLACED},
    {"bytes below zero", bytes_below_zero, TN_MALFORMED, MISPLACED},
    {"bytes too few", bytes_too_few, TN_MALFORMED, "TEMPLATE"},
    {"bytes none", bytes_none, TN_MALFORMED, "TEMPLATE"},
    {"bytes missing", bytes_missing, TN_MALFORMED, "a number is missing"},
    {"backwards", backwards, TN_MALFORMED, NULL},
    {"in a circle", in_a_circle, TN_MALFORMED, NULL},
    {"by itself", by_itself, TN_MALFORMED, NULL},
    {"from nowhere", from_nowhere, TN_MALFORMED, NULL},
    {"given twice", given_twice, TN_MALFORMED, NULL},
    {"output of nobody", output_of_nobody, TN_MALFORMED, NULL},
    {"input too many", input_too_many, TN_MALFORMED, MISFITTING},
    {"input too few", input_too_few, TN_MALFORMED, MISFITTING},
    {"input left out", input_left_out, TN_MALFORMED, MISORDERED},
    {"input is constant", input_is_constant, TN_MALFORMED, MISFITTING},
    {"output too many", output_too_many, TN_MALFORMED, MISFITTING},
    {"output too few", output_too_few, TN_MALFORMED, MISFITTING},
    {"output left out", output_left_out, TN_MALFORMED, MISORDERED},
    {"of another type", of_another_type, TN_MALFORMED, MISFITTING},
    {"of another rank", of_another_rank, TN_MALFORMED, MISFITTING},
    {"of another length", of_another_length, TN_MALFORMED, MISFITTING},
};

TestSuite(hetero_crafted, .init = set_up, .fini = tear_down);

/* Else the others could be refused for what this file writes otherwise than HETERO. */
Test(hetero_crafted, parts_that_are_written_anew_as_they_were_are_read) {
  static struct bytes blob;
  tn_error error;
  struct crafted self = begin();
  check("as they were", import_crafted(&self, &error), &error, TN_OK, NULL);
  write_blob(sections, &blob);
  cr_assert(blob.size == good.size && memcmp(blob.data, good.data, blob.size) == 0);
}

Test(hetero_crafted, parts_that_do_not_hang_together_are_refused) {
  for (size_t i = 0; i < sizeof crafts / sizeof *crafts; i++) {
    struct crafted self = begin();
    tn_error error;
    crafts[i].change(&self, self.parts);
    const tn_status status = import_crafted(&self, &error);
    check(crafts[i].name, status, &error, crafts[i].status, crafts[i].text);
  }
}

/* --- sections */

Test(hetero_crafted, a_section_that_is_missing_is_named) {
  for (int i = 0; i < SECTION_COUNT; i++) {
    tn_error error;
    const tn_status status = import_with(i, NULL, 0, &error);
    check(section_names[i], status, &error, TN_MALFORMED, section_names[i]);
  }
}

/* A list that ends earlier may be one; what is cut within the parts or the blobs never is. */
Test(hetero_crafted, a_section_that_is_cut_anywhere_is_refused_or_a_shorter_list) {
  for (int i = 0; i < SECTION_COUNT; i++) {
    const uint64_t step = i == BLOBS ? 61 : 1;
    for (uint64_t size = 0; size < sections[i].size; size += step) {
      tn_error error;
      const tn_status status = import_with(i, sections[i].data, size, &error);
      cr_assert(status != TN_OK || (i != PARTS && i != BLOBS), "%s, cut to %u bytes",
                section_names[i], (unsigned)size);
    }
  }
}

Test(hetero_crafted, a_blob_that_is_cut_at_a_section_is_refused) {
  static struct bytes cut;
  for (int i = 0; i < SECTION_COUNT; i++)
    for (int side = -1; side <= 1; side++) {
      const unsigned char *at = sections[i].data;
      tn_error error;
      cut = good;
      cut.size = (size_t)(at - good.data + side);
      check(section_names[i], import(&cut, &error), &error, TN_MALFORMED, NULL);
    }
}

Test(hetero_crafted, every_byte_but_those_of_the_parts_own_blobs_may_be_another_one) {
  static unsigned char data[ROOM];
  for (int i = 0; i < BLOBS; i++)
    for (uint64_t at = 0; at < sections[i].size; at++) {
      static const unsigned char flips[] = {0x01, 0x80, 0xff};
      memcpy(data, sections[i].data, (size_t)sections[i].size);
      for (size_t k = 0; k < sizeof flips; k++) {
        tn_error error;
        data[at] = ((const unsigned char *)sections[i].data)[at] ^ flips[k];
        import_with(i, data, sections[i].size, &error); /* says so itself where it fails */
      }
    }
}

static void check_table(int section, const char *table, uint64_t size, const char *text) {
  tn_error error;
  const tn_status status = import_with(section, table, size, &error);
  check(text ? text : "a sound table", status, &error, text ? TN_MALFORMED : TN_OK, text);
}

#define TABLE(section, cells, text) check_table(section, cells, sizeof cells - 1, text)

Test(hetero_crafted, tables_of_nodes_that_are_none_are_refused) {
  TABLE(GONE, "", NULL);
  TABLE(GONE, "a\0Relu\0", NULL);
  TABLE(GONE, "a\0", "'gone' is no table of 2");
  TABLE(GONE, "a\0Relu\0b\0", "'gone' is no table of 2");
  TABLE(GONE, "a\0Relu", "'gone' is no table of 2");
  TABLE(NODES, "a\0002\0\0", NULL);
  TABLE(NODES, "a\0002\0", "'nodes' is no table of 3");
  TABLE(NODES, "a\0002\0\0b", "'nodes' is no table of 3");
  TABLE(NODES, "a\0003\0\0", "a node is in none of them");
  TABLE(NODES, "a\0\0\0", "a node is in none of them");
  TABLE(NODES, "a\0-1\0\0", "a node is in none of them");
  TABLE(NODES, "a\0one\0\0", "a node is in none of them");
  TABLE(NODES, "a\0001&\0\0", "a node is in none of them"); /* '&' is '0' - 10 */
  TABLE(NODES, "a\0004294967296\0\0", "a node is in none of them");
  TABLE(NODES, "a\00018446744073709551616\0\0", "a node is in none of them");
}
