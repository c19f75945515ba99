"""Runs every case by `tenon run` and compares with the expected outputs."""
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from . import MODELS, Failure, expected
from .bounds import ratio
from .cases import all_cases

LIMIT_S = 300  # Of one inference with its process.


def infer(tenon, device, model, inputs, names, folder):
    """One process: inputs and outputs by files in `folder`. {output: array}."""
    command = [tenon, "run", MODELS / model, "-d", device, "-o", folder]
    for name, array in inputs.items():
        path = folder / f"input.{expected.file_name(name)}"
        np.save(path, array)
        command += ["-i", f"{name}={path}"]
    for name in names:
        (folder / expected.file_name(name)).unlink(missing_ok=True)
    try:
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=LIMIT_S)
    except subprocess.TimeoutExpired:
        raise Failure(f"no end within {LIMIT_S} s: {' '.join(map(str, command))}") from None
    if done.returncode:
        raise Failure(f"exit status {done.returncode}: {' '.join(map(str, command))}\n{done.stderr.strip()[-2000:]}")
    outputs = {}
    for name in names:
        path = folder / expected.file_name(name)
        if not path.exists():
            raise Failure(f"output {name}: {path.name} was not written")
        outputs[name] = np.load(path)
    return outputs


def run_case(case, index, tenon, device):
    """(worst share of the bounds, words about it)."""
    entry = expected.entry_of(index, case)
    want, bounds = expected.load(entry), expected.bounds_of(index, case.model)
    worst, given = (-1.0, ""), {}
    with tempfile.TemporaryDirectory() as folder:
        for number, step in enumerate(case.steps()):
            given |= step
            outputs = infer(tenon, device, case.model, given, list(want), Path(folder))
            given |= {name: outputs[output] for name, output in case.feedback.items()}
            for name, array in outputs.items():
                share, words = ratio(array, want[name][number], bounds)
                worst = max(worst, (share, f"step {number + 1}, output {name}: {words}"))
    return worst


def verdict(case, index, tenon, device):
    """(passed, line to print)."""
    start = time.monotonic()
    try:
        share, words = run_case(case, index, tenon, device)
    except Failure as failure:
        return False, f"FAIL {case.name}: {failure}"
    spent = time.monotonic() - start
    if share > 1:
        return False, f"FAIL {case.name}: {words}"
    return True, f"ok   {case.name}: {share:.1%} of the bounds, {spent:.1f} s"


def check(tenon, device, jobs, chosen):
    """Exit status: 0 when every case agrees."""
    index, cases = expected.read_index(), [case for case in all_cases() if chosen in case.name]
    if not cases:
        raise Failure(f"no case is named {chosen}")
    passed = 0
    with ThreadPoolExecutor(jobs) as pool:
        for good, line in pool.map(lambda case: verdict(case, index, tenon, device), cases):
            passed += good
            print(line, flush=True)
    print(f"{passed} passed, {len(cases) - passed} failed, 0 skipped")
    return 0 if passed == len(cases) else 1
