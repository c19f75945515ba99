"""The folder of blobs that plugins are given by --blobs: what others have written, and damaged ones."""
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VERSIONS = ROOT / "conformance" / "saboteurs" / "versions"
DAMAGED_MODELS = ("multiply_add", "two_variables")
WRITE = ["--case", "import.model", "--write-blobs"]


def take(written, writer, folder):
    """Takes what a plugin has written under names that tell the writer: NAME.WRITER.blob, and so on."""
    for path in Path(written).iterdir():
        shutil.copy(path, Path(folder) / f"{path.stem}.{writer}{path.suffix}")
    if not any(Path(folder).glob(f"*.{writer}.blob")):
        raise RuntimeError(f"{writer} has written no blob")


def damage(own, folder):
    """Adds damaged blobs, made from those that TEMPLATE has written."""
    for model in DAMAGED_MODELS:
        subprocess.run([ROOT / "scripts" / "damage_blobs", Path(own) / f"{model}.blob", folder], check=True)


def gather(suite, writers, template, folder):
    """Fills a folder, which holds nothing else, with blobs of the libraries `writers` and with damaged ones of TEMPLATE."""
    for library in (*writers, template):
        written = Path(folder) / "written"
        subprocess.run([suite, library, *WRITE, written], capture_output=True, check=True)
        if library == template:
            damage(written, folder)
        else:
            take(written, Path(library).stem.removeprefix("libsaboteur_"), folder)
        shutil.rmtree(written)
