/* Which device has a model that was not split. */
#include <string.h>

#include "tool.h"

struct search {
  tool *self;
  tn_model *model;
  const tn_compile_options *options;
  tn_string maker; /* the plugin whose compiled model it is */
};

/* A place that may have it: what is asked for, and what that is. */
struct place {
  const char *asked, *device;
};

static bool is_of_maker(const struct search *search, const char *device) {
  return tn_string_equal(tn_string_make(device, strcspn(device, ".")), search->maker);
}

static bool compiles(const struct search *search, const char *asked) {
  tn_compiled *compiled = NULL;
  tool_alone alone;
  tool_alone_make(search->self, asked, search->options, &alone);
  const bool is_compiled = tn_core_compile(search->self->core, search->model, alone.device,
                                           &alone.options, &compiled, NULL) == TN_OK;
  if (is_compiled) tn_compiled_destroy(compiled);
  return is_compiled;
}

/* The first that serves an alias in the list; a pair of names each. */
static json_t *find_listed(const tool *self, const json_t *list) {
  size_t index;
  json_t *listed, *places = json_array();
  json_array_foreach(list, index, listed) {
    json_t *serving = tool_serving(self, json_string_value(listed));
    json_t *device = serving ? json_array_get(serving, 0) : listed;
    json_array_append_new(places, json_pack("[O, O]", listed, device));
    json_decref(serving);
  }
  return places;
}

/* All that serve an alias. */
static json_t *find_serving(const tool *self) {
  size_t index;
  json_t *name, *serving = tool_serving(self, self->device), *places = json_array();
  json_array_foreach(serving, index, name)
      json_array_append_new(places, json_pack("[O, O]", name, name));
  json_decref(serving);
  return places;
}

/* What may have it, by priority. */
static json_t *find_places(const tool *self) {
  json_t *list = tool_list(self);
  json_t *places = json_array_size(list) ? find_listed(self, list) : find_serving(self);
  json_decref(list);
  return places;
}

static struct place place_at(const json_t *places, size_t index) {
  const json_t *pair = json_array_get(places, index);
  return (struct place){json_string_value(json_array_get(pair, 0)),
                        json_string_value(json_array_get(pair, 1))};
}

/* The first of the maker that compiles the model; nothing is compiled where it has one alone. */
static const char *find_place(const struct search *search, const json_t *places) {
  const size_t count = json_array_size(places);
  size_t candidates = 0, last = 0;
  for (size_t i = 0; i < count; i++)
    if (is_of_maker(search, place_at(places, i).device)) candidates++, last = i;
  if (!candidates) return NULL;
  for (size_t i = 0; i < last; i++) {
    const struct place place = place_at(places, i);
    if (is_of_maker(search, place.device) && compiles(search, place.asked)) return place.device;
  }
  return place_at(places, last).device;
}

/* With the id, which a name in a list may lack. */
static json_t *with_id(const struct search *search, const char *device) {
  tool_answers answers;
  size_t index;
  json_t *answer, *name = json_string(device);
  if (strchr(device, '.')) return name;
  tool_ask(search->self, search->model, device, NULL, &answers);
  json_array_foreach(answers.list, index, answer) {
    const char *found = json_string_value(json_object_get(answer, "device"));
    if (!found || !strchr(found, '.')) continue;
    json_decref(name);
    name = json_string(found);
    break;
  }
  tool_answers_free(&answers);
  return name;
}

/* Where the compiled model does not tell its device. */
static json_t *search_for(const struct search *search) {
  json_t *places = find_places(search->self), *name = NULL;
  const char *place = find_place(search, places);
  if (place) name = tool_as_listed(search->self, with_id(search, place));
  json_decref(places);
  return name;
}

json_t *tool_find_whole(tool *self, tn_model *model, const tn_compile_options *options,
                        tn_compiled *compiled) {
  const struct search search = {self, model, options, tn_compiled_object(compiled)->maker->name};
  json_t *ids = NULL, *name = NULL, *list = tool_list(self);
  const bool has_list = json_array_size(list) > 0;
  tn_compiled_get_property(compiled, "EXECUTION_DEVICES", tool_keep_json, &ids, NULL);
  const char *id = json_string_value(json_array_get(ids, 0));
  if (!id)
    name = search_for(&search);
  else if (json_array_size(ids) == 1 && strchr(id, '.'))
    name = json_string(id);
  else if (json_array_size(ids) == 1 && has_list)
    name = tool_as_listed(self, json_sprintf("%.*s.%s", TNI_TEXT(search.maker), id));
  else if (json_array_size(ids) == 1)
    name = json_sprintf("%.*s.%s", (int)strcspn(self->device, "."), self->device, id);
  json_decref(list);
  json_decref(ids);
  return name;
}
