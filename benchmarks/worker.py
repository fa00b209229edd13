"""One tool in a process and an environment of its own: orders come in, answers go out, each a line of JSON.

python -m benchmarks.worker '{"module": "scipy_loop", "folder": "…", "options": {"method": "LSODA"}}'
"""

import importlib
import json
import os
import sys
import time
from pathlib import Path

import numpy as np

from .measure import CHECKED, error


def peak_megabytes():
    """Return the most memory this process has held, or None where the system does not say."""
    status = Path("/proc/self/status")
    if status.is_file():
        # What getrusage says on Linux includes the process that started this one.
        return (
            next(float(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM")) / 2**10
        )
    try:
        import resource
    except ImportError:
        return None
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 2**20 if sys.platform == "darwin" else most / 2**10


def read(folder, name):
    """Return the arrays of a file as a dict; an empty one if there is no such file."""
    path = Path(folder) / f"{name}.npz"
    return dict(np.load(path)) if path.is_file() else {}


def main():
    told = json.loads(sys.argv[1])
    answers = os.fdopen(os.dup(1), "w")
    # What a tool prints must not mix with the answers.
    os.dup2(2, 1)
    problem = json.loads((Path(told["folder"]) / "problem.json").read_text())
    truth = read(told["folder"], "reference").get("y")
    tool = None

    def obey(order):
        nonlocal tool
        if tool is None:
            module = importlib.import_module(f"benchmarks.tools.{told['module']}")
            tool = module.load(problem, read(told["folder"], "arrays"), **told["options"])
        settings = order["settings"]
        if hasattr(tool, "prepare"):
            tool.prepare(**settings)
        started = time.perf_counter()
        result = tool.run(**settings)
        answer = {"seconds": time.perf_counter() - started, "peak": peak_megabytes()}
        if truth is not None and hasattr(tool, "head"):
            answer["error"] = error(tool.head(result, min(CHECKED, settings["patients"])), truth)
        elif order.get("keep"):
            np.save(order["keep"], result)
        return answer

    for line in sys.stdin:
        try:
            answer = obey(json.loads(line))
        except Exception as fault:  # Whatever a tool raises is an answer too.
            answer = {"fault": f"{type(fault).__name__}: {fault}".strip().splitlines()[0][:300]}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
