#include "engine/holdings.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <ftw.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A system that was made up: what stands below a folder in the place of /proc and /sys. The nodes
 * are those that every system has, null (1:3) and zero (1:5), with another device behind them. */

static char root[] = "/tmp/tenon-holdings-XXXXXX", proc_root[64], sys_root[64];
static system_roots roots;

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *walk) {
  (void)status, (void)kind, (void)walk;
  return remove(path);
}

static void remove_system(void) {
  nftw(root, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* The path of something, with all folders above it. */
static const char *place(const char *name) {
  static char path[512];
  snprintf(path, sizeof path, "%s/%s", root, name);
  for (char *slash = path + sizeof root; (slash = strchr(slash, '/')) != NULL; *slash++ = '/') {
    *slash = 0;
    mkdir(path, 0777);
  }
  return path;
}

static void write_file(const char *name, const char *text) {
  FILE *file = fopen(place(name), "w");
  cr_assert(file != NULL);
  fputs(text, file);
  cr_assert(eq(int, fclose(file), 0));
}

static void make_link(const char *name, const char *target) {
  char kept[512];
  snprintf(kept, sizeof kept, "%s", target); /* it may be what place() told */
  cr_assert(eq(int, symlink(kept, place(name)), 0), "%s", name);
}

#define CARD  "sys/devices/pci0000:00/0000:00:01.0/0000:01:00.0/"
#define STICK "sys/devices/pci0000:00/0000:00:14.0/usb1/1-2/"

/* An accelerator behind a bridge, whose driver is none of the kernel's own. */
static void make_card(void) {
  make_link("sys/dev/char/1:3", "../../devices/pci0000:00/0000:00:01.0/0000:01:00.0/accel/accel0");
  make_link(CARD "accel/accel0/device", "../..");
  make_link(CARD "accel/accel0/subsystem", "../../../../../../class/accel");
  make_link(CARD "subsystem", "../../../../bus/pci");
  make_link(CARD "driver", "../../../../bus/pci/drivers/npu");
  make_link("sys/bus/pci/drivers/npu/module", "../../../../module/npu_module");
  mkdir(place("sys/class/accel"), 0777);
  mkdir(place("sys/module/npu_module"), 0777);
  write_file(CARD "vendor", "0x1d0f\n");
  write_file(CARD "device", "0x7164\n");
  write_file(CARD "subsystem_vendor", "0x1d0e\n");
  write_file(CARD "subsystem_device", "0x0001\n");
  write_file(CARD "revision", "0x02\n");
  write_file(CARD "modalias", "pci:v00001D0Fd00007164\n");
  write_file(CARD "vbios_version", "113-D65201\n");
  write_file(CARD "fw_version/mec_fw_version", "0x00000073\n");
  write_file(CARD "accel/accel0/fw_ver", "7.8.9\n");
  write_file(CARD "../vendor", "0x8086\n");
  write_file("sys/module/npu_module/version", "1.2.3\n");
  write_file("sys/module/npu_module/srcversion", "ABCDEF\n");
  write_file("sys/module/npu_module/taint", "OE\n");
}

/* A node behind an interface of a USB device, whose driver is the kernel's. */
static void make_stick(void) {
  make_link("sys/dev/char/1:5",
            "../../devices/pci0000:00/0000:00:14.0/usb1/1-2/1-2:1.0/apex/apex0");
  make_link(STICK "1-2:1.0/apex/apex0/device", "../..");
  make_link(STICK "1-2:1.0/subsystem", "../../../../../../bus/usb");
  make_link(STICK "1-2:1.0/driver", "../../../../../../bus/usb/drivers/apex");
  mkdir(place("sys/bus/usb/drivers/apex"), 0777);
  write_file(STICK "1-2:1.0/modalias", "usb:v1A6Ep089A");
  write_file(STICK "idVendor", "1a6e\n");
  write_file(STICK "idProduct", "089a\n");
}

static void make_process(const char *maps) {
  write_file("proc/7/maps", maps);
  write_file("proc/7/fd/none", "");
  unlink(place("proc/7/fd/none"));
  write_file("proc/devices", "Character devices:\n  1 mem\n\nBlock devices:\n  1 other\n");
}

static void make_system(void) {
  cr_assert(mkdtemp(root) != NULL);
  snprintf(proc_root, sizeof proc_root, "%s/proc", root);
  snprintf(sys_root, sizeof sys_root, "%s/sys", root);
  roots = (system_roots){proc_root, sys_root};
  mkdir(place("sys/bus"), 0777);
}

TestSuite(holdings, .init = make_system, .fini = remove_system);

static void expect(const json_t *device, const char *group, const char *name, const char *text) {
  const json_t *object = group ? json_object_get(device, group) : device;
  const char *found = json_string_value(json_object_get(object, name));
  cr_assert(eq(str, (char *)(uintptr_t)(found ? found : "(none)"), (char *)(uintptr_t)text), "%s",
            name);
}

static const json_t *look(holdings *held, const char *folder, size_t devices) {
  memset(held, 0, sizeof *held);
  for (int i = 0; i < 2; i++) /* the second time nothing new */
    cr_assert(holdings_add(held, &roots, 7, folder));
  cr_assert(eq(sz, json_array_size(held->devices), devices));
  return json_array_get(held->devices, 0);
}

Test(holdings, of_an_open_node_lead_to_its_card) {
  holdings held;
  make_card();
  make_process("");
  make_link("proc/7/fd/5", "/dev/null");
  const json_t *card = look(&held, "", 1);
  expect(card, NULL, "node", "/dev/null");
  expect(card, NULL, "kind", "char");
  expect(card, NULL, "number", "1:3");
  expect(card, NULL, "class", "accel");
  expect(card, NULL, "bus", "pci");
  expect(card, NULL, "address", "0000:01:00.0");
  expect(card, "ids", "vendor", "0x1d0f");
  expect(card, "ids", "device", "0x7164");
  expect(card, "ids", "subsystem_vendor", "0x1d0e");
  expect(card, "ids", "subsystem_device", "0x0001");
  expect(card, "ids", "revision", "0x02");
  expect(card, "ids", "modalias", "pci:v00001D0Fd00007164");
  expect(card, "driver", "name", "npu");
  expect(card, "driver", "module", "npu_module");
  expect(card, "driver", "version", "1.2.3");
  expect(card, "driver", "srcversion", "ABCDEF");
  expect(card, "driver", "taint", "OE");
  expect(card, "firmware", "fw_ver", "7.8.9");
  expect(card, "firmware", "vbios_version", "113-D65201");
  expect(card, "firmware", "fw_version/mec_fw_version", "0x00000073");
  cr_assert(eq(sz, json_object_size(json_object_get(card, "firmware")), 3));
  holdings_clear(&held);
}

Test(holdings, of_a_mapped_node_lead_to_its_usb_device) {
  holdings held;
  make_stick();
  make_process(
      "7f0000000000-7f0000001000 rw-s 00000000 00:06 5                          /dev/zero\n");
  const json_t *stick = look(&held, "", 1);
  expect(stick, NULL, "node", "/dev/zero");
  expect(stick, NULL, "bus", "usb");
  expect(stick, NULL, "address", "1-2:1.0");
  expect(stick, "ids", "idVendor", "1a6e");
  expect(stick, "ids", "idProduct", "089a");
  expect(stick, "ids", "modalias", "usb:v1A6Ep089A");
  expect(stick, "driver", "name", "apex");
  expect(stick, "driver", "version", "(none)");
  holdings_clear(&held);
}

Test(holdings, without_an_entry_in_sysfs_name_the_driver_that_is_registered) {
  holdings held;
  make_process("");
  make_link("proc/7/fd/5", "/dev/null");
  write_file("sys/module/mem/version", "535.1\n");
  const json_t *node = look(&held, "", 1);
  expect(node, NULL, "bus", "");
  expect(node, "driver", "name", "mem");
  expect(node, "driver", "version", "535.1");
  holdings_clear(&held);
}

Test(holdings, that_everybody_has_are_left_out) {
  holdings held;
  make_card();
  make_process("");
  make_link("proc/7/fd/0", "/dev/null"); /* a standard stream */
  mkdir(place("sys/devices/virtual/mem/zero/"), 0777);
  make_link("sys/dev/char/1:5", "../../devices/virtual/mem/zero");
  make_link("proc/7/fd/6", "/dev/zero");
  look(&held, "", 0);
  holdings_clear(&held);
}

Test(holdings, are_libraries_and_files_of_the_folder) {
  holdings held;
  char maps[1024], folder[64];
  snprintf(folder, sizeof folder, "%s/plugin/", root);
  write_file("plugin/libx.so", "x");
  write_file("plugin/kernels.bin", "k");
  write_file("plugin/sub/weights.bin", "w");
  write_file("beside.bin", "b");
  snprintf(maps, sizeof maps,
           "7f0-7f1 r-xp 00000000 00:06 5 %splugin/libx.so\n7f1-7f2 r--p 00000000 00:06 5 "
           "%splugin/kernels.bin\n7f2-7f3 r-xp 00000000 00:06 5 /gone/liby.so.1\n7f3-7f4 rw-p "
           "00000000 00:00 0 [heap]\n",
           place(""), place(""));
  make_process(maps);
  make_link("proc/7/fd/5", place("plugin/sub/weights.bin"));
  make_link("proc/7/fd/6", place("beside.bin"));
  look(&held, folder, 0);
  cr_assert(eq(u32, held.libraries.count, 2));
  cr_assert(eq(str, held.libraries.items[0], (char *)"/gone/liby.so.1"));
  cr_assert(eq(u32, held.files.count, 3));
  cr_assert(ne(ptr, strstr(held.files.items[0], "plugin/kernels.bin"), NULL));
  cr_assert(ne(ptr, strstr(held.files.items[1], "plugin/libx.so"), NULL));
  cr_assert(ne(ptr, strstr(held.files.items[2], "plugin/sub/weights.bin"), NULL));
  holdings_clear(&held);
}

Test(holdings, of_a_process_that_is_gone_cannot_be_told) {
  holdings held = {.devices = NULL};
  cr_assert(not(holdings_add(&held, &roots, 7, "")));
  cr_assert(eq(ptr, held.devices, NULL));
  holdings_clear(&held);
}
