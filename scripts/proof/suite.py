"""Runs the suite on a plugin, and says what it found."""
import hashlib
import json
import resource
import shlex
import subprocess
from pathlib import Path

from proof.sites import ROOT
from proof.workshop import PROVIDERS, SUITE

# What the suite's verdict is made of.
BELOW = ("sdk/include", "sdk/src/base", "sdk/src/graph", "sdk/src/ops", "sdk/src/passes", "sdk/src/frontends")
FOLDERS = ("conformance/clauses", "conformance/engine", "conformance/numbers", "conformance/providers", "conformance/sequences",
           "conformance/suites", *BELOW)
TEMPLATE_OPTIONS = ROOT / "reference-plugins" / "template" / "conformance.options"
FAILED = {"FAIL", "CRASH", "TIMEOUT", "EARLY_EXIT", "ORDER_DEPENDENT", "FLAKY", "VACUOUS", "INCONCLUSIVE", "NOT_RUN", "INFRA"}
MOST_MEMORY = 16 << 30  # of address space; a mutant may allocate without end


class SuiteError(RuntimeError):
    """The suite itself did not work."""


def digest_of_folders(folders):
    digest = hashlib.sha256()
    paths = [path for folder in folders for path in (ROOT / folder).rglob("*")
             if path.suffix in (".c", ".h", ".def", ".json", ".proto") and not path.name.endswith((".test.c", ".fuzz.c"))]
    for path in sorted(paths):
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def digest_of_suite():
    return digest_of_folders(FOLDERS)


def digest_of_plugin():
    """Of what TEMPLATE is made of besides the mutated sources."""
    return digest_of_folders((*BELOW, "sdk/src/kit_onnx"))


def limit_memory():
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def api_groups(suite=SUITE):
    """Options that select every group but those of operators, which test kernels."""
    listed = subprocess.run([str(suite), "--list"], capture_output=True, text=True, check=True).stdout
    groups = sorted({line.split(".")[0] for line in listed.splitlines()} - {"operator", "onnx"})
    return [word for group in groups for word in ("--group", group)]


def template_options():
    """What TEMPLATE is always judged with: the options that stand beside its sources."""
    lines = [line for line in TEMPLATE_OPTIONS.read_text().splitlines() if not line.startswith("#")]
    return shlex.split(" ".join(lines).replace("@PROVIDERS@", str(PROVIDERS)))


def run(plugin, options=(), patience=900, suite=SUITE, lines=None):
    """(exit status, [line of every case]) of a run, which writes its lines to `lines` (default: beside the plugin). Raises
    SuiteError where the suite breaks down or never ends."""
    lines = Path(lines or Path(plugin).parent / "run.jsonl")
    lines.unlink(missing_ok=True)
    command = [str(suite), str(plugin), "--jsonl", str(lines), *options]
    try:
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=patience,
                              preexec_fn=limit_memory)
    except subprocess.TimeoutExpired as error:
        raise SuiteError(f"the suite did not end within {patience} s: {' '.join(command)}") from error
    if done.returncode not in (0, 1, 3, 5):
        raise SuiteError(f"exit status {done.returncode} of {' '.join(command)}: {done.stderr[-2000:]}")
    found = [json.loads(line) for line in lines.read_text().splitlines()] if lines.exists() else []
    return done.returncode, [line for line in found if line["type"] == "case"]


def first_failure(status, cases):
    """(case without seed, state, clause) of what failed first, or None."""
    for line in cases:
        if line["state"] in FAILED:
            failure = line["failure"] or {}
            return line["id"].split("#")[0], line["state"], failure.get("clause") or line["clause"]
    return ("probe", f"STATUS_{status}", "") if status else None
