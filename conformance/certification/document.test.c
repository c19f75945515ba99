#include "certification/document.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "certification/key.h"
#include "certification/shape.h"

static char folder[] = "/tmp/tenon-document-XXXXXX", path[64];

static void make_key(void) {
  char text[KEY_TEXT_SIZE];
  cr_assert(mkdtemp(folder) != NULL);
  snprintf(path, sizeof path, "%s/key", folder);
  cr_assert(key_create(path, text));
  cr_assert(key_is_public(text));
  int null = open("/dev/null", O_WRONLY);
  dup2(null, STDERR_FILENO); /* thousands of refusals are told there */
  close(null);
}

static void remove_key(void) {
  unlink(path);
  rmdir(folder);
}

TestSuite(document, .init = make_key, .fini = remove_key);

static json_t *waiver(void) {
  return json_pack("{s:s, s:i, s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "type", "waiver", "format", 1,
                   "id", "W-1", "issued", "2030-01-01T00:00:00Z", "expires", "2031-01-01T00:00:00Z",
                   "vendor", "ACME", "plugin", "NPU", "case", "infer.chain", "reason",
                   "a r\xc3\xa9son");
}

/* Allocations until one fails; 0: none does. */
static unsigned allocations;

static void *allocate(size_t size) {
  return allocations && --allocations == 0 ? NULL : malloc(size);
}

static char *sign(const json_t *body) {
  signing_key *key = key_load(path);
  cr_assert(key != NULL);
  char *text = document_sign(body, key);
  key_free(key);
  return text;
}

Test(document, is_read_as_it_was_signed) {
  json_t *body = waiver();
  char *text = sign(body);
  signed_document read;
  cr_assert(text != NULL);
  cr_assert(document_parse(text, strlen(text), "it", &read));
  cr_assert(eq(int, (int)read.kind, DOCUMENT_WAIVER));
  cr_assert(json_equal(read.body, body));
  cr_assert(eq(str, (char *)(uintptr_t)document_text(&read, "id"), (char *)"W-1"));
  document_free(&read);
  free(text);
  json_decref(body);
}

Test(document, with_any_bit_changed_is_refused) {
  json_t *body = waiver();
  char *text = sign(body);
  const size_t size = strlen(text);
  signed_document read;
  for (size_t bit = 0; bit < 8 * size; bit++) {
    text[bit / 8] = (char)(text[bit / 8] ^ (1 << bit % 8));
    cr_assert(not(document_parse(text, size, "it", &read)), "bit %zu", bit);
    cr_assert(eq(ptr, read.whole, NULL));
    text[bit / 8] = (char)(text[bit / 8] ^ (1 << bit % 8));
  }
  for (size_t length = 0; length < size; length++)
    cr_assert(not(document_parse(text, length, "it", &read)), "%zu bytes", length);
  cr_assert(document_parse(text, size, "it", &read));
  document_free(&read);
  free(text);
  json_decref(body);
}

Test(document, of_a_wrong_shape_is_not_signed) {
  static const struct {
    const char *member, *value; /* JSON; NULL takes the member away */
  } rows[] = {{"type", "\"other\""},
              {"format", "2"},
              {"format", "\"1\""},
              {"id", "\"\""},
              {"id", NULL},
              {"id", "1"},
              {"expires", "\"tomorrow\""},
              {"case", "\"infer.*\""},
              {"case", "\"*\""},
              {"case", "\"infer.chain#1\""},
              {"surprise", "\"yes\""},
              {"type", "null"},
              {"issued", "\"2030-02-30T00:00:00Z\""}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    json_t *body = waiver();
    if (rows[i].value)
      json_object_set_new(body, rows[i].member, json_loads(rows[i].value, JSON_DECODE_ANY, NULL));
    else
      json_object_del(body, rows[i].member);
    char *text = sign(body);
    cr_assert(eq(ptr, text, NULL), "row %zu", i);
    json_decref(body);
  }
}

Test(document, key_of_others_is_refused) {
  static const mode_t modes[] = {0640, 0604, 0620, 0601, 0660};
  for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
    cr_assert(eq(int, chmod(path, modes[i]), 0));
    cr_assert(eq(ptr, key_load(path), NULL), "mode %o", (unsigned)modes[i]);
  }
  chmod(path, 0600);
  signing_key *key = key_load(path);
  cr_assert(key != NULL);
  key_free(key);
  key_free(NULL);
}

Test(document, key_files_of_another_form_are_refused) {
  char text[256];
  FILE *file = fopen(path, "r");
  cr_assert(file && fgets(text, sizeof text, file));
  fclose(file);
  const size_t length = strlen(text);
  for (size_t cut = 0; cut <= length; cut++) {
    file = fopen(path, "w");
    if (cut < length)
      fwrite(text, 1, cut, file); /* too short */
    else
      fprintf(file, "%s%s", text, text); /* too long */
    fclose(file);
    cr_assert(eq(ptr, key_load(path), NULL), "%zu bytes", cut);
  }
}

/* RFC 8032, test 2: of the one byte 0x72. */
Test(document, signatures_are_those_of_rfc_8032) {
  static const char public[] =
      "ed25519:3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";
  static const char signature[] =
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
      "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00";
  cr_assert(key_verify(public, signature, "\x72", 1));
  cr_assert(not(key_verify(public, signature, "\x73", 1)));
  cr_assert(not(key_verify(public, "", "\x72", 1)));
  cr_assert(not(key_verify("ed25519:3D", signature, "\x72", 1)));
}

/* Whatever allocation of JSON fails: the document is read whole, or refused, and nothing leaks. */
Test(document, reading_survives_failed_allocations) {
  json_t *body = waiver();
  char *text = sign(body);
  unsigned refused = 0;
  signed_document read;
  json_decref(body);
  json_set_alloc_funcs(allocate, free);
  for (unsigned nth = 1; nth < 400; nth++) {
    allocations = nth;
    bool good = document_parse(text, strlen(text), "it", &read);
    allocations = 0;
    refused += !good;
    if (good) document_free(&read);
    cr_assert(eq(ptr, read.whole, NULL));
  }
  cr_assert(gt(u32, refused, 40));
  cr_assert(document_parse(text, strlen(text), "it", &read));
  document_free(&read);
  json_set_alloc_funcs(malloc, free);
  free(text);
}

Test(document, signing_survives_failed_allocations) {
  json_t *body = waiver();
  signing_key *key = key_load(path);
  char *asked = document_sign(body, key);
  unsigned refused = 0;
  json_set_alloc_funcs(allocate, free);
  for (unsigned nth = 1; nth < 200; nth++) {
    allocations = nth;
    char *text = document_sign(body, key);
    allocations = 0;
    refused += text == NULL;
    cr_assert(text == NULL || strcmp(text, asked) == 0, "allocation %u", nth);
    free(text);
  }
  cr_assert(gt(u32, refused, 10));
  json_set_alloc_funcs(malloc, free);
  key_free(key);
  free(asked);
  json_decref(body);
}
