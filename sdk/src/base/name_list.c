#include "base/name_list.h"

static int is_blank(char byte) {
  return byte == ' ' || byte == '\t';
}

int tni_name_list_next(tn_string *list, tn_string *out) {
  if (!list->length) return 0;
  const char *begin = list->data, *const end = begin + list->length;
  const char *comma = memchr(begin, ',', (size_t)list->length), *last = comma ? comma : end;
  *list = comma ? tn_string_make(comma + 1, (uint64_t)(end - comma) - 1) : tn_string_make(end, 0);
  while (begin < last && is_blank(*begin))
    begin++;
  while (last > begin && is_blank(last[-1]))
    last--;
  *out = tn_string_make(begin, (uint64_t)(last - begin));
  return 1;
}

int tni_name_list_holds(tn_string list, tn_string name) {
  tn_string known;
  while (tni_name_list_next(&list, &known))
    if (tn_string_equal(known, name)) return 1;
  return 0;
}

void tni_name_list_append(tni_text *out, tn_string list) {
  tn_string name;
  while (tni_name_list_next(&list, &name)) {
    tni_text_append(out, name);
    if (list.data > name.data && list.data[-1] == ',') tni_text_append_chars(out, ",");
  }
}
