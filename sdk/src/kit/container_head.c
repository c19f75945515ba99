#include "kit/container.h"

#include "base/crc32.h"

#include <string.h>

/* Where things lie in the head. */
enum {
  AT_MAGIC = 0,
  AT_FORMAT = 8,
  AT_SIZE = 12,
  AT_TOTAL = 16,
  AT_SECTIONS = 24,
  AT_SETTINGS_LENGTH = 28,
  AT_PLUGIN = 32,
  PLUGIN_ROOM = 64,
  AT_VERSION = 96,
  VERSION_ROOM = 64,
  AT_ARCHITECTURE = 160,
  ARCHITECTURE_ROOM = 128,
  AT_TABLE_CHECKSUM = 288,
  AT_CHECKSUM = 292, /* of the whole head with these four bytes zero */
  AT_SETTINGS = 320,
  FORMAT = 1
};

/* A byte above 127 and both kinds of line ends show what a transfer as text has done. */
static const unsigned char magic[8] = {0x8B, 'T', 'N', 'K', '\r', '\n', 0x1A, '\n'};

static tn_status put_text(unsigned char *out, size_t room, const char *what, tn_string text,
                          tn_error *error) {
  if (text.length >= room || (text.length && memchr(text.data, 0, (size_t)text.length)))
    return tni_fail(error, TN_OUT_OF_RANGE, "the %s '%.*s' does not fit into a container", what,
                    TNI_TEXT(text));
  if (text.length) memcpy(out, text.data, (size_t)text.length);
  return TN_OK;
}

tn_status tni_kit_head_write(const tni_kit_identity *identity, tni_kit_head *head,
                             unsigned char *out, tn_error *error) {
  const uint64_t used = AT_SETTINGS + head->settings.length;
  if (used > TN_IMPORT_HEAD_SIZE)
    return tni_fail(error, TN_OUT_OF_RANGE, "settings of %llu bytes do not fit into a container",
                    (unsigned long long)head->settings.length);
  memset(out, 0, TN_IMPORT_HEAD_SIZE);
  head->size = (uint32_t)((used + 63) / 64 * 64);
  memcpy(out + AT_MAGIC, magic, sizeof magic);
  tni_kit_put32(out + AT_FORMAT, FORMAT);
  tni_kit_put32(out + AT_SIZE, head->size);
  tni_kit_put64(out + AT_TOTAL, head->total + head->size);
  tni_kit_put32(out + AT_SECTIONS, head->section_count);
  tni_kit_put32(out + AT_SETTINGS_LENGTH, (uint32_t)head->settings.length);
  TN_TRY(put_text(out + AT_PLUGIN, PLUGIN_ROOM, "plugin", identity->plugin, error));
  TN_TRY(put_text(out + AT_VERSION, VERSION_ROOM, "version", identity->version, error));
  TN_TRY(put_text(out + AT_ARCHITECTURE, ARCHITECTURE_ROOM, "architecture", identity->architecture,
                  error));
  if (head->settings.length)
    memcpy(out + AT_SETTINGS, head->settings.data, (size_t)head->settings.length);
  tni_kit_put32(out + AT_TABLE_CHECKSUM, head->table_checksum);
  tni_kit_put32(out + AT_CHECKSUM, tni_crc32(0, out, head->size));
  return TN_OK;
}

static tn_string get_text(const unsigned char *data, size_t room) {
  const void *end = memchr(data, 0, room);
  return tn_string_make((const char *)data,
                        end ? (uint64_t)((const unsigned char *)end - data) : room);
}

static tn_status malformed(tn_error *error, const char *what) {
  return tni_fail_clause(error, TN_MALFORMED, TNI_CLAUSE(IMPORT, 1), "the blob %s", what);
}

static tn_status compare(const char *what, tn_string found, tn_string wanted, tn_error *error) {
  if (tn_string_equal(found, wanted)) return TN_OK;
  return tni_fail_clause(error, TN_RECOMPILE, TNI_CLAUSE(IMPORT, 6),
                         "the blob is for %s '%.*s', this is '%.*s': compile again", what,
                         TNI_TEXT(found), TNI_TEXT(wanted));
}

static tn_status check_bytes(const unsigned char *bytes, uint64_t available, uint32_t *size,
                             tn_error *error) {
  if (available < AT_SETTINGS || memcmp(bytes, magic, sizeof magic) != 0)
    return malformed(error, "is no container of the kit, or is cut within its head");
  if (tni_kit_get32(bytes + AT_FORMAT) != FORMAT)
    return tni_fail_clause(error, TN_RECOMPILE, TNI_CLAUSE(IMPORT, 6),
                           "the blob has format %u, this plugin reads format %d: compile again",
                           tni_kit_get32(bytes + AT_FORMAT), FORMAT);
  *size = tni_kit_get32(bytes + AT_SIZE);
  if (*size > available || *size > TN_IMPORT_HEAD_SIZE || *size < AT_SETTINGS || *size % 64 != 0 ||
      tni_kit_get32(bytes + AT_SETTINGS_LENGTH) > *size - AT_SETTINGS)
    return malformed(error, "is cut within its head, or damaged");
  static const unsigned char zeros[4] = {0};
  uint32_t checksum = tni_crc32(0, bytes, AT_CHECKSUM);
  checksum = tni_crc32(checksum, zeros, sizeof zeros);
  checksum = tni_crc32(checksum, bytes + AT_CHECKSUM + 4, *size - AT_CHECKSUM - 4);
  if (checksum != tni_kit_get32(bytes + AT_CHECKSUM))
    return malformed(error, "is damaged: the checksum of its head differs");
  return TN_OK;
}

int tni_kit_head_is_of(tn_string plugin, const void *data, uint64_t available) {
  const unsigned char *bytes = data;
  return available >= AT_PLUGIN + PLUGIN_ROOM && memcmp(bytes, magic, sizeof magic) == 0 &&
         tn_string_equal(get_text(bytes + AT_PLUGIN, PLUGIN_ROOM), plugin);
}

tn_status tni_kit_head_read(const tni_kit_identity *identity, const void *data, uint64_t available,
                            tni_kit_head *out, tn_error *error) {
  const unsigned char *bytes = data;
  uint32_t size;
  TN_TRY(check_bytes(bytes, available, &size, error));
  const tn_string plugin = get_text(bytes + AT_PLUGIN, PLUGIN_ROOM);
  if (!tn_string_equal(plugin, identity->plugin))
    return tni_fail_clause(error, TN_MALFORMED, TNI_CLAUSE(IMPORT, 1),
                           "the blob is one of the plugin '%.*s', not of '%.*s'", TNI_TEXT(plugin),
                           TNI_TEXT(identity->plugin));
  TN_TRY(compare("version", get_text(bytes + AT_VERSION, VERSION_ROOM), identity->version, error));
  TN_TRY(compare("architecture", get_text(bytes + AT_ARCHITECTURE, ARCHITECTURE_ROOM),
                 identity->architecture, error));
  out->size = size;
  out->total = tni_kit_get64(bytes + AT_TOTAL);
  out->section_count = tni_kit_get32(bytes + AT_SECTIONS);
  out->table_checksum = tni_kit_get32(bytes + AT_TABLE_CHECKSUM);
  out->settings =
      tn_string_make((const char *)bytes + AT_SETTINGS, tni_kit_get32(bytes + AT_SETTINGS_LENGTH));
  return TN_OK;
}
