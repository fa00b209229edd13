"""What was hoped for, and what the table says about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .results import Row
from .tools_list import COMPILED, IMPORTS, NUMPY

EXACT, TAU = f"{COMPILED}, exact", f"{NUMPY}, tau-leaping"
OWN = "Immune Reset"


@dataclass(frozen=True)
class Goal:
    """A sentence, a bound, and how the value comes out of the rows; `why` is the reason if it is missed.

    `value` returns None if a row that it needs has no numbers.
    """

    text: str
    bound: float
    value: Callable[[list[Row]], float | None]
    at_least: bool = True
    unit: str = "×"
    why: str = ""

    def outcome(self, rows: list[Row]) -> tuple[float | None, str]:
        """Return what was measured, and "met", "missed" or "not measured"."""
        value = self.value(rows)
        if value is None:
            return None, "not measured"
        return value, "met" if (value >= self.bound if self.at_least else value <= self.bound) else "missed"


def find(rows: list[Row], case: str, tool: str, target: float | None = None, size: int | None = None) -> Row | None:
    """Return the row of a tool that has numbers, or None."""
    for row in rows:
        fits = row.case == case and row.tool == tool and row.seconds is not None
        if fits and target in (None, row.target) and size in (None, row.size):
            return row
    return None


def peers(rows: list[Row], case: str, target: float | None = None) -> list[Row]:
    """Return the rows of other tools that have numbers."""
    return [
        row for row in rows
        if row.case == case and row.seconds and not row.tool.startswith((OWN, "its ")) and target in (None, row.target)
    ]  # fmt: skip


def faster(case: str, ours: str, theirs: str, target: float | None = None) -> Callable:
    """Return how many times quicker one row is than another."""

    def value(rows):
        a, b = find(rows, case, ours, target), find(rows, case, theirs, target)
        return b.seconds / a.seconds if a and b else None

    return value


def faster_than_all(case: str, ours: str, target: float | None = None) -> Callable:
    """Return how many times quicker a row is than the quickest peer."""

    def value(rows):
        a, others = find(rows, case, ours, target), peers(rows, case, target)
        return min(row.seconds for row in others) / a.seconds if a and others else None

    return value


def peak(case: str, tool: str, target: float) -> Callable:
    """Return the peak of a row, in MB."""
    return lambda rows: (row := find(rows, case, tool, target)) and row.peak_mb


def error(case: str, tool: str) -> Callable:
    """Return the error of a row."""
    return lambda rows: (row := find(rows, case, tool)) and row.error


def slower(*arguments) -> Callable:
    """Return how many times slower the first row is than the second."""

    def value(rows):
        found = faster(*arguments)(rows)
        return 1.0 / found if found else None

    return value


ONE_STEP = (
    "all patients stacked take one step together, with one error; a step, an error and reports for each patient of a cohort "
    "cost about as much as the flows themselves"
)
PLAIN = "the loop hands over plain floats; with NumPy's scalars, as SciPy gives them, it is slower (its own row)"
BATCHES = "the goal was set against loops over patients; heyoka goes in vectors on all cores, with few long steps of high order"
DRAWS = "nearly all of its time goes into random draws (their own row), and NumPy cannot draw any quicker"
STREAMS = (
    "each patient draws from a stream of its own, the same on the page; in NumPy these draws take most of the time"
)

BARE, IN_USE, _, ALL = IMPORTS

GOALS = [
    Goal("Cohort at error 1e-6: NumPy against a loop of SciPy's LSODA", 40,
         faster("cohort", NUMPY, "SciPy, LSODA loop", 1e-6), why=PLAIN),
    Goal("Cohort at error 1e-6: NumPy against a loop of SciPy's RK45", 140,
         faster("cohort", NUMPY, "SciPy, RK45 loop", 1e-6), why=PLAIN),
    Goal("Cohort at error 1e-6: NumPy against RK45 on all patients stacked", 2,
        faster("cohort", NUMPY, "SciPy, RK45 stacked", 1e-6), why=ONE_STEP),
    Goal("Cohort at error 1e-6: peak memory in NumPy", 200, peak("cohort", NUMPY, 1e-6), at_least=False, unit="MB"),
    Goal("Cohort at error 1e-6: compiled against NumPy", 8, faster("cohort", COMPILED, NUMPY, 1e-6)),
    Goal("Cohort at error 1e-6: compiled against the quickest peer", 3,
         faster_than_all("cohort", COMPILED, 1e-6), why=BATCHES),
    Goal("Stiff cohort, compiled: time compared with numbalsoda", 2, slower("stiff", COMPILED, "numbalsoda, LSODA"), at_least=False),
    Goal("Exact noise: compiled against the quickest peer", 4, faster_than_all("noise", EXACT)),
    Goal("Tau-leaping in NumPy against the quickest exact peer", 10, faster_than_all("noise", TAU), why=STREAMS),
    Goal("Tau-leaping in NumPy: distance from the exact distribution", 0.03, error("noise", TAU), at_least=False, unit=""),
    Goal("Clones: time compared with the random draws alone", 1.2, slower("clones", NUMPY, "its random draws alone"), at_least=False),
    Goal("Clones: NumPy against the quickest peer", 20, faster_than_all("clones", NUMPY), why=DRAWS),
    Goal("Stochastic reset curve: NumPy against a loop of solve_ivp", 20, faster("curve", NUMPY, "solve_ivp, LSODA loop")),
    Goal("Two workers against one", 1.8, faster("spread", f"{NUMPY}, 2 workers", f"{NUMPY}, 1 worker")),
    Goal("Import: the engine against NumPy, SciPy and matplotlib alone", 1.25,
         slower("weight", "Immune Reset, engine", BARE), at_least=False),
    Goal("Import: all of the package against the same with scipy.integrate and matplotlib.pyplot", 1.25,
         slower("weight", ALL, IN_USE), at_least=False),
]  # fmt: skip
