"""usage: scripts/prove [STEP]... [options]

Measures how good the conformance suite is, and writes what it finds into conformance/proof and docs/conformance-quality.md.
Takes hours where nothing is there yet; what is finished is kept, and only what has become stale is done again.

steps:
  variants       plugins with one legal difference each: none may fail anything
  mutants        machine-made mutants of TEMPLATE and the kit: how many of them the suite kills
  localisation   saboteurs: whether the first failure of a whole run names the clause that was planted
  sharpness      outputs with one wrong element, of every operator and element type: whether each is noticed
  repeats        TEMPLATE again and again, with another seed each time: whether anything ever fails
"""
import argparse
import sys

from proof import figures, localisation, mutants, repeats, sample, self_test, sharpness, variants, workshop


def prove_variants(options):
    rows = variants.run(options.only)
    print(f"variants: {sum(row['state'] == 'passed' for row in rows)} of {len(rows)} fail nothing")


def prove_mutants(options):
    rows = mutants.run(options.mutants)
    killed, count = mutants.score(rows)
    print(f"mutants: {killed} of {count} killed, {100 * killed / max(count, 1):.1f} %")


def prove_localisation(options):
    rows = localisation.run(options.only)
    print(f"localisation: {sum(row['named'] for row in rows)} of {len(rows)} named first")


def prove_sharpness(_options):
    for row in sharpness.run():
        print(f"sharpness: {row['noticed']} of {row['tried']} wrong outputs noticed, over {row['pairs']} pairs")


def prove_repeats(options):
    rows = repeats.run(options.repeats)
    print(f"repeats: {sum(bool(row['failed'] or row['status']) for row in rows)} of {len(rows)} runs had a failure")


STEPS = {"variants": prove_variants, "mutants": prove_mutants, "localisation": prove_localisation,
         "sharpness": prove_sharpness, "repeats": prove_repeats}


def parse():
    parser = argparse.ArgumentParser(prog="scripts/prove", usage=argparse.SUPPRESS, description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("steps", nargs="*", metavar="STEP", help="all, unless some are named")
    parser.add_argument("--mutants", type=int, default=300, metavar="N", help="size of the sample that counts (300)")
    parser.add_argument("--repeats", type=int, default=200, metavar="N", help="how many runs (200)")
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="these variants or saboteurs alone; may repeat")
    parser.add_argument("--sample", type=int, metavar="N", help="judge N mutants of the table again, and nothing else")
    parser.add_argument("--figures", action="store_true", help="write the page of the docs from the tables, and nothing else")
    parser.add_argument("--check", action="store_true", help="whether the page is what the tables say, and nothing else")
    parser.add_argument("--self-test", action="store_true", help="test the operators of mutation, and nothing else")
    parser.add_argument("--release", action="store_true", help="refuse stale rows and figures below their aims, and nothing else")
    options = parser.parse_args()
    unknown = sorted(set(options.steps) - set(STEPS))
    if unknown:
        parser.error(f"no such step: {' '.join(unknown)}; there are {' '.join(STEPS)}")
    return options


def main():
    options = parse()
    if options.self_test:
        return self_test.run()
    if options.check:
        return figures.check()
    if options.figures:
        return figures.write()
    if options.release:
        return figures.release(options.mutants, options.repeats)
    workshop.build_release()
    if options.sample:
        passed, failed = sample.check(options.sample)
        print(f"{passed} passed, {failed} failed, 0 skipped")
        return 1 if failed or not passed else 0
    for name, step in STEPS.items():
        if not options.steps or name in options.steps:
            step(options)
    return figures.write()


sys.exit(main())
