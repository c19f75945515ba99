#include "devices/hetero/followers.h"

#include <criterion/criterion.h>
#include <string.h>
#include "base/fault_allocator.h"
#include "devices/hetero/fake_devices.h"
#include "devices/hetero/random_graph.h"
#include "devices/hetero/walk.h"

static tni_fake_outcome assign(const tni_fake_node *nodes, uint32_t count, const char *first,
                               const char *second) {
  const tni_fake_device devices[] = {{"A", first, ""}, {"B", second, ""}};
  tni_fake_outcome out;
  tni_arena arena;
  tn_model *model = tni_fake_model(nodes, count);
  tni_arena_init(&arena, tni_allocator_system());
  tni_fake_assign(&arena, model, devices, 2, 0, NULL, &out);
  cr_assert_eq(out.status, TN_OK, "%s", out.error.message);
  tni_arena_destroy(&arena);
  tn_model_release(model);
  return out;
}

/* b, its shape, a computation on that, and b again with both. */
static const tni_fake_node usual[] = {{"b", "0", NULL, NULL},
                                      {"Shape", "1", NULL, NULL},
                                      {"s", "2", NULL, NULL},
                                      {"b", "13", NULL, NULL}};

Test(followers, shape_computations_go_where_they_are_used) {
  const tni_fake_outcome out = assign(usual, 4, "Ss", "bSs");
  cr_assert_str_eq(out.devices, "1111");
  cr_assert_eq(out.asked, 3);
  cr_assert_eq(out.asked_about, 4 + 2 + 2);
}

Test(followers, they_stay_where_they_are_not_taken) {
  cr_assert_str_eq(assign(usual, 4, "Ss", "bS").devices, "1001");
  cr_assert_str_eq(assign(usual, 4, "Ss", "bs").devices, "1011");
  cr_assert_str_eq(assign(usual, 4, "Ss", "b").devices, "1001");
}

Test(followers, why_is_told) {
  static const tni_fake_node shape[] = {{"Shape", "0", NULL, NULL}, {"b", "01", NULL, NULL}};
  const tni_fake_outcome moved = assign(shape, 2, "S", "bS");
  cr_assert_str_eq(moved.devices, "11");
  cr_assert_str_eq(moved.reasons,
                   "A: it computes a shape for nodes that run on another device, and "
                   "goes there");
  cr_assert_str_eq(assign(shape, 2, "S", "b").reasons, "B: what is that?");
}

/* The value itself would have to go there: its shape is taken where it is. */
Test(followers, what_is_shaped_stays) {
  static const tni_fake_node nodes[] = {{"a", "0", NULL, NULL},
                                        {"a", "1", NULL, NULL},
                                        {"Shape", "1", NULL, NULL},
                                        {"s", "3", NULL, NULL},
                                        {"b", "24", NULL, NULL}};
  cr_assert_str_eq(assign(nodes, 5, "aSs", "bSs").devices, "00011");
}

Test(followers, those_with_users_here_and_there_stay) {
  static const tni_fake_node nodes[] = {{"b", "0", NULL, NULL},
                                        {"Shape", "1", NULL, NULL},
                                        {"s", "2", NULL, NULL},
                                        {"b", "13", NULL, NULL},
                                        {"a", "03", NULL, NULL}};
  cr_assert_str_eq(assign(nodes, 5, "aSs", "bSs").devices, "10010");
}

Test(followers, affinity_holds) {
  static const tni_fake_node nodes[] = {{"b", "0", NULL, NULL},
                                        {"Shape", "1", NULL, NULL},
                                        {"s", "2", NULL, "A"},
                                        {"b", "13", NULL, NULL}};
  cr_assert_str_eq(assign(nodes, 4, "Ss", "bSs").devices, "1001");
}

/* What is large, or follows from more than shapes, runs where the list says. */
Test(followers, other_nodes_stay) {
  static const tni_fake_node large[] = {{"b", "0", NULL, NULL},
                                        {"Shape", "1", NULL, NULL},
                                        {"r", "2", NULL, NULL},
                                        {"b", "13", NULL, NULL}};
  cr_assert_str_eq(assign(large, 4, "Sr", "bSr").devices, "1001");
  static const tni_fake_node mixed[] = {{"b", "0", NULL, NULL},
                                        {"Shape", "1", NULL, NULL},
                                        {"s", "12", NULL, NULL},
                                        {"b", "13", NULL, NULL}};
  cr_assert_str_eq(assign(mixed, 4, "Ss", "bSs").devices, "1001");
}

Test(followers, groups_are_kept_whole) {
  const tni_fake_device holds[] = {{"A", "Ss", "s"}, {"B", "bSs", ""}};
  const tni_fake_device offers[] = {{"A", "Ss", ""}, {"B", "bSs", "s"}};
  tni_fake_outcome out;
  tni_arena arena;
  tn_model *model = tni_fake_model(usual, 4);
  tni_arena_init(&arena, tni_allocator_system());
  tni_fake_assign(&arena, model, holds, 2, 0, NULL, &out);
  cr_assert_str_eq(out.devices, "1001");
  cr_assert_str_eq(out.groups, "0010");
  tni_fake_assign(&arena, model, offers, 2, 0, NULL, &out);
  cr_assert_str_eq(out.devices, "1001");
  tni_arena_destroy(&arena);
  tn_model_release(model);
}

/* --- never more parts */

enum { ROUNDS = 20000, DEVICES = 3 };

static const char *const operations[] = {"Shape", "s", "sum", "Shape", "s", "a", "b", "c"};

struct drawn {
  tni_fake_node nodes[TNI_MOST_RANDOM_NODES];
  char inputs[TNI_MOST_RANDOM_NODES][4];
  uint32_t count;
  char knows[DEVICES][8];
};

static void draw(uint64_t *state, struct drawn *out) {
  out->count = 2 + tni_random_next(state) % (TNI_MOST_RANDOM_NODES - 1);
  for (uint32_t i = 0; i < out->count; i++) {
    const uint32_t inputs = 1 + tni_random_next(state) % 2;
    const char *operation =
        operations[tni_random_next(state) % (sizeof operations / sizeof *operations)];
    for (uint32_t k = 0; k < inputs; k++)
      out->inputs[i][k] = (char)('0' + tni_random_next(state) % (i + 1));
    out->inputs[i][strcmp(operation, "Shape") == 0 ? 1 : inputs] = 0;
    out->nodes[i] = (tni_fake_node){operation, out->inputs[i], NULL, NULL};
  }
  for (uint32_t device = 0; device < DEVICES; device++) {
    uint32_t count = 0;
    for (const char *letter = "Ssabc"; *letter; letter++)
      if (device + 1 == DEVICES || tni_random_next(state) % 2)
        out->knows[device][count++] = *letter;
    out->knows[device][count] = 0;
  }
}

/* Who had each node before any followed: the first that knows it. */
static void place_by_list(const struct drawn *drawn, uint32_t *device) {
  for (uint32_t i = 0; i < drawn->count; i++) {
    device[i] = 0;
    while (!strchr(drawn->knows[device[i]], drawn->nodes[i].operation[0]))
      device[i]++;
  }
}

/* @return how many nodes have moved */
static uint32_t check_drawn(const struct drawn *drawn) {
  const tni_fake_device devices[] = {
      {"A", drawn->knows[0], ""}, {"B", drawn->knows[1], ""}, {"C", drawn->knows[2], ""}};
  uint32_t before[TNI_MOST_RANDOM_NODES], moved = 0;
  tni_fake_outcome out;
  tni_assignment made;
  tni_arena arena;
  tn_model *model = tni_fake_model(drawn->nodes, drawn->count);
  tni_arena_init(&arena, tni_allocator_system());
  cr_assert_eq(tni_fake_assign(&arena, model, devices, DEVICES, 0, &made, &out), TN_OK);
  place_by_list(drawn, before);
  const tni_split_graph by_list = {drawn->count, DEVICES, made.edges.edge_begin, made.edges.edge_to,
                                   before};
  for (uint32_t i = 0; i < drawn->count; i++)
    moved += made.device[i] != before[i];
  cr_assert_leq(tni_fewest_parts(&made.joined.graph), tni_fewest_parts(&by_list));
  tni_arena_destroy(&arena);
  tn_model_release(model);
  return moved;
}

Test(followers, there_are_never_more_parts_for_it) {
  uint64_t state = 1;
  uint32_t moved = 0;
  struct drawn drawn;
  for (uint32_t round = 0; round < ROUNDS; round++) {
    draw(&state, &drawn);
    moved += check_drawn(&drawn);
  }
  cr_assert_gt(moved, ROUNDS / 10, "%u", moved);
}

static tn_status sweep_once(const tni_allocator *allocator, void *user) {
  const tni_fake_device devices[] = {{"A", "Ss", ""}, {"B", "bSs", ""}};
  tni_fake_outcome out;
  tni_arena arena;
  tni_arena_init(&arena, allocator);
  const tn_status status = tni_fake_assign(&arena, user, devices, 2, 0, NULL, &out);
  tni_arena_destroy(&arena);
  return status;
}

Test(followers, every_failed_allocation_is_survived) {
  tn_model *model = tni_fake_model(usual, 4);
  cr_assert_gt(tni_fault_sweep(sweep_once, model), 10);
  tn_model_release(model);
}
