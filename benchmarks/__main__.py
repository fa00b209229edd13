"""python -m benchmarks [--quick] [case ...]: run cases and write their rows."""

import sys
import time

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
    plan = Plan(rounds=1, budget=0.2, shrink=20) if quick else Plan()
    path = environments.BUILD / "quick.csv" if quick else results.RESULTS
    for name in environments.names():
        try:
            environments.make(name)
        except environments.Missing as why:
            print(f"{name}: {why}", flush=True)
    began, failed = time.monotonic(), []
    for case in chosen:
        try:
            rows = CASES[case](plan)
        except Exception as fault:  # The other cases go on; the end says which one is missing.
            print(f"{case}: {type(fault).__name__}: {fault}", flush=True)
            failed.append(case)
            continue
        old = results.read(path) if path.is_file() else []
        results.write(results.replace(old, rows, [case]), path)
        if not quick:
            results.note_machine([case])
        print(f"{case}: done, {time.monotonic() - began:.0f} s since the start\n", flush=True)
    print(f"The results are in {path.relative_to(environments.ROOT)}")
    if failed:
        print(f"Without results: {', '.join(failed)}")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
