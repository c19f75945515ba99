#include "devices/hetero/assign.h"

#include <criterion/criterion.h>
#include <string.h>
#include "base/fault_allocator.h"
#include "devices/hetero/fake_devices.h"
#include "devices/hetero/random_graph.h"

/* Models are chains "n0 n1 ..." of one letter an operation. @param affinity of the last node, or
 * NULL */
static tn_model *chain(const char *letters, const char *affinity) {
  char operations[TNI_MOST_FAKE_NODES][2], inputs[TNI_MOST_FAKE_NODES][2];
  tni_fake_node nodes[TNI_MOST_FAKE_NODES];
  uint32_t count = 0;
  for (; letters[count]; count++) {
    operations[count][0] = letters[count];
    inputs[count][0] = (char)('0' + count);
    operations[count][1] = inputs[count][1] = 0;
    nodes[count] = (tni_fake_node){operations[count], inputs[count], NULL,
                                   letters[count + 1] ? NULL : affinity};
  }
  return tni_fake_model(nodes, count);
}

static tni_fake_outcome assign_model(tn_model *model, const tni_fake_device *devices,
                                     uint32_t count) {
  tni_fake_outcome out;
  tni_arena arena;
  tni_arena_init(&arena, tni_allocator_system());
  tni_fake_assign(&arena, model, devices, count, 0, NULL, &out);
  tni_arena_destroy(&arena);
  tn_model_release(model);
  return out;
}

static tni_fake_outcome assign(const char *letters, const char *affinity,
                               const tni_fake_device *devices, uint32_t count) {
  return assign_model(chain(letters, affinity), devices, count);
}

Test(assign, each_device_is_asked_for_what_is_left) {
  const tni_fake_device devices[] = {{"A", "ac", ""}, {"B", "abc", ""}, {"C", "abc", ""}};
  const tni_fake_outcome out = assign("abcba", NULL, devices, 3);
  cr_assert_eq(out.status, TN_OK, "%s", out.error.message);
  cr_assert_str_eq(out.devices, "01010");
  cr_assert_str_eq(out.groups, "00000");
  cr_assert_eq(out.asked, 2);
  cr_assert_eq(out.asked_about, 5 + 2);
}

Test(assign, what_nobody_takes_is_told_with_the_reason_of_each) {
  const tni_fake_device devices[] = {{"A", "a", ""}, {"B.1", "b", ""}};
  const tni_fake_outcome out = assign("azb", NULL, devices, 2);
  cr_assert_eq(out.status, TN_UNSUPPORTED);
  cr_assert_str_eq(out.error.message,
                   "node n1 (z) is taken by no device: A: what is that?; B.1: what is that?");
}

Test(assign, affinity_decides) {
  const tni_fake_device devices[] = {{"A", "a", ""}, {"B.1", "a", ""}};
  cr_assert_str_eq(assign("aaa", "B.1", devices, 2).devices, "001");
  cr_assert_str_eq(assign("aaa", "B", devices, 2).devices, "001");
  const tni_fake_outcome unknown = assign("aaa", "C", devices, 2);
  cr_assert_eq(unknown.status, TN_NOT_FOUND);
  cr_assert_str_eq(unknown.error.message, "node n2: its affinity C is none of the devices: A, B.1");
  const tni_fake_device one[] = {{"A", "a", ""}, {"B", "b", ""}};
  cr_assert_eq(assign("aaa", "B", one, 2).status, TN_UNSUPPORTED);
}

Test(assign, groups_are_kept) {
  const tni_fake_device devices[] = {{"A", "ac", "a"}, {"B", "abc", ""}};
  const tni_fake_outcome out = assign("aacb", NULL, devices, 2);
  cr_assert_str_eq(out.devices, "0001");
  cr_assert_str_eq(out.groups, "1100");
}

Test(assign, a_group_around_what_runs_elsewhere_goes_to_the_next) {
  const tni_fake_device devices[] = {{"A", "ac", "a"}, {"B", "abc", ""}};
  const tni_fake_outcome out = assign("abac", NULL, devices, 2);
  cr_assert_str_eq(out.devices, "1110");
  cr_assert_str_eq(out.groups, "0000");
  const tni_fake_device without[] = {{"A", "ac", "a"}, {"B", "b", ""}};
  const tni_fake_outcome none = assign("aba", NULL, without, 2);
  cr_assert_eq(none.status, TN_UNSUPPORTED);
  cr_assert(strstr(none.error.message, "A: the device takes it together"), "%s",
            none.error.message);
}

/* A's group lies around a node of B's group, which is given up first, since B comes later; C takes
 * it. */
Test(assign, of_entangled_groups_the_later_devices_is_given_up) {
  const tni_fake_device devices[] = {{"A", "a", "a"}, {"B", "b", "b"}, {"C", "abc", ""}};
  const tni_fake_outcome out = assign("abab", NULL, devices, 3);
  cr_assert_eq(out.status, TN_OK, "%s", out.error.message);
  cr_assert_str_eq(out.devices, "2222");
}

/* Nobody but B takes the letter b, so A's group gives way. */
Test(assign, what_gave_way_comes_back_where_nobody_else_takes_it) {
  const tni_fake_device devices[] = {{"A", "a", "a"}, {"B", "ab", "b"}};
  const tni_fake_outcome out = assign("abab", NULL, devices, 2);
  cr_assert_eq(out.status, TN_OK, "%s", out.error.message);
  cr_assert_str_eq(out.devices, "1111");
  cr_assert_str_eq(out.groups, "0101");
  cr_assert(strstr(out.reasons, "A: it lies between nodes that another device alone takes"), "%s",
            out.reasons);
  const tni_fake_device more[] = {{"A", "ac", "a"}, {"B", "ab", "b"}}; /* c stays */
  cr_assert_str_eq(assign("cababc", NULL, more, 2).devices, "011110");
  const tni_fake_device neither[] = {{"A", "a", "a"}, {"B", "b", "b"}};
  cr_assert_eq(assign("abab", NULL, neither, 2).status, TN_UNSUPPORTED);
}

/* What nobody takes in one place is no reason to leave what gave way in another. */
Test(assign, what_gave_way_comes_back_beside_what_nobody_takes) {
  const tni_fake_device devices[] = {
      {"A", "c", "c"}, {"B", "cd", "d"}, {"C", "a", "a"}, {"D", "b", ""}};
  tn_model *model = chain("abacdcd", NULL);
  tni_fake_outcome out;
  tni_arena arena;
  tni_arena_init(&arena, tni_allocator_system());
  cr_assert_eq(tni_fake_assign(&arena, model, devices, 4, 1, NULL, &out), TN_OK);
  cr_assert_str_eq(out.devices, "-3-1111");
  tni_arena_destroy(&arena);
  tn_model_release(model);
}

enum { ROUNDS = 20000, LETTERS = 6 };

static void draw_subset(uint64_t *state, const char *letters, char *out) {
  for (; *letters; letters++)
    if (tni_random_next(state) % 2) *out++ = *letters;
  *out = 0;
}

/* Where one device takes every node, if with groups, there is always a way. */
Test(assign, a_model_that_one_device_takes_is_never_refused) {
  uint64_t state = 1;
  uint32_t shared = 0;
  for (uint32_t round = 0; round < ROUNDS; round++) {
    char letters[LETTERS + 5] = "", knows[2][5], together[3][5];
    const uint32_t count = 2 + tni_random_next(&state) % (sizeof letters - 3);
    for (uint32_t i = 0; i < count; i++)
      letters[i] = (char)('a' + tni_random_next(&state) % 4);
    for (uint32_t i = 0; i < 2; i++)
      draw_subset(&state, "abcd", knows[i]);
    for (uint32_t i = 0; i < 3; i++)
      draw_subset(&state, "abcd", together[i]);
    const tni_fake_device devices[] = {
        {"A", knows[0], together[0]}, {"B", "abcd", together[1]}, {"C", knows[1], together[2]}};
    const tni_fake_outcome out = assign(letters, NULL, devices, 3);
    cr_assert_eq(out.status, TN_OK, "round %u, %s: %s", round, letters, out.error.message);
    shared += strchr(out.devices, '1') && (strchr(out.devices, '0') || strchr(out.devices, '2'));
  }
  cr_assert_gt(shared, ROUNDS / 20, "%u", shared);
}

/* --- variables */

#define NODES(rows) tni_fake_model(rows, sizeof(rows) / sizeof *(rows))

Test(assign, what_reads_and_writes_a_variable_runs_in_one_place) {
  static const tni_fake_node nodes[] = {
      {"r", "0", "v", NULL}, {"a", "1", NULL, NULL}, {"w", "2", "v", NULL}};
  const tni_fake_device devices[] = {{"A", "r", ""}, {"B", "raw", ""}};
  const tni_fake_outcome out = assign_model(NODES(nodes), devices, 2);
  cr_assert_eq(out.status, TN_OK, "%s", out.error.message);
  cr_assert_str_eq(out.devices, "111");
  cr_assert_str_eq(out.groups, "101");
  cr_assert(strstr(out.reasons, "A: the device takes it together with others alone"), "%s",
            out.reasons);
  const tni_fake_device silent[] = {{"A", "r!w", ""}, {"B", "raw", ""}};
  cr_assert_str_eq(assign_model(NODES(nodes), silent, 2).devices, "111");
  const tni_fake_device none[] = {{"A", "ra", ""}, {"B", "aw", ""}};
  cr_assert_eq(assign_model(NODES(nodes), none, 2).status, TN_UNSUPPORTED);
}

Test(assign, other_variables_are_not_tied) {
  static const tni_fake_node nodes[] = {{"r", "0", "v", NULL}, {"w", "1", "u", NULL}};
  const tni_fake_device devices[] = {{"A", "r", ""}, {"B", "rw", ""}};
  const tni_fake_outcome out = assign_model(NODES(nodes), devices, 2);
  cr_assert_str_eq(out.devices, "01");
  cr_assert_str_eq(out.groups, "00");
}

/* A node that a device takes with others alone takes these along. */
Test(assign, a_tie_joins_claims) {
  static const tni_fake_node nodes[] = {
      {"r", "0", "v", NULL}, {"g", "1", NULL, NULL}, {"w", "1", "v", NULL}, {"g", "3", NULL, NULL}};
  const tni_fake_device takes[] = {{"A", "rwg", "wg"}, {"B", "rwg", ""}};
  tni_fake_outcome out = assign_model(NODES(nodes), takes, 2);
  cr_assert_str_eq(out.devices, "0000");
  cr_assert_str_eq(out.groups, "1111");
  const tni_fake_device refuses[] = {{"A", "wg", "wg"}, {"B", "rwg", ""}};
  out = assign_model(NODES(nodes), refuses, 2);
  cr_assert_str_eq(out.devices, "1111");
}

/* What lies between them and could run elsewhere makes way, and nothing else does. */
Test(assign, what_lies_between_the_nodes_of_a_variable_makes_way) {
  static const tni_fake_node nodes[] = {{"a", "0", NULL, NULL},
                                        {"r", "1", "v", NULL},
                                        {"a", "2", NULL, NULL},
                                        {"w", "3", "v", NULL},
                                        {"a", "4", NULL, NULL}};
  const tni_fake_device devices[] = {{"A", "a", ""}, {"B", "raw", ""}};
  const tni_fake_outcome out = assign_model(NODES(nodes), devices, 2);
  cr_assert_eq(out.status, TN_OK, "%s", out.error.message);
  cr_assert_str_eq(out.devices, "01110");
  static const tni_fake_node inner[] = {
      {"r", "0", "v", NULL}, {"a", "1", NULL, NULL}, {"w", "2", "v", NULL}};
  const tni_fake_outcome told = assign_model(NODES(inner), devices, 2);
  cr_assert(strstr(told.reasons, "A: what is that?"), "%s", told.reasons);
  const tni_fake_device cannot[] = {{"A", "a", ""}, {"B", "rw", ""}};
  const tni_fake_outcome none = assign_model(NODES(inner), cannot, 2);
  cr_assert_eq(none.status, TN_UNSUPPORTED);
  cr_assert(strstr(none.error.message, "A: it lies between nodes of one variable"), "%s",
            none.error.message);
}

/* The variable could run on either; what lies between its nodes could not. */
Test(assign, a_variable_goes_where_what_lies_between_its_nodes_can_run) {
  static const tni_fake_node nodes[] = {
      {"r", "0", "v", NULL}, {"a", "1", NULL, NULL}, {"w", "2", "v", NULL}};
  const tni_fake_device devices[] = {{"A", "rw", ""}, {"B", "raw", ""}};
  const tni_fake_outcome out = assign_model(NODES(nodes), devices, 2);
  cr_assert_eq(out.status, TN_OK, "%s", out.error.message);
  cr_assert_str_eq(out.devices, "111");
}

Test(assign, of_two_variables_that_cross_one_gives_way) {
  static const tni_fake_node nodes[] = {
      {"r", "0", "v", NULL}, {"q", "1", "u", NULL}, {"w", "2", "v", NULL}, {"p", "3", "u", NULL}};
  const tni_fake_device devices[] = {{"A", "rw", ""}, {"B", "rwqp", ""}};
  const tni_fake_outcome out = assign_model(NODES(nodes), devices, 2);
  cr_assert_eq(out.status, TN_OK, "%s", out.error.message);
  cr_assert_str_eq(out.devices, "1111");
}

/* Whoever is asked for one node of a variable gets all of them, and what lies between. */
Test(assign, the_affinity_of_one_node_holds_for_its_variable) {
  static const tni_fake_node nodes[] = {
      {"r", "0", "v", NULL}, {"a", "1", NULL, NULL}, {"w", "2", "v", "B"}};
  const tni_fake_device devices[] = {{"A", "raw", ""}, {"B", "raw", ""}};
  const tni_fake_outcome out = assign_model(NODES(nodes), devices, 2);
  cr_assert_eq(out.status, TN_OK, "%s", out.error.message);
  cr_assert_str_eq(out.devices, "111");
  cr_assert_str_eq(out.groups, "101");
  static const tni_fake_node same[] = {{"r", "0", "v", "B.1"}, {"w", "1", "v", "B"}};
  const tni_fake_device more[] = {{"B.0", "raw", ""}, {"B.1", "raw", ""}};
  cr_assert_str_eq(assign_model(NODES(same), more, 2).devices, "11");
}

Test(assign, affinities_that_divide_a_variable_are_an_error) {
  static const tni_fake_node nodes[] = {{"r", "0", "v", "B"},
                                        {"w", "1", "v", "B.1"},
                                        {"r", "1", "u", "B.0"},
                                        {"w", "1", "v", NULL},
                                        {"w", "2", "v", "B.0"}};
  const tni_fake_device devices[] = {{"B.0", "raw", ""}, {"B.1", "raw", ""}};
  const tni_fake_outcome out = assign_model(NODES(nodes), devices, 2);
  cr_assert_eq(out.status, TN_INVALID_ARGUMENT);
  cr_assert_str_eq(out.error.message,
                   "variable v: node n1 is meant for B.1 and node n4 for B.0, but one device runs "
                   "all nodes of a variable");
}

struct swept {
  tn_model *model;
};

static tn_status sweep_once(const tni_allocator *allocator, void *user) {
  const tni_fake_device devices[] = {{"A", "ac", "a"}, {"B", "ab", "b"}, {"C", "c", ""}};
  tni_fake_outcome out;
  tni_arena arena;
  tni_arena_init(&arena, allocator);
  const tn_status status =
      tni_fake_assign(&arena, ((struct swept *)user)->model, devices, 3, 0, NULL, &out);
  tni_arena_destroy(&arena);
  return status;
}

Test(assign, every_failed_allocation_is_survived) {
  static const char *const chains[] = {"abac", "cabab"};
  for (size_t i = 0; i < sizeof chains / sizeof *chains; i++) {
    struct swept swept = {chain(chains[i], NULL)};
    cr_assert_gt(tni_fault_sweep(sweep_once, &swept), 10);
    tn_model_release(swept.model);
  }
}
