#include "engine/device_node.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "engine/plain_text.h"

enum { MOST_VALUE = 512 /* bytes of a file of sysfs that are taken */ };

/* Files that name a device: of PCI, of USB, and of all buses. */
static const char *const id_files[] = {"vendor",           "device",    "subsystem_vendor",
                                       "subsystem_device", "revision",  "idVendor",
                                       "idProduct",        "bcdDevice", "modalias"};

/* What the names of files with a version of firmware contain. Some drivers have one such file, some
 * one for each processor of the device, some a folder of them. */
static const char *const firmware_names[] = {"fw_ver",          "fwver",         "firmware_ver",
                                             "firmware_rev",    "fw_rev",        "vbios_version",
                                             "armcp_version",   "cpucp_version", "uboot_ver",
                                             "preboot_btl_ver", "fw_os_ver"};

/* Files of the folder of a kernel module. */
static const char *const module_files[] = {"version", "srcversion", "taint"};

/* Nodes that stand for no device, by the ends of their folders in sysfs. */
static const char *const common[] = {"/virtual/mem/null", "/virtual/mem/zero", "/virtual/mem/full",
                                     "/virtual/mem/random", "/virtual/mem/urandom"};

/* --- files and links of sysfs */

/* The text of a file without what ends its line; "" when there is none. */
static void read_value(const char *folder, const char *name, char out[MOST_VALUE]) {
  char path[PATH_MAX];
  out[0] = 0;
  if (snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path) return;
  const int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  const ssize_t count = file >= 0 ? read(file, out, MOST_VALUE - 1) : 0;
  if (file >= 0) close(file);
  out[count > 0 ? count : 0] = 0;
  for (size_t length = strlen(out); length > 0 && strchr(" \n", out[length - 1]); length--)
    out[length - 1] = 0;
  plain_text_clean(out);
}

/* The last part of what a link points to; "" when there is none. */
static void read_link(const char *folder, const char *name, char out[NAME_MAX + 1]) {
  char path[PATH_MAX], target[PATH_MAX];
  out[0] = 0;
  if (snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path) return;
  const ssize_t length = readlink(path, target, sizeof target - 1);
  if (length <= 0) return;
  target[length] = 0;
  const char *slash = strrchr(target, '/');
  snprintf(out, NAME_MAX + 1, "%.255s", slash ? slash + 1 : target);
  plain_text_clean(out);
}

static const char *last_part(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

static bool put(json_t *object, const char *name, const char *text) {
  return !*text || json_object_set_new(object, name, json_string(text)) == 0;
}

static void put_values(json_t *object, const char *folder, const char *const *names, size_t count) {
  char value[MOST_VALUE];
  for (size_t i = 0; i < count; i++) {
    if (json_object_get(object, names[i])) continue;
    read_value(folder, names[i], value);
    put(object, names[i], value);
  }
}

/* --- the device behind a node */

/* The folder of a node in sysfs: "SYS/devices/...". */
static bool find_node(const system_roots *roots, const device_node *node, char out[PATH_MAX]) {
  char path[PATH_MAX];
  snprintf(path, sizeof path, "%s/dev/%s/%u:%u", roots->sys, node->is_block ? "block" : "char",
           major(node->number), minor(node->number));
  return realpath(path, out) != NULL;
}

/* Whether the folder is that of a device on a bus: its subsystem is one, and no class. */
static bool is_on_bus(const char *folder) {
  char path[PATH_MAX], target[PATH_MAX];
  if (snprintf(path, sizeof path, "%s/subsystem", folder) >= (int)sizeof path) return false;
  const ssize_t length = readlink(path, target, sizeof target - 1);
  target[length > 0 ? length : 0] = 0;
  return strstr(target, "/bus/") != NULL;
}

static bool go_up(const system_roots *roots, char folder[PATH_MAX]) {
  char root[PATH_MAX];
  char *slash = strrchr(folder, '/');
  if (!realpath(roots->sys, root) || !slash || strlen(folder) <= strlen(root)) return false;
  *slash = 0;
  return strlen(folder) > strlen(root);
}

/* The device on a bus nearest to a node: behind its link `device`, or above it. */
static bool find_device(const system_roots *roots, const char *node, char out[PATH_MAX]) {
  char link[PATH_MAX];
  if (snprintf(link, sizeof link, "%s/device", node) >= (int)sizeof link) return false;
  if (!realpath(link, out)) snprintf(out, PATH_MAX, "%s", node);
  while (!is_on_bus(out))
    if (!go_up(roots, out)) return false;
  return true;
}

/* The ids of a device. An interface of a USB device, or what a driver has put behind a device, has
 * them further up. */
static void put_ids(const system_roots *roots, const char *device, json_t *ids) {
  char folder[PATH_MAX];
  snprintf(folder, sizeof folder, "%s", device);
  do {
    put_values(ids, folder, id_files, sizeof id_files / sizeof *id_files);
  } while (!json_object_get(ids, "vendor") && !json_object_get(ids, "idVendor") &&
           go_up(roots, folder));
}

/* --- driver and firmware */

static void put_module(const system_roots *roots, const char *name, json_t *driver) {
  char folder[PATH_MAX];
  if (snprintf(folder, sizeof folder, "%s/module/%s", roots->sys, name) >= (int)sizeof folder ||
      access(folder, F_OK) != 0)
    return;
  put(driver, "module", name);
  put_values(driver, folder, module_files, sizeof module_files / sizeof *module_files);
}

static void put_driver(const system_roots *roots, const char *device, json_t *driver) {
  char name[NAME_MAX + 1], module[NAME_MAX + 1];
  read_link(device, "driver", name);
  read_link(device, "driver/module", module);
  put(driver, "name", name);
  if (*name) put_module(roots, *module ? module : name, driver);
}

/* Drivers that make no entry in sysfs have registered their major number at least. */
static void put_registered(const system_roots *roots, const device_node *node, json_t *driver) {
  char path[PATH_MAX], line[256], name[128];
  bool is_block = false;
  unsigned number;
  snprintf(path, sizeof path, "%s/devices", roots->proc);
  FILE *file = fopen(path, "re");
  while (file && fgets(line, sizeof line, file)) {
    is_block = is_block || strncmp(line, "Block", 5) == 0;
    if (is_block != node->is_block || sscanf(line, "%u %127s", &number, name) != 2 ||
        number != major(node->number))
      continue;
    plain_text_clean(name);
    put(driver, "name", name);
    put_module(roots, name, driver);
    break;
  }
  if (file) fclose(file);
}

static bool tells_firmware(const char *name) {
  for (size_t i = 0; i < sizeof firmware_names / sizeof *firmware_names; i++)
    if (strstr(name, firmware_names[i])) return true;
  return false;
}

/* Takes the versions in a folder; `prefix` is the name of the folder when it has one of firmware.
 */
static void put_firmware(const char *folder, const char *prefix, json_t *firmware) {
  char path[PATH_MAX], name[2 * NAME_MAX + 2], value[MOST_VALUE];
  DIR *entries = opendir(folder);
  for (const struct dirent *entry; entries && (entry = readdir(entries)) != NULL;) {
    if (entry->d_name[0] == '.' || (!*prefix && !tells_firmware(entry->d_name))) continue;
    snprintf(name, sizeof name, "%s%s%s", prefix, *prefix ? "/" : "", entry->d_name);
    plain_text_clean(name);
    read_value(folder, entry->d_name, value);
    put(firmware, name, value);
    if (!*value && !*prefix &&
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name) < (int)sizeof path)
      put_firmware(path, entry->d_name, firmware); /* a folder, or nothing */
  }
  if (entries) closedir(entries);
}

/* --- all of it */

bool device_node_is_common(const system_roots *roots, const device_node *node) {
  char folder[PATH_MAX];
  if (node->is_block || !find_node(roots, node, folder)) return false;
  const size_t length = strlen(folder);
  for (size_t i = 0; i < sizeof common / sizeof *common; i++) {
    const size_t end = strlen(common[i]);
    if (length >= end && strcmp(folder + length - end, common[i]) == 0) return true;
  }
  return false;
}

static void describe(const system_roots *roots, const device_node *node, json_t *out, json_t *ids,
                     json_t *driver, json_t *firmware) {
  char folder[PATH_MAX], device[PATH_MAX], class[NAME_MAX + 1], bus[NAME_MAX + 1];
  if (!find_node(roots, node, folder)) {
    put_registered(roots, node, driver);
    return;
  }
  read_link(folder, "subsystem", class);
  put(out, "class", class);
  put_firmware(folder, "", firmware);
  if (!find_device(roots, folder, device)) return;
  read_link(device, "subsystem", bus);
  put(out, "bus", bus);
  put(out, "address", last_part(device));
  put_ids(roots, device, ids);
  put_driver(roots, device, driver);
  put_firmware(device, "", firmware);
}

json_t *device_node_describe(const system_roots *roots, const device_node *node) {
  char path[PATH_MAX], number[32];
  snprintf(path, sizeof path, "%s", node->path);
  plain_text_clean(path);
  snprintf(number, sizeof number, "%u:%u", major(node->number), minor(node->number));
  json_t *ids = json_object(), *driver = json_object(), *firmware = json_object();
  json_t *out = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:o, s:o}", "node", path, "kind",
                          node->is_block ? "block" : "char", "number", number, "class", "", "bus",
                          "", "address", "", "ids", ids, "driver", driver, "firmware", firmware);
  if (out) describe(roots, node, out, ids, driver, firmware);
  return out;
}
