"""Whether the first thing that a whole run says of a saboteur is what was planted."""
import re
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from proof import kept_blobs, sites, suite, table
from proof.workshop import ROOT

FOLDER = ROOT / "conformance" / "saboteurs"
DEV = ROOT / "build" / "dev"
LIBRARIES = DEV / "tests" / "saboteurs"
TEST_SUITE = DEV / "bin" / "tenon-conformance"
TEMPLATE = DEV / "lib" / "tenon" / "plugins" / "libtenon_template.so"
PROVIDER = DEV / "lib" / "tenon" / "handle-providers" / "libtenon_handles_template.so"
WRITERS = [LIBRARIES / f"libsaboteur_{edit.stem}.so" for edit in sorted(kept_blobs.VERSIONS.glob("*.edit"))]
TABLE = "localisation"
TIMEOUT = 5
JOBS = 2


def sources():
    """{name: source} of all saboteurs."""
    found = [*FOLDER.glob("defects/*.c"), *FOLDER.glob("edits/*.edit")]
    return {path.stem: path for path in sorted(found)}


def planted_case(text):
    """(case that is meant to catch a saboteur, clause that is named beside it): the case is None where its library cannot be
    opened, the clause where it is the one that the case fails on."""
    case, clause = re.match(r"(?:/\* )?caught-by: ([\w./:=,+-]+)(?: as \w+)?(?: of (TN_\w+))?", text).groups()
    return (None if case == "probe" else case), clause


class Judge:
    """Runs the suite on saboteurs, with all that its cases can be given."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.groups = suite.api_groups(TEST_SUITE)
        blobs = self.folder / "blobs"
        blobs.mkdir()
        kept_blobs.gather(TEST_SUITE, WRITERS, TEMPLATE, blobs)
        self.given = ["--timeout", str(TIMEOUT), "--handle-provider", str(PROVIDER), "--blobs", str(blobs)]

    def look(self, name, options):
        """(case, state, clause) of the first failure, or None."""
        below = ["--with", str(TEMPLATE), "-p", "FORWARD_TO=TEMPLATE"] if name.startswith("forward_") else []
        status, cases = suite.run(LIBRARIES / f"libsaboteur_{name}.so", [*self.given, *below, *options], suite=TEST_SUITE,
                                  lines=self.folder / f"{name}.jsonl")
        return suite.first_failure(status, cases)

    def judge(self, name, text):
        """The row of one saboteur: what was planted, and what came first. The thousands of cases of operators run on those
        alone whose defect is in a kernel."""
        case, clause = planted_case(text)
        operators = ["--group", "operator"] if case and case.startswith("operator.") else []
        first = self.look(name, ["--next", "--no-shrink", *self.groups, *operators])
        planted = self.look(name, ["--case", case]) if case else ("probe", "", "")
        row = {"id": name, "planted": (clause or planted[2]) if planted else "", "first": first[0] if first else "",
               "state": first[1] if first else "", "clause": first[2] if first else ""}
        agrees = row["planted"] == row["clause"] if case else row["first"] == "probe"
        return row | {"named": bool(planted and first) and agrees}

    def row(self, name, text, fresh):
        try:
            return self.judge(name, text) | fresh
        except suite.SuiteError as error:
            return {"id": name, "planted": "", "first": "", "state": "", "clause": "", "named": False, "why": str(error)[:500]} | fresh


def tell(row):
    return f"{row['id']}: planted {row['planted']}, first {row['clause']} by {row['first']} {row['state']} {row.get('why', '')}".rstrip()


def run(names=(), report=print):
    """The rows of all saboteurs. Those of these names, or all that are not fresh, are judged."""
    texts = {name: path.read_text() for name, path in sources().items()}
    by_suite, rows = suite.digest_of_suite()[:12], table.read(TABLE)
    fresh = {name: {"saboteur": sites.short(text), "suite": by_suite} for name, text in texts.items()}
    rows = {name: rows[name] for name in texts if name in rows}
    stale = [name for name in texts if (name in names if names else not fresh[name].items() <= rows.get(name, {}).items())]
    for name in stale:
        if not (LIBRARIES / f"libsaboteur_{name}.so").exists():
            raise suite.SuiteError(f"the saboteur {name} is not built: cmake --build --preset dev")

    def keep(row):
        rows[row["id"]] = row
        table.write(TABLE, [rows[name] for name in texts if name in rows])

    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(JOBS) as pool:
        judge = Judge(folder)
        for row in pool.map(lambda name: judge.row(name, texts[name], fresh[name]), stale):
            keep(row)
            report(tell(row))
        for name in stale:  # some defects show in time alone, which other work on the machine disturbs: once more, alone
            if not rows[name]["named"]:
                keep(judge.row(name, texts[name], fresh[name]))
                report(f"again, alone: {tell(rows[name])}")
    return [rows[name] for name in texts if name in rows]
