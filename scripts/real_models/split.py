"""Every case through HETERO, over devices that run what a seed draws, against one device that runs everything."""
import json
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from . import MODELS, Failure, expected
from .bounds import ratio
from .cases import all_cases

WHOLE = "TEMPLATE"
MOST_LINES = 6  # Of failures of one model.
MODES = {"exact": {"DISABLE_TRANSFORMATIONS": "YES"}, "free": {}}


@dataclass(frozen=True)
class Way:
    """How a model is split: devices in their order, properties, and whether what was compiled is written and read too."""
    devices: str
    properties: dict = field(default_factory=dict)
    by_file: bool = False

    @property
    def by_support(self):
        """Whether the model is split for what devices do not run alone."""
        return "MODEL_DISTRIBUTION_POLICY" not in self.properties


# RANDOM has two devices, which draw differently.
WAYS = [
    Way("RANDOM.0,TEMPLATE", by_file=True),
    Way("TEMPLATE,RANDOM.1", {"MODEL_DISTRIBUTION_POLICY": "PIPELINE_PARALLEL"}),
    Way("RANDOM.0,RANDOM.1,TEMPLATE"),
    Way("RANDOM.1,RANDOM.0,TEMPLATE", {"PERFORMANCE_HINT": "THROUGHPUT"}),
]


class Session:
    """A process of sdk/tests/models/session.c."""

    def __init__(self, build):
        plugins = [build / "tests/models/librandom_support.so", build / "lib/tenon/plugins/libtenon_template.so"]
        command = [build / "tests/models/model_session", *plugins]
        for path in command:
            if not path.exists():
                raise Failure(f"{path} is missing: build the targets tenon_template, random_support and model_session "
                              "with -DTENON_TESTS=ON")
        self.folder = tempfile.TemporaryDirectory()
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                        text=True, errors="replace")

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        self.process.stdin.close()
        try:
            status = self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            status = self.process.wait()
        self.folder.cleanup()
        if status and not kind:
            raise Failure(f"the session ended with status {status}")

    def ask(self, *words):
        """The answer to one line; a failure or a warning is one here."""
        try:
            self.process.stdin.write(json.dumps([str(word) for word in words]) + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass
        for line in self.process.stdout:
            if line.startswith("{"):
                answer = json.loads(line)
                problem = answer.get("error") or "; ".join(answer["warnings"])
                if problem:
                    raise Failure(f"{' '.join(map(str, words))}: {problem}")
                return answer
        raise Failure(f"{' '.join(map(str, words))}: the process died with status {self.process.wait()}")

    def load(self, model, device, properties):
        """The number of subgraphs, or None where one device has it whole."""
        words = [word for key, value in properties.items() for word in ("-p", f"{key}={value}")]
        return self.ask("load", MODELS / model, "-d", device, *words)["subgraphs"]

    def reload(self):
        self.ask("reload", Path(self.folder.name) / "model.blob")

    def infer(self, inputs, names):
        folder, words = Path(self.folder.name), []
        for name, array in inputs.items():
            path = folder / f"input.{expected.file_name(name)}"
            np.save(path, array)
            words += ["-i", f"{name}={path}"]
        self.ask("infer", *words, "-o", folder / "out")
        outputs = {name: np.load(folder / "out" / expected.file_name(name)) for name in names}
        for name in names:
            (folder / "out" / expected.file_name(name)).unlink()
        return outputs


def results(session, cases, index):
    """[{output: array}] of all steps of all cases, of the model that is loaded."""
    found = []
    for case in cases:
        names, given = [output["name"] for output in expected.entry_of(index, case)["outputs"]], {}
        for step in case.steps():
            given |= step
            found.append(session.infer(given, names))
            given |= {name: found[-1][output] for name, output in case.feedback.items()}
    return found


def same_bits(got, want):
    return got.dtype == want.dtype and got.shape == want.shape and got.tobytes() == want.tobytes()


def compare(mode, got, want, bounds):
    """The worst share of the bounds; in mode `exact` 0, or a failure."""
    worst = 0.0
    for number, (mine, yours) in enumerate(zip(got, want, strict=True)):
        for name in yours:
            if mode == "exact" and not same_bits(mine[name], yours[name]):
                raise Failure(f"inference {number + 1}, output {name}: other bits than {WHOLE} gives; "
                              + ratio(mine[name], yours[name], bounds)[1])
            if mode != "exact":
                share, words = ratio(mine[name], yours[name], bounds)
                worst = max(worst, share)
                if share > 1:
                    raise Failure(f"inference {number + 1}, output {name}: {words}")
    return worst


@dataclass
class Outcome:
    """What came of a model with one seed."""
    parts: list = field(default_factory=list)  # Of each compiled model.
    split: bool = False  # Whether devices that do not run everything made more than one part of it.
    compared: int = 0  # Inferences.
    worst: float = 0.0
    failures: list = field(default_factory=list)


def try_way(session, model, seed, way, mode, results_of, want, bounds, outcome):
    properties = {"SUPPORT_SEED": seed, **MODES[mode], **way.properties}
    parts = session.load(model, f"HETERO:{way.devices}", properties)
    outcome.parts.append(parts or 1)
    outcome.split |= way.by_support and outcome.parts[-1] > 1
    for by_file in (False, True) if way.by_file else (False,):
        if by_file:
            session.reload()
        got = results_of(session)
        outcome.worst = max(outcome.worst, compare(mode, got, want[mode], bounds))
        outcome.compared += len(got)


def try_seed(build, model, seed, results_of, want, bounds):
    outcome = Outcome()
    for way in WAYS:
        for mode in MODES:
            try:
                with Session(build) as session:
                    try_way(session, model, seed, way, mode, results_of, want, bounds, outcome)
            except Failure as failure:
                outcome.failures.append(f"seed {seed}, {way.devices}, {mode}: {failure}")
    return outcome


def run_whole(build, model, results_of):
    """{mode: results}."""
    found = {}
    with Session(build) as session:
        for mode, properties in MODES.items():
            session.load(model, WHOLE, properties)
            found[mode] = results_of(session)
    return found


def summary(model, outcomes):
    """(passed, lines to print)."""
    failures = [text for outcome in outcomes for text in outcome.failures]
    split = sum(outcome.split for outcome in outcomes)
    if 2 * split <= len(outcomes):
        failures.append(f"only {split} of {len(outcomes)} seeds split it")
    parts = [count for outcome in outcomes for count in outcome.parts] or [0]
    compared, worst = sum(outcome.compared for outcome in outcomes), max(outcome.worst for outcome in outcomes)
    words = f"at most {worst:.1%} of the bounds" if worst else "the same bits too"
    lines = [f"{'FAIL' if failures else 'ok  '} {model}: {len(outcomes)} seeds, {min(parts)} to {max(parts)} parts, {compared} "
             f"inferences; without DISABLE_TRANSFORMATIONS {words}"]
    lines += ["     " + text for text in failures[:MOST_LINES]]
    if len(failures) > MOST_LINES:
        lines.append(f"     and {len(failures) - MOST_LINES} more")
    return not failures, lines


def check_split(build, seeds, jobs, chosen):
    """Exit status: 0 when everything agrees."""
    build, index, by_model = Path(build), expected.read_index(), {}
    for case in all_cases():
        if chosen in case.name:
            by_model.setdefault(case.model, []).append(case)
    if not by_model:
        raise Failure(f"no case is named {chosen}")
    passed = 0
    with ThreadPoolExecutor(jobs) as pool:
        runs = {model: (lambda session, cases=cases: results(session, cases, index)) for model, cases in by_model.items()}
        whole = {model: pool.submit(run_whole, build, model, run) for model, run in runs.items()}
        waiting = {model: [pool.submit(try_seed, build, model, seed, run, whole[model].result(), expected.bounds_of(index, model))
                           for seed in seeds] for model, run in runs.items()}
        for model, futures in waiting.items():
            good, lines = summary(model, [future.result() for future in futures])
            passed += good
            print("\n".join(lines), flush=True)
    print(f"{passed} passed, {len(by_model) - passed} failed, 0 skipped")
    return 0 if passed == len(by_model) else 1
