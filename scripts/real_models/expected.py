"""The checked-in expected outputs: index.json and one .npy a case and output, its first axis the steps."""
import hashlib
import json

import numpy as np

from . import EXPECTED, Failure
from .bounds import F16, F32

INDEX = EXPECTED / "index.json"


def file_name(output):
    """Of an output as `tenon run -o` writes it: '/' cannot stand in a file's name."""
    return output.replace("/", "_") + ".npy"


def input_digests(case):
    """{input: SHA-256} over type, shape and little-endian bytes of every step that gives it."""
    digests = {}
    for step in case.steps():
        for name, array in step.items():
            text = f"{array.dtype.name} {list(array.shape)}\n".encode()
            digests.setdefault(name, hashlib.sha256()).update(text + array.astype(array.dtype.newbyteorder("<")).tobytes())
    return {name: digest.hexdigest() for name, digest in digests.items()}


def describe(case, outputs):
    """The index's entry of a case."""
    return {
        "name": case.name, "model": case.model, "steps": 1 + len(case.later), "feedback": case.feedback,
        "inputs": [{"name": name, "type": case.first[name].dtype.name, "shape": list(case.first[name].shape), "sha256": digest}
                   for name, digest in input_digests(case).items()],
        "outputs": [{"name": name, "file": f"{case.name}/{file_name(name)}", "type": array.dtype.name,
                     "shape": list(array.shape[1:])} for name, array in outputs.items()],
    }


def read_index():
    if not INDEX.exists():
        raise Failure(f"{INDEX} is missing: scripts/models --regenerate --write makes it")
    return json.loads(INDEX.read_text())


def write(version, models, results):
    """results: [(case, {output: array with steps first})]; models: {name: {"sha256", "f16"}}."""
    for old in EXPECTED.glob("*/*.npy"):
        old.unlink()
    entries = []
    for case, outputs in results:
        entries.append(describe(case, outputs))
        for output in entries[-1]["outputs"]:
            path = EXPECTED / output["file"]
            path.parent.mkdir(parents=True, exist_ok=True)
            np.save(path, outputs[output["name"]])
    for folder in EXPECTED.iterdir():
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
    rows = ",\n".join("  " + json.dumps(entry) for entry in entries)
    pins = ",\n".join(f"  {json.dumps(name)}: {json.dumps(facts)}" for name, facts in models.items())
    INDEX.write_text(f'{{"onnxruntime": "{version}",\n "models": {{\n{pins}}},\n "cases": [\n{rows}]}}\n')


def entry_of(index, case):
    """The index's entry; its inputs must be what the case makes today."""
    entry = next((e for e in index["cases"] if e["name"] == case.name), None)
    if entry is None:
        raise Failure(f"case {case.name}: not in {INDEX}")
    have, want = input_digests(case), {i["name"]: i["sha256"] for i in entry["inputs"]}
    if have != want:
        wrong = [name for name in have.keys() | want.keys() if have.get(name) != want.get(name)]
        raise Failure(f"case {case.name}: inputs differ from those of the expected outputs: {', '.join(sorted(wrong))}")
    return entry


def load(entry):
    """{output: array with steps first}."""
    return {output["name"]: np.load(EXPECTED / output["file"]) for output in entry["outputs"]}


def bounds_of(index, model):
    return F16 if index["models"][model]["f16"] else F32
