"""Other plugins that are made with the kit: what TEMPLATE never asks of it, since it can do everything, they do.

A mutant of the kit that TEMPLATE hides is looked for in these as well: MINIMAL, which has no states, no memory of its own and
no blobs, and TEMPLATE for static shapes alone. As they stand the suite finds nothing in them.
"""
import shutil
import subprocess
from pathlib import Path

from proof import suite
from proof.workshop import BUILD, LIBRARY, ROOT, linking

KIT = "sdk/src/kit/"
MINIMAL = "lib/tenon/plugins/libtenon_minimal.so"
STATIC_ONLY = "conformance/variants/static_only.c"
REPLACED = ("query.c.o", "properties.c.o", "plugin.c.o")  # which STATIC_ONLY includes


def static_only(workshop, folder):
    """The words that link TEMPLATE for static shapes alone."""
    made = folder / "static_only.o"
    command = workshop.command_for("reference-plugins/template/query.c")
    subprocess.run([*command, "-iquote", str(ROOT / "conformance/variants"), "-iquote", str(ROOT / "reference-plugins/template"),
                    "-o", str(made), "-c", str(ROOT / STATIC_ONLY)], cwd=BUILD, check=True)
    words = [word for word in linking(LIBRARY) if not word.endswith(REPLACED)]
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
    found = [Neighbour("minimal", folder, linking(MINIMAL), groups),
             Neighbour("static_only", folder, static_only(workshop, folder), [*groups, "--level", "L2"])]
    for neighbour in found:
        failure = neighbour.failure(["--no-shrink"]) if neighbour.link() else ("link",)
        if failure:
            raise RuntimeError(f"{neighbour.name} as it stands: {failure}")
    return found
