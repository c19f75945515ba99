"""The page of the docs that says how good the suite is, made of the tables; and what a release asks of them."""
from collections import Counter

from proof import localisation, mutants, repeats, sharpness, sites, suite, table, variants
from proof.workshop import ROOT

PAGE = ROOT / "docs" / "conformance-quality.md"
MOST_SURVIVORS_SHOWN = 200
AIM_SCORE, AIM_NAMED, AIM_VARIANTS = 85, 90, 60

HEAD = """# How good the conformance suite is

Made by `scripts/prove --figures` of the tables in `conformance/proof`; `scripts/prove` makes those.

A suite that passes everything is worth nothing, and so is one that fails the innocent. So the suite itself is tested: on
plugins that are broken on purpose, by hand and by machine; on plugins that try to deceive it; and on plugins that differ from
the reference plugin in what the contract leaves to them.
"""

MUTANTS = """
## Machine-made mutants
A mutant is TEMPLATE with one change in `reference-plugins/template`, in `sdk/src/kit` or in what the kit writes blobs with,
`sdk/src/graph/onnx_writer.c`. Changes are found in the syntax tree of the sources by seven operators. All sites of all of them
are put into an order by the SHA-256 of the sources, and the first ones are
judged. Not counted are changes that are no program (arguments of types that do not fit) and those that give the same code
(object or linked plugin, `-O2`). Every other survivor counts, also where no caller could ever see a difference. A mutant is
killed when a case of the API groups fails on it, with the options that TEMPLATE itself is judged with (they name its provider
of foreign handles); the cases of operators test kernels and are left out. A mutant of the kit that TEMPLATE hides, since it can do
everything, is looked for in MINIMAL, in TEMPLATE for static shapes alone and in HETERO over two devices as well, which are made
with the same kit.

| operator | what it does | killed | of |
| --- | --- | --- | --- |
"""
OPERATORS = {
    "dropped_check": "a condition that returns early never holds; a status is not looked at; half of a condition is gone",
    "swapped_comparison": "`<` becomes `>`, `==` becomes `!=`, and so on",
    "off_by_one": "`<` becomes `<=`, a number is one larger (the numbers of clauses that errors cite are names, and stay)",
    "missing_release": "a call that releases, frees, destroys, closes or unlocks is gone",
    "wrong_status": "another status is returned, or success instead of a failure",
    "skipped_copy": "a copy or an assignment of a value is gone",
    "swapped_arguments": "two arguments that stand side by side change places",
}


def percent(part, whole):
    return f"{100 * part / whole:.1f} %" if whole else "-"


def named_first(rows):
    """(saboteurs whose first failure names the planted clause, those that have no row of their present text, all of them)"""
    texts = {name: sites.short(path.read_text()) for name, path in localisation.sources().items()}
    judged = {row["id"]: row["named"] for row in rows if texts.get(row["id"]) == row["saboteur"]}
    return sum(judged.values()), sorted(set(texts) - set(judged)), len(texts)


def of_sharpness(rows):
    return "; ".join(f"{row['noticed']} of {row['tried']}, over {row['pairs']} pairs of operator and element type"
                     for row in rows) or "not judged yet"


def overview(rows):
    killed, count = mutants.score(rows["mutants"])
    passed = sum(row["state"] == "passed" for row in rows["variants"])
    named, missing, saboteurs = named_first(rows["localisation"])
    clean = sum(not row["failed"] and not row["status"] for row in rows["repeats"])
    cheaters = len([path for path in (ROOT / "conformance" / "cheaters").glob("*.c") if path.stem != "cheater"])
    lines = [
        ("machine-made mutants killed", f"{killed} of {count}, {percent(killed, count)}", "`scripts/prove mutants`"),
        ("saboteurs caught by the case that is meant to", f"all of {len(localisation.sources())}", "the test `conformance.saboteurs`"),
        ("cheaters caught", f"all of {cheaters}", "the test `conformance.cheaters`"),
        ("legal variants with no failure", f"{passed} of {len(rows['variants'])}", "`scripts/prove variants`"),
        ("saboteurs whose first failure names the planted clause",
         f"{named} of {saboteurs}, {percent(named, saboteurs)}" + (f" ({len(missing)} not judged yet)" if missing else ""),
         "`scripts/prove localisation`"),
        ("outputs with one element off by eight times its bound, and such, that are noticed", of_sharpness(rows["sharpness"]),
         "`scripts/prove sharpness`"),
        ("repeated runs of TEMPLATE with no failure", f"{clean} of {len(rows['repeats'])}", "`scripts/prove repeats`"),
    ]
    return "\n| figure | value | from |\n| --- | --- | --- |\n" + "".join(f"| {a} | {b} | {c} |\n" for a, b, c in lines)


def of_mutants(rows):
    killed, seen = Counter(), Counter()
    for row in rows:
        if mutants.counted(row):
            operator = row["id"].split(":")[2]
            seen[operator] += 1
            killed[operator] += row["state"] == "killed"
    text = MUTANTS + "".join(f"| {name.replace('_', ' ')} | {what} | {killed[name]} | {seen[name]} |\n"
                             for name, what in OPERATORS.items())
    survivors = [row for row in rows if row["state"] == "survived"]
    text += "\nThe survivors, as file and line, what stood there and what stands there instead:\n\n"
    for row in survivors[:MOST_SURVIVORS_SHOWN]:
        file = row["id"].split(":")[0].removeprefix("sdk/src/").removeprefix("reference-plugins/")
        text += f"- {file}:{row['line']} `{code(row['before'])}` → `{code(row['after'])}`\n"
    return text


def code(text):
    short = text if len(text) <= 70 else text[:67] + "..."
    return short.replace("`", "'") or " "


def of_variants(rows):
    text = "\n## Legal variants\nEach has one difference that the contract allows, and the suite may find nothing in it.\n\n"
    words = {path.stem: path.read_text().split("\n")[0] for path in variants.FOLDER.glob("*.variant")}
    for row in rows:
        state = "" if row["state"] == "passed" else f" **{row['state']}: {' '.join(row.get('failed', []))[:200]}**"
        text += f"- {row['id'].replace('_', ' ')}: {words.get(row['id'], '')}{state}\n"
    return text


def of_localisation(rows):
    text = "\n## Saboteurs whose first failure names another clause\n"
    others = [row for row in rows if not row["named"]]
    missing = named_first(rows)[1]
    for row in others:
        text += f"- {row['id']}: planted {row['planted']}, first {row['clause'] or 'nothing'} by `{row['first'] or '-'}`\n"
    text += "" if others else "None.\n"
    return text + (f"\nNot judged yet, and counted as if it named another: {', '.join(missing)}.\n" if missing else "")


def read_all():
    names = {"mutants": mutants.TABLE, "variants": variants.TABLE, "localisation": localisation.TABLE,
             "sharpness": sharpness.TABLE, "repeats": repeats.TABLE}
    return {key: list(table.read(name).values()) for key, name in names.items()}


def page():
    rows = read_all()
    return HEAD + overview(rows) + of_mutants(rows["mutants"]) + of_variants(rows["variants"]) + \
        of_localisation(rows["localisation"])


def write():
    PAGE.write_text(page())
    return 0


def check():
    variants.all_variants()  # each edit has to find its place
    if PAGE.exists() and PAGE.read_text() == page():
        print(f"{PAGE.relative_to(ROOT)} agrees with the tables")
        return 0
    print(f"{PAGE.relative_to(ROOT)} does not agree with the tables in conformance/proof; scripts/prove --figures writes it anew")
    return 1


# --- what a release asks

def stale_rows(rows):
    """(table, id) of every row that does not tell of the present sources and suite."""
    digest, by_suite, known = sites.digest_of_sources(), suite.digest_of_suite()[:12], {}
    for mutant in sites.all_mutants():
        known[mutant.id] = mutant.digest
    for row in rows["mutants"]:
        if row["sources"] != digest[:12] or known.get(row["id"]) != row["mutant"] or \
                (row["suite"] != by_suite and mutants.counted(row)):
            yield "mutants", row["id"]
    present = {variant.name: variants.digest_of(variant) for variant in variants.all_variants()}
    for row in rows["variants"]:
        if row["suite"] != by_suite or present.get(row["id"]) != row["variant"]:
            yield "variants", row["id"]
    texts = {name: sites.short(path.read_text()) for name, path in localisation.sources().items()}
    for row in rows["localisation"]:
        if row["suite"] != by_suite or texts.get(row["id"]) != row["saboteur"]:
            yield "localisation", row["id"]
    for row in rows["sharpness"]:
        if row["suite"] != by_suite:
            yield "sharpness", row["id"]
    tree = repeats.digest()
    for row in rows["repeats"]:
        if row["tree"] != tree:
            yield "repeats", row["id"]


def shortfalls(rows, sample, runs):
    killed, count = mutants.score(rows["mutants"])
    if count < sample or 100 * killed < AIM_SCORE * count:
        yield f"mutants: {killed} of {count} killed; asked for are {AIM_SCORE} % of at least {sample}"
    passed = sum(row["state"] == "passed" for row in rows["variants"])
    if passed < len(variants.all_variants()) or passed < AIM_VARIANTS:
        yield f"variants: {passed} of {len(variants.all_variants())} fail nothing; asked for are all of at least {AIM_VARIANTS}"
    named, _, saboteurs = named_first(rows["localisation"])
    if 100 * named < AIM_NAMED * saboteurs:
        yield f"localisation: {named} of {saboteurs} saboteurs named first; asked for are {AIM_NAMED} %"
    unnoticed = sum(row["tried"] - row["noticed"] for row in rows["sharpness"])
    if unnoticed or not rows["sharpness"]:
        yield f"sharpness: {of_sharpness(rows['sharpness'])}; asked for are all"
    clean = sum(not row["failed"] and not row["status"] for row in rows["repeats"])
    if clean < runs or clean < len(rows["repeats"]):
        yield f"repeats: {clean} of {len(rows['repeats'])} runs without a failure; asked for are all of {runs}"


def release(sample, runs):
    rows = read_all()
    problems = Counter(name for name, _ in stale_rows(rows))
    told = [f"{name}: {count} of {len(rows[name])} rows are stale" for name, count in problems.items()]
    told += shortfalls(rows, sample, runs)
    for line in told:
        print(line)
    return 1 if told or check() else 0
