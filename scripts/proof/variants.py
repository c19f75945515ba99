"""Legal variants: TEMPLATE and the kit with one difference each that the contract allows. None may fail anything.

conformance/variants/edits/NAME.variant says why it is legal, then what is different:

    Words.
    options: what the suite is started with
    operators: yes                  it computes otherwise: the cases of operators run too
    flags: FLAG... FILE...          these sources are compiled with those flags; CC=clang: by another compiler; CXX: the
                                    plugin's entry is C++
    source: path/of/the/source.c    edits of a source, as in scripts/apply_edit
    --- find
    --- replace
    --- end
"""
import re
import shlex
import shutil
import subprocess
import sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

from proof import sites, suite, table
from proof.workshop import BUILD, MANIFEST, ROOT, Workshop

FOLDER = ROOT / "conformance" / "variants" / "edits"
PLUGIN = "reference-plugins/template"
TABLE = "variants"
TIMEOUT = 60
ENTRY = "tn_create_plugin_engine"
CXX_ENTRY = """
#include <memory>
#include <string>
#include "tenon/abi.h"
extern "C" tn_status template_create_plugin_engine(const tn_create_options *, tn_plugin **, tn_error *);
namespace { const auto name = std::make_unique<std::string>("lives as long as the library"); }
extern "C" __attribute__((visibility("default"))) tn_status
tn_create_plugin_engine(const tn_create_options *options, tn_plugin **out, tn_error *error) {
  try {
    return name->empty() ? TN_INTERNAL : template_create_plugin_engine(options, out, error);
  } catch (...) {
    return TN_INTERNAL;
  }
}
"""


def load_edits():
    loader = SourceFileLoader("apply_edit", str(ROOT / "scripts" / "apply_edit"))
    module = module_from_spec(spec_from_loader("apply_edit", loader))
    loader.exec_module(module)
    return module


apply_edit = load_edits()


class Variant:
    def __init__(self, path):
        text = path.read_text()
        self.name, self.text = path.stem, text
        head = text.split("\nsource: ")[0]
        self.options = shlex.split("".join(re.findall(r"^options: (.*)$", head, re.MULTILINE)))
        words = shlex.split("".join(re.findall(r"^flags: (.*)$", head, re.MULTILINE)))
        self.computes = re.search(r"^operators: yes$", head, re.MULTILINE) is not None
        self.flags = [word for word in words if "/" not in word]
        self.compiled = [str(found.relative_to(ROOT)) for word in words if "/" in word for found in sorted(ROOT.glob(word))
                         if not found.name.endswith(".test.c")]
        try:
            self.changed = apply_edit.apply_variant(text, lambda name: (ROOT / name).read_text())
        except apply_edit.EditError as error:
            sys.exit(f"{path.relative_to(ROOT)}: {error}")


class VariantWorkshop(Workshop):
    """Makes variants: compiles what is different, links it before everything else."""

    def objects_of(self, variant):
        header = next((name for name in variant.changed if name.endswith(".h")), None)
        names = [name for name in variant.changed if name.endswith(".c")] + variant.compiled
        if header:
            (self.folder / Path(header).name).write_text(variant.changed[header])
            names += sorted(str(path.relative_to(ROOT)) for path in (ROOT / PLUGIN).glob("*.c")
                            if not path.name.endswith(".test.c") and str(path.relative_to(ROOT)) not in names)
        if "CXX" in variant.flags:
            names.append(f"{PLUGIN}/plugin.c")
        for name in names:
            yield name, self.object_of(variant, name)
        if "CXX" in variant.flags:
            yield "entry.cc", self.cxx_entry()

    def object_of(self, variant, name):
        made = self.folder / (name.replace("/", "_") + ".o")
        command = self.command_for(name)
        compiler = next((flag[3:] for flag in variant.flags if flag.startswith("CC=")), command[0])
        flags = [flag for flag in variant.flags if flag.startswith("-")]
        if "CXX" in variant.flags:
            flags.append(f"-D{ENTRY}=template_create_plugin_engine")
        copy = self.folder / Path(name).name
        copy.write_text(variant.changed.get(name) or (ROOT / name).read_text())
        self.must([compiler, *command[1:], *flags, "-iquote", str((ROOT / name).parent), "-o", str(made), "-c", str(copy)])
        copy.unlink()
        return made

    def cxx_entry(self):
        source, made = self.folder / "entry.cc", self.folder / "entry.o"
        source.write_text(CXX_ENTRY)
        self.must(["g++", "-O2", "-fPIC", "-fvisibility=hidden", f"-I{ROOT / 'sdk/include'}", "-o", str(made), "-c", str(source)])
        return made

    @staticmethod
    def must(command):
        done = subprocess.run(command, cwd=BUILD, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"{' '.join(command)}\n{done.stderr}")

    def make(self, variant):
        for old in [*self.folder.glob("*.o"), *self.folder.glob("*.h")]:
            old.unlink()
        manifest = f"{PLUGIN}/manifest.json"
        (self.folder / Path(MANIFEST).name).write_text(variant.changed.get(manifest) or (ROOT / manifest).read_text())
        made = dict(self.objects_of(variant))
        words = self.linking
        for name in made:
            words = [word for word in words if not word.endswith(f"/{Path(name).parent.name}/{Path(name).name}.o")]
        at = words.index("-o")
        words = [*words[:at + 1], str(self.library), *map(str, made.values()), *words[at + 2:]]
        if "CXX" in variant.flags:
            words = ["g++", *[word for word in words[1:] if word != "-static-libgcc"], "-static-libstdc++"]
        self.must(words)


def all_variants():
    return [Variant(path) for path in sorted(FOLDER.glob("*.variant"))]


def judge(workshop, variant):
    """The row of one variant; runs the whole suite on it."""
    workshop.make(variant)
    row = {"id": variant.name}
    try:
        status, cases = suite.run(workshop.library, ["--no-shrink", "--timeout", str(TIMEOUT), *variant.options,
                                                       *([] if variant.computes else suite.api_groups())])
    except suite.SuiteError as error:
        return row | {"state": "broken", "why": str(error)[:500]}
    failed = [f"{line['id'].split('#')[0]} {line['state']}" for line in cases if line["state"] in suite.FAILED]
    passed = sum(line["state"] == "PASS" for line in cases)
    return row | {"state": "failed" if status or failed else "passed", "passed": passed, "failed": failed}


def digest_of(variant):
    """Of what a variant is made of, and of the text that says what is different."""
    return sites.short(sites.digest_of_sources(), suite.digest_of_plugin(), variant.text)


def run(names=(), report=print):
    folder = ROOT / "build" / "proof" / "variants"
    shutil.rmtree(folder, ignore_errors=True)
    workshop = VariantWorkshop(folder)
    old, rows, by_suite = table.read(TABLE), [], suite.digest_of_suite()[:12]
    for variant in all_variants():
        fresh = {"variant": digest_of(variant), "suite": by_suite}
        row = old.get(variant.name)
        if names and variant.name not in names:
            rows += [row] if row else []
            continue
        if not row or row["state"] != "passed" or any(row.get(key) != value for key, value in fresh.items()):
            row = judge(workshop, variant) | fresh
            report(f"{variant.name}: {row['state']} {' '.join(row.get('failed', []))} {row.get('why', '')}".rstrip())
        rows.append(row)
        table.write(TABLE, rows + [old[key] for key in old if key not in {row["id"] for row in rows}])
    table.write(TABLE, rows)
    return rows
