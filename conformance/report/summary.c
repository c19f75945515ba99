#include "report/summary.h"

#include <stdio.h>

#include "engine/plain_text.h"
#include "report/lines.h"

static void print_list(const char *title, const json_t *list) {
  printf("%s:", title);
  size_t index;
  json_t *entry;
  json_array_foreach(list, index, entry) printf(" %s", json_string_value(entry));
  printf("%s\n", json_array_size(list) ? "" : " none");
}

static void print_subject(const json_t *run) {
  const json_t *plugin = json_object_get(run, "plugin"), *device = json_object_get(run, "device");
  char id[64];
  snprintf(id, sizeof id, "%s", lines_text(device, "id"));
  plain_text_clean(id);
  if (lines_text(plugin, "name")[0])
    printf("%s %s, device %s (%s)\n", lines_text(plugin, "name"), lines_text(plugin, "version"), id,
           lines_text(device, "name"));
}

/* What the profile asks for is no refusal but a failure. */
static void print_operators(const verdict *came) {
  const char *profile = lines_text(json_object_get(came->run, "profile"), "name");
  const verdict_share *share = &came->operators;
  if (share->cases == 0) return;
  printf("operator profile: %s\n", profile[0] ? profile : "none; level 3 needs one");
  printf("operators: %u of %u cases passed, %u refused (%.1f %%)\n", share->passed, share->cases,
         share->refused, 100.0 * share->refused / share->cases);
}

/* What is judged in a run that left nothing out. */
static void print_judged(const char *title, bool is_judged, const json_t *run, const json_t *list) {
  const json_t *shard = json_object_get(run, "shard");
  if (is_judged)
    print_list(title, list);
  else if (json_is_object(shard))
    printf("%s: not judged, since this is shard %d of %d\n", title,
           (int)json_integer_value(json_object_get(shard, "index")),
           (int)json_integer_value(json_object_get(shard, "count")));
  else
    printf("%s: not judged, since only a selection was run\n", title);
}

void summary_print(const verdict *came, const json_t *line) {
  const json_t *run = came->run, *missing = json_object_get(line, "missing");
  print_subject(run);
  print_judged("levels reached", verdict_judges_levels(run), run, json_object_get(line, "levels"));
  if (json_is_object(missing))
    printf("    not %s: %s%s%s\n", lines_text(missing, "level"), lines_text(missing, "why"),
           lines_text(missing, "clause")[0] ? " " : "", lines_text(missing, "clause"));
  print_judged("capabilities", verdict_is_whole(run), run, json_object_get(line, "capabilities"));
  print_operators(came);
  if (came->nodes.cases)
    printf("operators: %u of %u node tests passed, %u refused\n", came->nodes.passed,
           came->nodes.cases, came->nodes.refused);
  for (int i = CASE_PASS + 1; i < CASE_STATE_COUNT; i++)
    if (came->states[i]) printf("%s: %u\n", case_state_name((enum case_state)i), came->states[i]);
}

void summary_print_counts(const verdict *came) {
  if (came->passed == 0 && came->failed == 0) printf("nothing passed, which is no success\n");
  /* what --next leaves out stands above, and is nothing that anybody has to look into */
  printf("%u passed, %u failed, %u skipped\n", came->passed,
         came->failed - came->states[CASE_NOT_RUN], came->skipped);
  fflush(stdout);
}
