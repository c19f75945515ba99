"""usage: scripts/prove [STEP]... [options]

Measures how good the conformance suite is, and writes what it finds into conformance/proof. Takes hours where
nothing is there yet; what is finished is kept, and only what has become stale is done again.

steps:
  variants     plugins with one legal difference each: none may fail anything
  mutants      machine-made mutants of TEMPLATE and the kit: how many of them the suite kills
"""
import argparse
import sys

from proof import mutants, variants, workshop


def prove_mutants(options):
    rows = mutants.run(options.mutants)
    killed, count = mutants.score(rows)
    print(f"mutants: {killed} of {count} killed, {100 * killed / max(count, 1):.1f} %")


def prove_variants(options):
    rows = variants.run(options.only)
    print(f"variants: {sum(row['state'] == 'passed' for row in rows)} of {len(rows)} fail nothing")


STEPS = {"variants": prove_variants, "mutants": prove_mutants}


def main():
    parser = argparse.ArgumentParser(prog="scripts/prove", usage=argparse.SUPPRESS, description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("steps", nargs="*", metavar="STEP", help="all, unless some are named")
    parser.add_argument("--mutants", type=int, default=300, metavar="N", help="size of the sample that counts (300)")
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="these variants alone; may repeat")
    options = parser.parse_args()
    unknown = sorted(set(options.steps) - set(STEPS))
    if unknown:
        parser.error(f"no such step: {' '.join(unknown)}; there are {' '.join(STEPS)}")
    workshop.build_release()
    for name, step in STEPS.items():
        if not options.steps or name in options.steps:
            step(options)


sys.exit(main())
