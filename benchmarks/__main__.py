"""python -m benchmarks [--quick] [--against COMMIT] [case ...]: run cases and write their rows."""

import argparse
import sys
import time
from functools import partial

from . import environments, results
from .cases import CASES, Plan, against


def known_case(word):
    """Return the name of a case; refuse any other word."""
    if word not in CASES:
        raise argparse.ArgumentTypeError(f"the case {word!r} is not known; known: {', '.join(CASES)}")
    return word


def main(words):
    parser = argparse.ArgumentParser(prog="python make.py bench", description="Measure the engine beside its peers.")
    parser.add_argument("cases", nargs="*", metavar="case", type=known_case, help=", ".join(CASES))
    parser.add_argument("--quick", action="store_true", help="try everything small; its numbers are not kept")
    parser.add_argument("--against", metavar="COMMIT", help="measure this package alone, now and as it was at a commit")
    asked = parser.parse_args(words)
    environments.BUILD.mkdir(parents=True, exist_ok=True)
    # Seen at once also where the output goes into a file.
    say = partial(print, flush=True)
    try:
        earlier = environments.check_out(asked.against) if asked.against else None
    except environments.Missing as why:
        parser.error(str(why))
    short = {"rounds": 1, "budget": 0.2, "shrink": 20} if asked.quick else {}
    plan = Plan(say=say, earlier=earlier, **short)
    path = environments.BUILD / "quick.csv" if asked.quick else results.RESULTS
    for name in environments.names() if earlier is None else ():
        try:
            environments.make(name, say)
        except environments.Missing as why:
            say(f"{name}: {why}")
    began, failed = time.monotonic(), []
    for case in asked.cases or CASES:
        try:
            rows = against(case, plan) if earlier else CASES[case](plan)
        except Exception as fault:  # The other cases go on; the end says which one is missing.
            say(f"{case}: {type(fault).__name__}: {fault}")
            failed.append(case)
            continue
        old = results.read(path) if path.is_file() else []
        written = f"against {case}" if earlier else case
        results.write(results.replace(old, rows, [written]), path)
        if not asked.quick:
            results.note_machine([written])
        say(f"{case}: done, {time.monotonic() - began:.0f} s since the start\n")
    say(f"The results are in {path.relative_to(environments.ROOT)}")
    if failed:
        say(f"Without results: {', '.join(failed)}")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
