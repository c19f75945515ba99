"""usage: scripts/prove [STEP]... [options]

Measures how good the conformance suite is, and writes what it finds into conformance/proof. Takes hours where
nothing is there yet; what is finished is kept, and only what has become stale is done again.

steps:
  mutants      machine-made mutants of TEMPLATE and the kit: how many of them the suite kills
"""
import argparse
import sys

from proof import mutants, workshop


def prove_mutants(options):
    rows = mutants.run(options.mutants)
    killed, count = mutants.score(rows)
    print(f"mutants: {killed} of {count} killed, {100 * killed / max(count, 1):.1f} %")


STEPS = {"mutants": prove_mutants}


def main():
    parser = argparse.ArgumentParser(prog="scripts/prove", usage=argparse.SUPPRESS, description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("steps", nargs="*", metavar="STEP", help="all, unless some are named")
    parser.add_argument("--mutants", type=int, default=300, metavar="N", help="size of the sample that counts (300)")
    options = parser.parse_args()
    unknown = sorted(set(options.steps) - set(STEPS))
    if unknown:
        parser.error(f"no such step: {' '.join(unknown)}; there are {' '.join(STEPS)}")
    workshop.build_release()
    for name, step in STEPS.items():
        if not options.steps or name in options.steps:
            step(options)


sys.exit(main())
