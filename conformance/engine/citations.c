#include "engine/citations.h"

#include <stddef.h>
#include <string.h>

#include "base/status.h"

static const suite_citation citations[] = {
#define SUITE_CITATION(clause, place) {clause, place},
#include "engine/citations.inc"
#undef SUITE_CITATION
};

const suite_citation *suite_citation_find(const char *clause) {
  for (size_t i = 0; i < sizeof citations / sizeof *citations; i++)
    if (strcmp(citations[i].clause, clause) == 0) return &citations[i];
  return NULL;
}

static const struct {
  uint32_t area;
  const char *section;
} sections[] = {
    {TN_AREA_ABI, "docs/guide/first-plugin.md, The one function"},
    {TN_AREA_LIFE, "docs/guide/first-plugin.md, The plugin object"},
    {TN_AREA_ERROR, "docs/guide/first-plugin.md, Failing"},
    {TN_AREA_DEVICE, "docs/guide/first-plugin.md, The plugin object"},
    {TN_AREA_PROPERTY, "docs/guide/first-plugin.md, Properties"},
    {TN_AREA_QUERY, "docs/guide/first-plugin.md, Query and compile"},
    {TN_AREA_COMPILE, "docs/guide/first-plugin.md, Query and compile"},
    {TN_AREA_REQUEST, "docs/guide/first-plugin.md, Inference"},
    {TN_AREA_INFER, "docs/guide/first-plugin.md, Inference"},
    {TN_AREA_ASYNC, "docs/guide/first-plugin.md, Inference"},
    {TN_AREA_TENSOR, "docs/guide/first-plugin.md, Inference"},
    {TN_AREA_OPTION, "docs/guide/contract.md, Options"},
    {TN_AREA_DISCOVERY, "docs/guide/contract.md, Discovery"},
    {TN_AREA_MODEL, "docs/guide/contract.md, The model"},
    {TN_AREA_IMPORT, "docs/guide/contract.md, Export and import"},
    {TN_AREA_EXPORT, "docs/guide/contract.md, Export and import"},
    {TN_AREA_REMOTE, "docs/guide/contract.md, Remote contexts"},
    {TN_AREA_STATE, "docs/guide/contract.md, States"},
    {TN_AREA_PROFILING, "docs/guide/contract.md, Profiling"},
    {TN_AREA_RUNTIME_MODEL, "docs/guide/contract.md, The runtime model"},
    {TN_AREA_THREAD, "docs/guide/contract.md, Threads"},
    {TN_AREA_LAYER, "docs/guide/contract.md, Layers"},
    {TN_AREA_HOST, "docs/guide/contract.md, The host"},
    {TN_AREA_OPERATOR, "docs/guide/contract.md, Operators"},
    {TN_AREA_CORE, "docs/guide/contract.md, Devices made of others"},
};

const char *suite_guide_section(uint32_t clause) {
  for (size_t i = 0; i < sizeof sections / sizeof *sections; i++)
    if (sections[i].area == clause >> 16) return sections[i].section;
  return NULL;
}
