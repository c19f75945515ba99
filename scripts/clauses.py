#!/usr/bin/env python3
"""What stands for each clause of the contract: checks, saboteurs, tests, lines of the headers.

usage: clauses.py check    --suite TENON_CONFORMANCE    fails where a clause has no check, saboteur, test or header
       clauses.py coverage --suite TENON_CONFORMANCE    prints a table: clause, checks, saboteurs, tests (Markdown)
       clauses.py clauses  --suite TENON_CONFORMANCE    prints the reference of all clauses (Markdown)
       clauses.py self-test

conformance/clauses/clauses.def is the one file of clauses. A clause that binds plugins needs a check and a saboteur, one
that binds the host a test of the runtime that says `checks TN_AREA_NNN` in a comment. Both need a header: a comment there that cites
the clause behind the sentence that promises it, whose first line the suite has to tell. Advice needs nothing. A saboteur
stands for the clause of the case that its first line names, or for the one named behind it (`of TN_AREA_NNN`). What
conformance/clauses/open.list holds is let through; a line there that nothing needs any more is a failure. The numbers of an
area have no gap but for those of conformance/clauses/unused.list, which no clause takes again.
"""
import argparse
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CLAUSE = re.compile(r'^TN_CLAUSE\((\w+), (\d+), (\w+), (\d), (\w+),\s*"((?:[^"\\]|\\.)*)",\s*"((?:[^"\\]|\\.)*)"\)', re.MULTILINE)
SABOTEUR = re.compile(r"(?:/\* )?caught-by: ([\w.]+)(/[^\s*]+)?(?: as (\w+))?(?: of (TN_[A-Z_]+_\d{3}))?")
NAME = re.compile(r"TN_[A-Z_]+_\d{3}")


class Clause:
    def __init__(self, area, number, binds, level, capability, text, reason):
        self.area, self.name = area, f"TN_{area}_{int(number):03d}"
        self.binds, self.level, self.capability, self.text, self.reason = binds, level, capability, text, reason
        self.checks, self.saboteurs, self.tests, self.headers = [], [], [], []

    def missing(self):
        """What this clause still needs."""
        needed = {"PLUGIN": (("check", self.checks), ("saboteur", self.saboteurs), ("header", self.headers)),
                  "HOST": (("test", self.tests), ("header", self.headers))}
        return [what for what, found in needed.get(self.binds, ()) if not found]


def read_clauses(text):
    return {clause.name: clause for clause in (Clause(*row) for row in CLAUSE.findall(text))}


def add_checks(clauses, listing, problems):
    """Takes the lines of `tenon-conformance --list`; returns {case without parameter and seed: clause}."""
    cases = {}
    for line in listing.splitlines():
        case, name = line.split()[:2]
        case = re.split(r"[/#]", case)[0]
        cases[case] = name
        if name not in clauses:
            problems.append(f"the check {case} cites {name}, which is no clause")
        elif clauses[name].binds != "PLUGIN":
            problems.append(f"the check {case} cites {name}, which does not bind plugins")
        elif case not in clauses[name].checks:
            clauses[name].checks.append(case)
    return cases


def add_engine_checks(clauses, sources):
    """What the engine looks at in every case."""
    for text in sources:
        for area, number in re.findall(r"TNI_CLAUSE\(([A-Z_]+), (\d+)\)", text):
            clause = clauses.get(f"TN_{area}_{int(number):03d}")
            if clause and "every case" not in clause.checks:
                clause.checks.append("every case")


def add_saboteurs(clauses, cases, saboteurs, problems):
    """Takes {name: first line}."""
    for name, line in sorted(saboteurs.items()):
        match = SABOTEUR.match(line)
        clause = (match[4] or cases.get(match[1])) if match else None
        if not match:
            problems.append(f"the saboteur {name} does not say which case is meant to catch it")
        elif match[1] not in cases and match[1] != "probe":
            problems.append(f"the saboteur {name} names {match[1]}, which is no case")
        elif clause not in clauses:
            problems.append(f"the saboteur {name} names {clause}, which is no clause")
        else:
            clauses[clause].saboteurs.append(name)


def add_tests(clauses, tests, problems):
    """Takes {path: text}; a citation is the word "checks" and one or several names."""
    for path, text in sorted(tests.items()):
        for citation in re.findall(r"checks ((?:TN_[A-Z_]+_\d{3}(?:,? (?:and )?)?)+)", text):
            for name in NAME.findall(citation):
                if name not in clauses:
                    problems.append(f"{path} cites {name}, which is no clause")
                elif path not in clauses[name].tests:
                    clauses[name].tests.append(path)


def add_headers(clauses, headers, problems):
    for path, text in sorted(headers.items()):
        for number, line in enumerate(text.splitlines(), 1):
            for name in NAME.findall(line):
                if name in clauses:
                    clauses[name].headers.append(f"{path}:{number}")
                else:
                    problems.append(f"{path}:{number} cites {name}, which is no clause")


def check_explained(clauses, explain, problems):
    """`explain` gives what the suite prints of a clause: it tells the line of the headers that is found here."""
    for name, clause in clauses.items():
        told = re.findall(r"^Header: (\S+)$", explain(name), re.MULTILINE)
        if told != clause.headers[:1]:
            problems.append(f"the suite tells {joined(told)} of {name}, which is cited first at {joined(clause.headers[:1])}")


def read_tree(suite):
    """(clauses, problems) of the source tree and the built suite."""
    problems = []
    clauses = read_clauses((ROOT / "conformance/clauses/clauses.def").read_text())
    add_gaps(clauses, read_unused((ROOT / "conformance/clauses/unused.list").read_text()), problems)
    listing = subprocess.run([suite, "--list"], capture_output=True, text=True, check=True).stdout
    cases = add_checks(clauses, listing, problems)
    add_engine_checks(clauses, [path.read_text() for path in sorted((ROOT / "conformance/engine").glob("*.c"))
                                if not path.name.endswith(".test.c") and path.name != "registry.c"])
    folder = ROOT / "conformance/saboteurs"
    files = [*folder.glob("defects/*.c"), *folder.glob("edits/*.edit")]
    add_saboteurs(clauses, cases, {path.stem: path.read_text().split("\n", 1)[0] for path in files}, problems)
    tests = [path for folder in ("sdk", "conformance", "scripts") for path in (ROOT / folder).rglob("*")
             if path.name.endswith(".test.c") or path.name.startswith("check_")
             or (path.suffix == ".c" and ROOT / "sdk/tests" in path.parents)]
    add_tests(clauses, {str(path.relative_to(ROOT)): path.read_text() for path in tests}, problems)
    include = ROOT / "sdk/include"
    add_headers(clauses, {str(path.relative_to(include)): path.read_text() for path in include.rglob("*.h")}, problems)
    return clauses, problems


def read_open(text):
    """{(clause, what is missing)}"""
    rows = [line.split() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return {(row[0], row[1]) for row in rows}


def read_unused(text):
    return {line.split()[0] for line in text.splitlines() if line.strip() and not line.startswith("#")}


def add_gaps(clauses, unused, problems):
    """Each number below the highest of its area is that of one clause, or an unused one."""
    problems += [f"unused.list: {name} is a clause" for name in sorted(unused & clauses.keys())]
    highest = defaultdict(int)
    for name in clauses.keys() | unused:
        highest[name[:-4]] = max(highest[name[:-4]], int(name[-3:]))
    names = {f"{area}_{number:03d}" for area, last in highest.items() for number in range(1, last + 1)}
    problems += [f"{name} is no clause, and unused.list does not say why" for name in sorted(names - clauses.keys() - unused)]


def judge(clauses, allowed, problems):
    """What fails: problems, gaps that open.list does not let through, lines of it that nothing needs."""
    missing = {(clause.name, what) for clause in clauses.values() for what in clause.missing()}
    return [*problems, *(f"{name} has no {what}: {clauses[name].text}" for name, what in sorted(missing - allowed)),
            *(f"open.list: nothing needs the line '{name} {what}'" for name, what in sorted(allowed - missing))]


def joined(items):
    return ", ".join(f"`{item}`" for item in items) or "-"


def coverage(clauses):
    rows = ["# What stands for each clause", "", "| clause | binds | checks | saboteurs | tests |", "| --- | --- | --- | --- | --- |"]
    rows += [f"| {clause.name} | {clause.binds.lower()} | {joined(clause.checks)} | {joined(clause.saboteurs)} | {joined(clause.tests)} |"
             for clause in clauses.values()]
    return "\n".join(rows)


def page(clauses):
    areas = defaultdict(list)
    for clause in clauses.values():
        areas[clause.area].append(clause)
    lines = ["# The contract, clause by clause", "",
             "Each clause says what plugin or host promise, from which level on, and for which capability. Numbers are never",
             "reused. `tenon-conformance --explain CLAUSE` prints one of them.", ""]
    for area, members in areas.items():
        lines += [f"## {area}", ""]
        for clause in members:
            lines += [f"### {clause.name}", "", f"{clause.text}", "",
                      f"*Why:* {clause.reason} *Binds* the {clause.binds.lower()}, *level* L{clause.level}, "
                      f"*capability* {clause.capability}.", ""]
            lines += [f"*Header:* {joined(clause.headers[:1])}. *Checks:* {joined(clause.checks)}. "
                      f"*Tests:* {joined(clause.tests)}.", ""]
    return "\n".join(lines)


def self_test():
    text = ('TN_CLAUSE(A, 1, PLUGIN, 1, CORE,\n          "One.",\n          "Why.")\n'
            'TN_CLAUSE(A, 2, HOST, 2, CORE,\n          "Two.",\n          "Why.")\n'
            'TN_CLAUSE(A, 3, ADVICE, 2, CORE,\n          "Three.",\n          "Why.")\n')

    def made(listing="", saboteurs=None, tests=None, headers=None):
        clauses, problems = read_clauses(text), []
        cases = add_checks(clauses, listing, problems)
        add_saboteurs(clauses, cases, saboteurs or {}, problems)
        add_tests(clauses, tests or {}, problems)
        add_headers(clauses, headers or {}, problems)
        return clauses, problems

    whole = ("a.b/x#1 TN_A_001 L1\na.b/y#1 TN_A_001 L1\n", {"s": "/* caught-by: a.b/x as CRASH */"},
             {"t.c": "/* checks TN_A_002 */"}, {"b.h": "/* TN_A_001 */", "a.h": "\n/** One (TN_A_001), two (TN_A_002). */"})
    assert judge(made(*whole)[0], read_open("# nothing is open\n"), made(*whole)[1]) == []
    assert made(*whole)[0]["TN_A_001"].checks == ["a.b"]
    assert made(*whole)[0]["TN_A_001"].headers == ["a.h:2", "b.h:1"]
    assert judge(made(*whole[:3])[0], set(), []) == ["TN_A_001 has no header: One.", "TN_A_002 has no header: Two."]
    assert made("", headers={"a.h": "TN_A_009"})[1] == ["a.h:1 cites TN_A_009, which is no clause"]
    assert len(judge(made()[0], set(), [])) == 5
    allowed = read_open("TN_A_001 check\nTN_A_001 saboteur\nTN_A_002 test\nTN_A_001 header\nTN_A_002 header\n")
    assert judge(made()[0], allowed, []) == []
    assert len(judge(made(*whole)[0], allowed, [])) == 5
    for told, found in ((("a.h:2", "a.h:2"), 0), (("a.h:1", "a.h:2"), 1), (("a.h:2", ""), 1)):
        problems, places = [], dict(zip(("TN_A_001", "TN_A_002"), told))
        check_explained(made(*whole)[0], lambda name: f"One.\nHeader: {places[name]}\n" if places.get(name) else "", problems)
        assert len(problems) == found
    assert judge(made(*whole)[0], {("TN_A_009", "check")}, []) == ["open.list: nothing needs the line 'TN_A_009 check'"]
    assert made("a.b#1 TN_A_009 L1\n")[1] == ["the check a.b cites TN_A_009, which is no clause"]
    assert len(made("", {"s": "caught-by: a.c", "u": "nothing"}, {"t.c": "checks TN_A_002, TN_A_004"})[1]) == 3
    assert made(*whole[:1], {"s": "caught-by: a.b of TN_A_003"})[0]["TN_A_003"].saboteurs == ["s"]
    for unused, found in (("", 0), ("TN_A_004 later", 0), ("TN_A_005 later", 1), ("TN_A_003 later", 1)):
        problems = []
        add_gaps(read_clauses(text), read_unused(unused), problems)
        assert len(problems) == found
    print("clauses without checks, saboteurs, tests or headers are found, lines that nothing needs, and gaps")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["check", "coverage", "clauses", "self-test"])
    parser.add_argument("--suite")
    parser.add_argument("--output", help="a file to write instead of standard output")
    args = parser.parse_args()
    if args.what == "self-test":
        return self_test()
    if not args.suite:
        parser.error("--suite is missing")
    clauses, problems = read_tree(args.suite)
    if args.what != "check":
        text = (coverage if args.what == "coverage" else page)(clauses)
        if not args.output:
            return print(text)
        Path(args.output).parent.mkdir(parents=True, exist_ok=True)
        return Path(args.output).write_text(text + "\n") and None
    check_explained(clauses, lambda name: subprocess.run([args.suite, "--explain", name], capture_output=True, text=True,
                                                         check=True).stdout, problems)
    allowed = read_open((ROOT / "conformance/clauses/open.list").read_text())
    failures = judge(clauses, allowed, problems)
    for line in failures:
        print(f"FAIL {line}")
    print(f"{len(clauses)} clauses, {len(failures)} problems, {len(allowed)} open")
    return 1 if failures else 0


sys.exit(main())
