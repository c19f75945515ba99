#!/usr/bin/env python3
"""Writes small ONNX files, valid and malformed, with what a reader must say about each.

usage: fuzz_corpus.py [OUT_DIR]    (default: sdk/tests/onnx/corpus)
       fuzz_corpus.py --check      compare the default folder with what would be written; exit status 1 when they differ

OUT_DIR/index.json is a list of {"file", "expect": "ok" or "error", "words", "stage"}; words (of errors only) is what the
message must hold, letters of either case. Stage "read" speaks of the reader alone, "infer" of shape inference after it.
The same package `onnx` writes the same bytes. Files that an earlier run left in OUT_DIR go away.
"""
import filecmp
import json
import shutil
import sys
import tempfile
from pathlib import Path

from onnx_corpus import malformed, valid

DEFAULT = Path(__file__).resolve().parent.parent / "sdk/tests/onnx/corpus"


def write(out):
    """The number of entries."""
    shutil.rmtree(out, ignore_errors=True)
    index = []
    for entry in (*valid.entries(), *malformed.entries()):
        path = out / entry.file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(entry.content)
        for name, content in entry.beside.items():
            (path.parent / name).parent.mkdir(parents=True, exist_ok=True)
            (path.parent / name).write_bytes(content)
        for name, target in entry.links.items():
            (path.parent / name).symlink_to(target)
        index.append(entry.facts())
    assert len({facts["file"] for facts in index}) == len(index), "a name occurs twice"
    (out / "index.json").write_text("[\n" + ",\n".join(json.dumps(facts) for facts in index) + "\n]\n")
    return index


def files(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_symlink() or path.is_file())


def check():
    with tempfile.TemporaryDirectory() as made:
        write(Path(made) / "corpus")
        made = Path(made) / "corpus"
        names = sorted({*files(made), *files(DEFAULT)})
        wrong = filecmp.cmpfiles(made, DEFAULT, [n for n in names if not (made / n).is_symlink()], shallow=False)
        different = [*wrong[1], *wrong[2], *({*files(made)} ^ {*files(DEFAULT)})]
    for name in sorted(set(different)):
        print(f"{name}: not as fuzz_corpus.py writes it")
    return 1 if different else 0


def main():
    if sys.argv[1:] == ["--check"]:
        return check()
    out = Path(sys.argv[1]) if len(sys.argv) == 2 else DEFAULT
    if len(sys.argv) > 2 or str(out).startswith("-"):
        sys.exit(__doc__)
    index = write(out)
    errors = sum(facts["expect"] == "error" for facts in index)
    size = sum(path.lstat().st_size for path in out.rglob("*"))
    print(f"{len(index) - errors} valid, {errors} malformed, {size / 1e3:.0f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
