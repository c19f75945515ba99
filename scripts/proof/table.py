"""Tables of finished rows, which are checked in: one line of JSON a row."""
import json
import os
from pathlib import Path

from proof.sites import ROOT

FOLDER = ROOT / "conformance" / "proof"


def path_of(name):
    return FOLDER / f"{name}.jsonl"


def read(name):
    """{id: row}"""
    path = path_of(name)
    if not path.exists():
        return {}
    rows = [json.loads(line) for line in path.read_text().splitlines() if line.strip()]
    return {row["id"]: row for row in rows}


def write(name, rows):
    """Replaces the table at once, so that a run that is ended in the middle loses nothing."""
    path = path_of(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(f"{path}.new")
    with beside.open("w") as file:
        for row in rows:
            file.write(json.dumps(row, separators=(",", ":"), ensure_ascii=False) + "\n")
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
