#include <stdio.h>
#include <string.h>

#include "engine/registry.h"
#include "report/lines.h"
#include "report/run_lines.h"

static json_t *notes_of(const char *notes) {
  json_t *list = json_array();
  while (*notes) {
    char line[CASE_NOTES_SIZE];
    size_t length = strcspn(notes, "\n");
    snprintf(line, sizeof line, "%.*s", (int)length, notes);
    json_array_append_new(list, run_lines_text(line));
    notes += length + (notes[length] == '\n');
  }
  return list;
}

/* The probe has none. */
static const char *clause_name(uint32_t clause, char buffer[SUITE_CLAUSE_NAME_SIZE]) {
  return clause ? suite_clause_name(clause, buffer) : "";
}

static json_t *failure_of(const case_result *result) {
  char clause[SUITE_CLAUSE_NAME_SIZE];
  if (result->state == CASE_PASS) return json_null();
  return json_pack("{s:s, s:o, s:i}", "clause", clause_name(result->clause, clause), "text",
                   run_lines_text(result->text), "line", (int)result->line);
}

/* What became of the case before it was excused, and by whom. */
static void add_excuse(json_t *line, const suite_case *item) {
  if (!item->excuse) return;
  json_object_set_new(line, "excuse",
                      json_pack("{s:s, s:s, s:s, s:s}", "case", item->excuse->selector, "state",
                                case_state_name(item->excused), "reason", item->excuse->reason,
                                "owner", item->excuse->owner));
}

json_t *case_line_make(const suite_run *run, const char *type, const suite_case *item) {
  char clause[SUITE_CLAUSE_NAME_SIZE], command[4096];
  run_repeat_command(run, item, command, sizeof command);
  json_t *line =
      json_pack("{s:s, s:s, s:i, s:s, s:s, s:i, s:s, s:s, s:s, s:f, s:i, s:o, s:o, s:o}", "type",
                type, "id", item->id, "revision", (int)item->revision, "group", item->group,
                "clause", clause_name(item->clause, clause), "level", (int)item->level,
                "capability", item->capability, "state", case_state_name(item->result.state),
                "text", item->text, "seconds", item->result.seconds, "expectations",
                (int)item->result.expectations, "failure", failure_of(&item->result), "notes",
                notes_of(item->result.notes), "repeat", run_lines_text(command));
  if (line) add_excuse(line, item);
  if (line && item->program) json_object_set_new(line, "program", run_lines_text(item->program));
  return line;
}

json_t *expectation_line_make(const excuse *item, uint32_t number, const char *why) {
  char id[32];
  snprintf(id, sizeof id, "expectation.%u", number);
  return json_pack(
      "{s:s, s:s, s:i, s:s, s:s, s:i, s:s, s:s, s:s, s:f, s:i, s:{s:s, s:s, s:i}, "
      "s:[s], s:s}",
      "type", "expectation", "id", id, "revision", 1, "group", "expectation", "clause", "", "level",
      1, "capability", "CORE", "state", case_state_name(CASE_FAIL), "text",
      "every expectation holds and is needed", "seconds", 0.0, "expectations", 1, "failure",
      "clause", "", "text", why, "line", 0, "notes", item->reason, "repeat",
      "take it out of the file of --expect");
}

bool case_line_restore(const json_t *line, suite_case *item) {
  char clause[SUITE_CLAUSE_NAME_SIZE];
  const json_t *failure = json_object_get(line, "failure");
  if (json_integer_value(json_object_get(line, "revision")) != item->revision ||
      strcmp(lines_text(line, "clause"), clause_name(item->clause, clause)) != 0)
    return false;
  const suite_clause *broken = suite_clause_named(lines_text(failure, "clause"));
  memset(&item->result, 0, sizeof item->result);
  item->result.state = lines_state(lines_text(line, "state"));
  item->result.clause = broken ? broken->id : item->clause;
  item->result.seconds = json_number_value(json_object_get(line, "seconds"));
  snprintf(item->result.text, sizeof item->result.text, "%s", lines_text(failure, "text"));
  item->done = 1;
  item->is_told = 1;
  return true;
}
