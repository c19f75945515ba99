"""Builds one mutant: one compile, and one link with the objects of the release build."""
import hashlib
import json
import shlex
import shutil
import subprocess
from pathlib import Path

from proof.sites import ROOT

BUILD = ROOT / "build" / "release"
LIBRARY = "lib/tenon/plugins/libtenon_template.so"
MANIFEST = "lib/tenon/plugins/tenon_template.json"
PROVIDERS = BUILD / "lib" / "tenon" / "handle-providers"
SUITE = BUILD / "bin" / "tenon-conformance"
# A call whose arguments do not fit is no program; the other warnings say nothing about that.
NO_PROGRAM = ["-Werror=incompatible-pointer-types", "-Werror=int-conversion", "-Werror=implicit-function-declaration"]


def build_release():
    """Brings the release build's suite and TEMPLATE up to date, and what the suite needs to judge it."""
    if not (BUILD / "build.ninja").exists():
        subprocess.run(["cmake", "--preset", "release"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["cmake", "--build", str(BUILD), "--target", "tenon-conformance", "tenon_template",
                    "tenon_minimal", "tenon_hetero", "tenon_handles_template"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def linking(library):
    """The words that link a library of the release build."""
    lines = subprocess.run(["ninja", "-C", str(BUILD), "-t", "commands", library], check=True, capture_output=True,
                           text=True).stdout.splitlines()
    return shlex.split(lines[-1].split("&&")[1])


class Workshop:
    """A folder in which mutants are made, one after the other."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.library = self.folder / Path(LIBRARY).name
        self.object = self.folder / "mutant.o"  # that was compiled last
        shutil.copy(BUILD / MANIFEST, self.folder)
        self.commands = {entry["file"]: entry for entry in json.loads((BUILD / "compile_commands.json").read_text())
                         if "/tests/" not in entry["command"]}
        self.linking = linking(LIBRARY)
        self.honest = {}

    def command_for(self, name):
        """The words that compile a source below the root, without its output, debug information and warnings."""
        words = shlex.split(self.commands[str(ROOT / name)]["command"])
        while not Path(words[0]).name.endswith(("cc", "gcc", "clang")):
            words.pop(0)  # the compiler's launcher
        return [word for word in words[:words.index("-o")] if word != "-g" and not word.startswith("-W")]

    def compile(self, name, source):
        """The object of a source below the root with another text, or None when that is no program."""
        copy, made = self.folder / Path(name).name, self.object
        copy.write_bytes(source)
        command = self.command_for(name)
        done = subprocess.run(command + NO_PROGRAM + ["-iquote", str((ROOT / name).parent), "-o", str(made), "-c", str(copy)],
                              cwd=self.folder, capture_output=True)
        copy.unlink()
        return made if done.returncode == 0 else None

    def link(self, name, made):
        """The plugin in which this object stands for that of the source; its code's digest, or None."""
        own = f"/{Path(name).parent.name}/{Path(name).name}.o"
        words = [word for word in self.linking if not word.endswith(own)]
        at = words.index("-o")
        words[at + 1] = str(self.library)
        words.insert(at + 2, str(made))
        if subprocess.run(words, cwd=BUILD, capture_output=True).returncode != 0:
            return None
        bare = self.folder / "bare.so"
        subprocess.run(["objcopy", "--strip-all", "--remove-section=.note.gnu.build-id", str(self.library), str(bare)],
                       check=True)
        return hashlib.sha256(bare.read_bytes()).hexdigest()

    def build(self, name, source):
        """(digest of the object, digest of the plugin's code), None where a mutant is no program."""
        made = self.compile(name, source)
        if made is None:
            return None, None
        return hashlib.sha256(made.read_bytes()).hexdigest(), self.link(name, made)

    def kind(self, mutant):
        """Builds the mutant. "no program", "identical" (the same code as without the change) or "built"."""
        if mutant.file not in self.honest:
            self.honest[mutant.file] = self.build(mutant.file, (ROOT / mutant.file).read_bytes())
            if None in self.honest[mutant.file]:
                raise RuntimeError(f"{mutant.file} cannot be compiled and linked as it stands")
        made = self.build(mutant.file, mutant.source)
        if None in made:
            return "no program"
        return "identical" if any(a == b for a, b in zip(made, self.honest[mutant.file])) else "built"
