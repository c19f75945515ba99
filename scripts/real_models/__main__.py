"""Fetches the real models into build/models (wheels and models by digest); then what the options ask.

usage: scripts/models
       scripts/models --regenerate [--write]
       scripts/models --check TENON [-d DEVICE] [--jobs N] [--case WORD]
       scripts/models --split BUILD [--seeds N] [--first-seed N] [--jobs N] [--case WORD]

--regenerate  makes the expected outputs again with ONNX Runtime and compares them with the checked-in files of
              sdk/tests/models/expected: they must agree within half the bounds; with --write replaces the files
--check       runs every case with the command TENON (`TENON run MODEL -d DEVICE -i NAME=FILE.npy ... -o DIR`) on DEVICE
              (default TEMPLATE), states fed back from step to step, and compares within the bounds. The file of an output
              is its name with every '/' replaced by '_', and `.npy`
--split       runs every case through HETERO over devices that run what a seed draws (sdk/tests/models), and compares
              with TEMPLATE alone: the same bits with DISABLE_TRANSFORMATIONS, within the bounds without. BUILD is a folder
              such as build/release, with the targets tenon_template, random_support and model_session of
              -DTENON_TESTS=ON
--seeds       how many seeds (default 5), from --first-seed (1) on
--jobs        cases run side by side (default: one per processor); --case only those with WORD in their name

Exit status: 0 done, 1 something failed or disagreed, 2 wrong usage.
"""
import argparse
import os
import sys

from . import Failure
from .fetch import fetch


def arguments():
    parser = argparse.ArgumentParser(usage=__doc__.replace("%", "%%"))
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--regenerate", action="store_true")
    mode.add_argument("--check", metavar="TENON")
    mode.add_argument("--split", metavar="BUILD")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--first-seed", type=int, default=1)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("-d", "--device", default="TEMPLATE")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--case", default="")
    return parser.parse_args()


def main(options):
    fetch()
    if options.regenerate:
        from .reference import regenerate
        return regenerate(options.write)
    if options.check:
        from .check import check
        return check(options.check, options.device, options.jobs, options.case)
    if options.split:
        from .split import check_split
        seeds = range(options.first_seed, options.first_seed + options.seeds)
        return check_split(options.split, seeds, options.jobs, options.case)
    return 0


try:
    sys.exit(main(arguments()))
except Failure as failure:
    sys.exit(f"models: {failure}")
