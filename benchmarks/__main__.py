"""python -m benchmarks [--quick] [case ...]: run cases and write their rows."""

import sys
import time
from functools import partial

from . import environments, results
from .cases import CASES, Plan

HELP = f"Usage: python make.py bench [--quick] [{' | '.join(CASES)}] ...\n--quick tries everything small; its numbers are not kept."


def main(words):
    quick = "--quick" in words
    chosen = [word for word in words if word != "--quick"] or list(CASES)
    unknown = [case for case in chosen if case not in CASES]
    if unknown:
        print(f"The case {unknown[0]!r} is not known.\n{HELP}")
        return 2
    environments.BUILD.mkdir(parents=True, exist_ok=True)
    # Seen at once also where the output goes into a file.
    say = partial(print, flush=True)
    plan = Plan(rounds=1, budget=0.2, shrink=20, say=say) if quick else Plan(say=say)
    path = environments.BUILD / "quick.csv" if quick else results.RESULTS
    for name in environments.names():
        try:
            environments.make(name, say)
        except environments.Missing as why:
            say(f"{name}: {why}")
    began, failed = time.monotonic(), []
    for case in chosen:
        try:
            rows = CASES[case](plan)
        except Exception as fault:  # The other cases go on; the end says which one is missing.
            say(f"{case}: {type(fault).__name__}: {fault}")
            failed.append(case)
            continue
        old = results.read(path) if path.is_file() else []
        results.write(results.replace(old, rows, [case]), path)
        if not quick:
            results.note_machine([case])
        say(f"{case}: done, {time.monotonic() - began:.0f} s since the start\n")
    say(f"The results are in {path.relative_to(environments.ROOT)}")
    if failed:
        say(f"Without results: {', '.join(failed)}")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
