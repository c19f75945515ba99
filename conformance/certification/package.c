#include "certification/package.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "certification/canonical.h"
#include "certification/document.h"
#include "certification/file_bytes.h"
#include "engine/plain_text.h"
#include "report/lines.h"
#include "report/run_file.h"

static const char not_regular[] = "is a link or a special file in the package";
static const size_t most_bytes = (size_t)2 << 30, most_manifest = 16 << 20;

static bool refuse(const char *path, const char *why) {
  plain_text_print_line(stderr, "tenon-conformance: %s: %s", path, why);
  return false;
}

/* --- the manifest */

static bool add_file(json_t *files, const char *prefix, const char *path, const char *digest) {
  char name[PATH_MAX];
  snprintf(name, sizeof name, "%s%s", prefix, path);
  return file_path_is_plain(name) &&
         json_array_append_new(files, json_pack("{s:s, s:s}", "path", name, "sha256", digest)) == 0;
}

/* What the manifest of a package with that document has to say, as the text of the file; to be
 * freed. */
static char *make_manifest(const signed_document *self, const char *document_digest,
                           const char *lines_digest) {
  json_t *files = json_array(), *file;
  size_t index;
  bool good = files && add_file(files, "", PACKAGE_DOCUMENT, document_digest);
  json_array_foreach(json_object_get(self->body, "files"), index, file) {
    good = good &&
           add_file(files, PACKAGE_FILES, lines_text(file, "path"), lines_text(file, "sha256"));
  }
  good = good && add_file(files, "", PACKAGE_LINES, lines_digest);
  json_t *manifest = json_pack("{s:O, s:i, s:s}", "files", files, "format", 1, "type", "package");
  char *text = good ? canonical_text(manifest) : NULL;
  char *line = text ? realloc(text, strlen(text) + 2) : NULL;
  if (line) strcat(line, "\n");
  json_decref(manifest);
  json_decref(files);
  return line;
}

/* The files of a manifest that make_manifest made. */
static json_t *files_of(const char *manifest) {
  json_t *root = json_loads(manifest, 0, NULL);
  json_t *files = json_incref(json_object_get(root, "files"));
  json_decref(root);
  return files;
}

/* --- writing */

/* Makes the folders that a file lies in. */
static bool make_folders(int folder, const char *path) {
  char part[PATH_MAX];
  for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
    snprintf(part, sizeof part, "%.*s", (int)(slash - path), path);
    if (mkdirat(folder, part, 0777) != 0 && errno != EEXIST) return refuse(part, strerror(errno));
  }
  return true;
}

/* Copies a file whose digest is known; "" takes any and tells it. */
static bool copy_file(int folder, const char *source, const char *name, char digest[DIGEST_SIZE]) {
  file_bytes file;
  char found[DIGEST_SIZE];
  if (!file_bytes_read(AT_FDCWD, source, most_bytes, &file)) return false;
  digest_of_bytes(file.data, file.size, found);
  bool good = !digest[0] || strcmp(digest, found) == 0 ||
              refuse(source, "is not the file that the run was made with");
  memcpy(digest, found, DIGEST_SIZE);
  good = good && make_folders(folder, name) &&
         file_bytes_create(folder, name, 0666, file.data, file.size);
  file_bytes_free(&file);
  return good;
}

static bool copy_shipped(int folder, const signed_document *document, const char *library) {
  char source[PATH_MAX], name[PATH_MAX], digest[DIGEST_SIZE];
  const char *slash = strrchr(library, '/');
  const int length = slash ? (int)(slash + 1 - library) : 0;
  size_t index;
  json_t *file;
  json_array_foreach(json_object_get(document->body, "files"), index, file) {
    const char *path = lines_text(file, "path");
    snprintf(source, sizeof source, "%.*s%s", length, library, path);
    snprintf(name, sizeof name, PACKAGE_FILES "%s", path);
    snprintf(digest, sizeof digest, "%s", lines_text(file, "sha256"));
    if (!file_path_is_plain(path)) return refuse(path, "is an odd name for a file");
    if (!copy_file(folder, source, name, digest)) return false;
  }
  return true;
}

static bool write_files(int folder, const signed_document *document, const char *path,
                        const char *lines, const char *library) {
  char digest[DIGEST_SIZE] = "", lines_digest[DIGEST_SIZE] = "";
  if (!copy_file(folder, path, PACKAGE_DOCUMENT, digest)) return false;
  if (!copy_file(folder, lines, PACKAGE_LINES, lines_digest)) return false;
  if (!copy_shipped(folder, document, library)) return false;
  char *manifest = make_manifest(document, digest, lines_digest);
  bool good =
      manifest && file_bytes_create(folder, PACKAGE_MANIFEST, 0666, manifest, strlen(manifest));
  free(manifest);
  return good;
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *where) {
  (void)status;
  (void)kind;
  (void)where;
  return remove(path);
}

static bool write_into(const char *part, const signed_document *document, const char *path,
                       const char *lines, const char *library) {
  int folder = open(part, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
  if (folder < 0) return refuse(part, strerror(errno));
  bool good = write_files(folder, document, path, lines, library);
  close(folder);
  return good;
}

bool package_write(const char *folder, const char *document_path, const char *lines,
                   const char *library) {
  signed_document document;
  char part[PATH_MAX];
  struct stat status;
  snprintf(part, sizeof part, "%.4000s.part", folder);
  if (lstat(folder, &status) == 0) return refuse(folder, "is there already");
  if (!document_read(AT_FDCWD, document_path, &document)) return false;
  bool good = mkdir(part, 0777) == 0 || refuse(part, strerror(errno));
  if (good) {
    good = write_into(part, &document, document_path, lines, library);
    if (good && rename(part, folder) != 0) good = refuse(folder, strerror(errno));
    if (!good) nftw(part, remove_one, 8, FTW_DEPTH | FTW_PHYS);
  }
  document_free(&document);
  return good;
}

/* --- checking */

/* What is looked for in a package. */
struct search {
  const json_t *files; /* of the manifest */
  size_t found;        /* of them */
};

static bool is_listed(const struct search *self, const char *path) {
  size_t index;
  json_t *file;
  json_array_foreach(self->files, index, file) {
    if (strcmp(lines_text(file, "path"), path) == 0) return true;
  }
  return false;
}

/* A folder is wanted when a listed file lies in it. */
static bool is_wanted_folder(const struct search *self, const char *path) {
  size_t index, length = strlen(path);
  json_t *file;
  json_array_foreach(self->files, index, file) {
    const char *name = lines_text(file, "path");
    if (strncmp(name, path, length) == 0 && name[length] == '/') return true;
  }
  return false;
}

static bool walk(struct search *self, int folder, const char *prefix);

static bool check_entry(struct search *self, int folder, const char *prefix, const char *name) {
  char path[PATH_MAX];
  struct stat status;
  snprintf(path, sizeof path, "%s%s", prefix, name);
  if (fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) != 0)
    return refuse(path, strerror(errno));
  if (S_ISDIR(status.st_mode)) {
    if (!is_wanted_folder(self, path)) return refuse(path, "is a folder too many in the package");
    int inner = openat(folder, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    strncat(path, "/", sizeof path - strlen(path) - 1);
    return inner < 0 ? refuse(path, strerror(errno)) : walk(self, inner, path);
  }
  if (!S_ISREG(status.st_mode)) return refuse(path, not_regular);
  if (strcmp(path, PACKAGE_MANIFEST) == 0) return true;
  if (!is_listed(self, path)) return refuse(path, "is a file too many in the package");
  self->found++;
  return true;
}

/* Looks at everything in a folder, whose descriptor it closes. */
static bool walk(struct search *self, int folder, const char *prefix) {
  DIR *entries = fdopendir(folder);
  bool good = entries != NULL;
  if (!entries) close(folder);
  for (const struct dirent *entry; good && (entry = readdir(entries)) != NULL;)
    if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
      good = check_entry(self, folder, prefix, entry->d_name);
  if (entries) closedir(entries);
  return good;
}

/* The digest of a file in a package, which comes from anybody. */
static bool digest_of_part(const char *path, size_t most, char digest[DIGEST_SIZE]) {
  struct stat status;
  if (lstat(path, &status) != 0) return refuse(path, strerror(errno));
  if (!S_ISREG(status.st_mode)) return refuse(path, not_regular);
  if ((uint64_t)status.st_size > most) return refuse(path, "is larger than such a file may be");
  return digest_of_file(path, digest) || refuse(path, strerror(errno));
}

static bool check_digests(const char *folder, const json_t *files) {
  char path[PATH_MAX], digest[DIGEST_SIZE];
  size_t index;
  json_t *file;
  json_array_foreach(files, index, file) {
    snprintf(path, sizeof path, "%.2000s/%.2000s", folder, lines_text(file, "path"));
    if (!digest_of_part(path, most_bytes, digest)) return false;
    if (strcmp(digest, lines_text(file, "sha256")) != 0)
      return refuse(path, "is not the file that the package was made with");
  }
  return true;
}

/* Names the first file of which the manifest that was found says something else. */
static bool refuse_entry(const json_t *asked, const json_t *found) {
  const char *path = lines_text(asked, "path");
  if (!asked)
    return refuse(lines_text(found, "path"),
                  "is listed in " PACKAGE_MANIFEST " and is no part of the package");
  if (strcmp(path, lines_text(found, "path")) != 0)
    return refuse(path, "is not listed in its place in " PACKAGE_MANIFEST);
  if (strncmp(path, PACKAGE_FILES, sizeof PACKAGE_FILES - 1) == 0)
    return refuse(path, "has another digest in " PACKAGE_MANIFEST " than in " PACKAGE_DOCUMENT);
  return refuse(path, "is not the file that " PACKAGE_MANIFEST " lists");
}

static bool refuse_manifest(const file_bytes *bytes, const json_t *asked) {
  const char *why = "has no end of its line";
  json_t *manifest = NULL;
  if (bytes->size > 0 && bytes->data[bytes->size - 1] == '\n')
    manifest = canonical_read(bytes->data, bytes->size - 1, &why);
  if (!manifest) return refuse(PACKAGE_MANIFEST, why);
  const json_t *found = json_object_get(manifest, "files");
  const size_t most = json_array_size(asked) > json_array_size(found) ? json_array_size(asked)
                                                                      : json_array_size(found);
  size_t place = 0;
  while (place < most && json_equal(json_array_get(asked, place), json_array_get(found, place)))
    place++;
  if (place < most)
    refuse_entry(json_array_get(asked, place), json_array_get(found, place));
  else
    refuse(PACKAGE_MANIFEST, "has other members than the manifest of a package");
  json_decref(manifest);
  return false;
}

/* The manifest has to be, byte for byte, the one that follows from the document and the lines. */
static bool check_manifest(int folder, const char *manifest, const json_t *files) {
  file_bytes found;
  if (!file_bytes_read(folder, PACKAGE_MANIFEST, most_manifest, &found)) return false;
  const bool same =
      (found.size == strlen(manifest) && memcmp(found.data, manifest, found.size) == 0) ||
      refuse_manifest(&found, files);
  file_bytes_free(&found);
  return same;
}

static bool check_files(const char *path, int folder, const char *manifest) {
  struct search search = {.files = files_of(manifest)};
  if (!check_manifest(folder, manifest, search.files)) {
    json_decref((json_t *)(uintptr_t)search.files);
    return false;
  }
  const int top = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  bool good = search.files && top >= 0 && walk(&search, top, "");
  if (good && search.found != json_array_size(search.files))
    good = refuse(path, "files that the manifest lists are missing");
  good = good && check_digests(path, search.files);
  json_decref((json_t *)(uintptr_t)search.files);
  return good;
}

static bool check_folder(const char *path, int folder) {
  signed_document document;
  char name[PATH_MAX], digest[DIGEST_SIZE], lines_digest[DIGEST_SIZE];
  if (!document_read(folder, PACKAGE_DOCUMENT, &document)) return false;
  snprintf(name, sizeof name, "%.4000s/" PACKAGE_DOCUMENT, path);
  bool good = digest_of_part(name, DOCUMENT_MOST_BYTES, digest);
  snprintf(name, sizeof name, "%.4000s/" PACKAGE_LINES, path);
  good = good && digest_of_part(name, RUN_FILE_MOST_BYTES, lines_digest);
  char *manifest = good ? make_manifest(&document, digest, lines_digest) : NULL;
  if (good && !manifest) refuse(path, "the document names files that no package can hold");
  good = manifest && check_files(path, folder, manifest);
  free(manifest);
  document_free(&document);
  return good;
}

bool package_check(const char *path) {
  int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
  if (folder < 0) return refuse(path, strerror(errno));
  bool good = check_folder(path, folder);
  close(folder);
  return good;
}
