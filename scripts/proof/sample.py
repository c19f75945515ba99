"""A drawn sample of the table of mutants, judged again: does the table still say what is?"""
import hashlib
import shutil

from proof import mutants, sites, table
from proof.workshop import ROOT


def drawn(rows, known, count, seed):
    """`count` rows that count and whose mutant is still there, in the order in which the seed draws them."""
    key = lambda row: hashlib.sha256(f"{seed}|{row['id']}".encode()).digest()
    return sorted((row for row in rows if row["id"] in known and mutants.counted(row)), key=key)[:count]


def stale(judge, rows):
    """Rows that say nothing of the present sources, mutants and suite."""
    known = {mutant.id: mutant for mutant in sites.all_mutants()}
    return [row for row in rows if row["id"] not in known or not judge.fresh(known[row["id"]], row)]


def check(count):
    """Judges the sample; returns (passed, failed) after telling what differs."""
    folder = ROOT / "build" / "proof" / "sample"
    shutil.rmtree(folder, ignore_errors=True)
    judge = mutants.Judge(folder)
    rows = list(table.read(mutants.TABLE).values())
    print(f"{len(stale(judge, rows))} of {len(rows)} rows of the table of mutants are stale")
    known = {mutant.id: mutant for mutant in sites.all_mutants()}
    passed = failed = 0
    for row in drawn(rows, known, count, judge.suite):
        now = judge.row(known[row["id"]], row)
        if not mutants.counted(now):
            print(f"{row['id']}: makes no other program any more")
        elif row["state"] == "killed" and now["state"] == "survived":
            print(f"FAIL {row['id']}: was killed by {row['case']}, and survives")
            failed += 1
        else:
            if now["state"] != row["state"]:
                print(f"{row['id']}: survived, and is killed by {now['case']} now")
            passed += 1
    return passed, failed
