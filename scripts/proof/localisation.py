"""Whether the first thing that a whole run says of a saboteur is what was planted."""
import re

from proof import sites, suite, table
from proof.workshop import ROOT

FOLDER = ROOT / "conformance" / "saboteurs"
LIBRARIES = ROOT / "build" / "dev" / "tests" / "saboteurs"
TEST_SUITE = ROOT / "build" / "dev" / "bin" / "tenon-conformance"
TEMPLATE = ROOT / "build" / "dev" / "lib" / "tenon" / "plugins" / "libtenon_template.so"
TABLE = "localisation"
TIMEOUT = 5


def sources():
    """{name: source} of all saboteurs."""
    found = [*FOLDER.glob("defects/*.c"), *FOLDER.glob("edits/*.edit")]
    return {path.stem: path for path in sorted(found)}


def options_for(name):
    return ["--with", str(TEMPLATE), "-p", "FORWARD_TO=TEMPLATE"] if name.startswith("forward_") else []


def look(library, options):
    status, cases = suite.run(library, ["--timeout", str(TIMEOUT), *options], suite=TEST_SUITE)
    return suite.first_failure(status, cases)


def judge(name, text, groups):
    """The row of one saboteur: what was planted, and what came first."""
    library = LIBRARIES / f"libsaboteur_{name}.so"
    case = re.match(r"(?:/\* )?caught-by: ([\w./:=+,-]+)", text)[1]
    planted = look(library, ["--case", case, *options_for(name)])
    first = look(library, ["--next", "--no-shrink", *groups, *options_for(name)])
    row = {"id": name, "planted": planted[2] if planted else "", "first": first[0] if first else "",
           "clause": first[2] if first else ""}
    return row | {"named": bool(planted) and row["planted"] == row["clause"]}


def run(report=print):
    old, rows, groups = table.read(TABLE), [], suite.api_groups(TEST_SUITE)
    by_suite = suite.digest_of_suite()[:12]
    for name, path in sources().items():
        text = path.read_text()
        fresh = {"saboteur": sites.short(text), "suite": by_suite}
        row = old.get(name)
        if not row or any(row.get(key) != value for key, value in fresh.items()):
            if not (LIBRARIES / f"libsaboteur_{name}.so").exists():
                report(f"{name}: is not built")
                continue
            try:
                row = judge(name, text, groups) | fresh
            except suite.SuiteError as error:
                report(f"{name}: {error}")
                continue
            report(f"{name}: planted {row['planted']}, first {row['clause']} by {row['first']}")
        rows.append(row)
        done = {row["id"] for row in rows}
        table.write(TABLE, rows + [row for key, row in old.items() if key not in done])
    table.write(TABLE, rows)
    return rows
