"""Other plugins that are made with the kit: what TEMPLATE never asks of it, they do.

A mutant of the kit that TEMPLATE hides is looked for in these as well: MINIMAL, which has no states, no memory of its own and
no blobs; TEMPLATE for static shapes alone; and HETERO, over TEMPLATE and a variant that takes every other operator, for what
the kit does for devices made of others. As they stand the suite finds nothing in them.
"""
import shutil
import subprocess
from pathlib import Path

from proof import suite
from proof.workshop import BUILD, LIBRARY, ROOT, linking

KIT = "sdk/src/"
MINIMAL = "lib/tenon/plugins/libtenon_minimal.so"
HETERO = "lib/tenon/devices/libtenon_hetero.so"
VARIANTS = "conformance/variants"
SPLIT_CARRIER = f"{VARIANTS}/two_devices.onnx"  # which HETERO splits between the two
# The files of TEMPLATE that each variant includes, in place of which it stands.
REPLACED = {"static_only": ("query.c.o", "properties.c.o", "plugin.c.o"), "odd": ("query.c.o", "properties.c.o")}


def variant(name, workshop, folder):
    """The words that link a variant of TEMPLATE."""
    made = folder / f"{name}.o"
    command = workshop.command_for("reference-plugins/template/query.c")
    subprocess.run([*command, "-iquote", str(ROOT / VARIANTS), "-iquote", str(ROOT / "reference-plugins/template"),
                    "-o", str(made), "-c", str(ROOT / VARIANTS / f"{name}.c")], cwd=BUILD, check=True)
    words = [word for word in linking(LIBRARY) if not word.endswith(REPLACED[name])]
    words.insert(words.index("-o") + 2, str(made))
    return words


class Neighbour:
    """One of them; built with a mutant's object in place of the kit's."""

    def __init__(self, name, folder, words, options):
        self.name, self.words, self.options = name, words, options
        self.library = folder / f"lib{name}.so"

    def link(self, made=None):
        """Links it, with the object when there is one; False when that cannot be done."""
        words = list(self.words)
        at = words.index("-o")
        words[at + 1] = str(self.library)
        if made:
            words.insert(at + 2, str(made))
        return subprocess.run(words, cwd=BUILD, capture_output=True).returncode == 0

    def failure(self, always):
        """The first failure in it, or None."""
        return suite.first_failure(*suite.run(self.library, [*always, *self.options]))


def make(workshop, groups):
    """All of them, in a folder below the workshop's. Raises RuntimeError when one is not without failure as it stands."""
    folder = Path(workshop.folder) / "neighbours"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    odd = Neighbour("odd", folder, variant("odd", workshop, folder), [])
    if not odd.link():
        raise RuntimeError("odd cannot be linked")
    below = ["-p", "DEVICE_PRIORITIES=ODD,TEMPLATE", "--with", f"{odd.library}=ODD", "--with", f"{BUILD / LIBRARY}=TEMPLATE",
             "--carrier", str(ROOT / SPLIT_CARRIER)]
    found = [Neighbour("minimal", folder, linking(MINIMAL), groups),
             Neighbour("static_only", folder, variant("static_only", workshop, folder), groups),
             Neighbour("hetero", folder, linking(HETERO), [*groups, *below])]
    for neighbour in found:
        failure = neighbour.failure(["--no-shrink"]) if neighbour.link() else ("link",)
        if failure:
            raise RuntimeError(f"{neighbour.name} as it stands: {failure}")
    return found
