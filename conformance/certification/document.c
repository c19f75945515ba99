#include "certification/document.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "certification/canonical.h"
#include "certification/file_bytes.h"
#include "certification/shape.h"
#include "engine/plain_text.h"
#include "report/lines.h"

static const char domain[] = "tenon-conformance document 1\n";

static const shape_member members[] = {
    {"body", SHAPE_OBJECT, false, NULL},
    {"key", SHAPE_KEY, false, NULL},
    {"signature", SHAPE_TEXT, false, NULL},
};
static const json_shape whole_shape = SHAPE_OF(members);

static bool refuse(const char *origin, const char *why) {
  plain_text_print_line(stderr, "tenon-conformance: %s: %s", origin, why);
  return false;
}

/* What is signed: to be freed, or NULL. */
static char *message_of(const json_t *body, size_t *size) {
  char *text = canonical_text(body), *message = NULL;
  *size = text ? sizeof domain - 1 + strlen(text) : 0;
  if (text && (message = malloc(*size + 1)) != NULL) {
    memcpy(message, domain, sizeof domain - 1);
    strcpy(message + sizeof domain - 1, text);
  }
  free(text);
  return message;
}

/* The text of a file. */
static char *line_of(json_t *whole) {
  char *text = whole ? canonical_text(whole) : NULL;
  char *line = text ? realloc(text, strlen(text) + 2) : NULL;
  if (line)
    strcat(line, "\n");
  else
    free(text);
  json_decref(whole);
  return line;
}

char *document_sign(const json_t *body, const signing_key *key) {
  enum document_kind kind;
  char why[256], signature[KEY_SIGNATURE_SIZE];
  size_t size;
  if (!document_body_is_valid(body, &kind, why, sizeof why)) {
    refuse("the document", why);
    return NULL;
  }
  char *message = message_of(body, &size);
  if (!message) {
    refuse("the document", "has no canonical text: see docs/certification/formats.md");
    return NULL;
  }
  key_sign(key, message, size, signature);
  free(message);
  char *line = line_of(json_pack("{s:O, s:s, s:s}", "body", (json_t *)(uintptr_t)body, "key",
                                 key_text(key), "signature", signature));
  if (!line) refuse("the document", "there is no memory for it");
  return line;
}

static bool is_signed(const signed_document *self) {
  size_t size;
  char *message = message_of(self->body, &size);
  bool good = message && key_verify(self->key, lines_text(self->whole, "signature"), message, size);
  free(message);
  return good;
}

static bool take(signed_document *self, const char *origin) {
  char why[256];
  if (!shape_check(&whole_shape, self->whole, why, sizeof why)) return refuse(origin, why);
  self->body = json_object_get(self->whole, "body");
  self->key = lines_text(self->whole, "key");
  if (!document_body_is_valid(self->body, &self->kind, why, sizeof why)) return refuse(origin, why);
  char *text = canonical_text(self->whole);
  if (text) digest_of_bytes(text, strlen(text), self->digest);
  const bool has_text = text != NULL;
  free(text);
  return has_text && (is_signed(self) || refuse(origin, "the signature does not belong to it"));
}

bool document_take(const json_t *whole, const char *origin, signed_document *out) {
  *out = (signed_document){.whole = json_incref((json_t *)(uintptr_t)whole)};
  if (take(out, origin)) return true;
  document_free(out);
  return false;
}

bool document_parse(const char *bytes, size_t size, const char *origin, signed_document *out) {
  const char *why = "does not end with the end of its line";
  *out = (signed_document){.whole = NULL};
  if (size > 0 && bytes[size - 1] == '\n') out->whole = canonical_read(bytes, size - 1, &why);
  if (!out->whole) return refuse(origin, why);
  if (take(out, origin)) return true;
  document_free(out);
  return false;
}

bool document_read(int folder, const char *path, signed_document *out) {
  file_bytes file;
  *out = (signed_document){.whole = NULL};
  if (!file_bytes_read(folder, path, DOCUMENT_MOST_BYTES, &file)) return false;
  const bool good = document_parse(file.data, file.size, path, out);
  file_bytes_free(&file);
  return good;
}

void document_free(signed_document *self) {
  json_decref(self->whole);
  *self = (signed_document){.whole = NULL};
}

const char *document_text(const signed_document *self, const char *name) {
  return lines_text(self->body, name);
}
