"""The page of the book: tables and a figure, made from the one table of results."""

from __future__ import annotations

import json

from immunereset.pictures import figure, line, style
from immunereset.words import html_table, show

from .goals import GOALS
from .results import MACHINE, RESULTS, Row, read
from .tools_list import COMPILED, NUMPY

NAMES = {
    "cohort": "{} patients, ten years, four states",
    "stiff": "{} patients of the stiff core, ten years, five states",
    "noise": "{} runs of one year, cell by cell",
    "clones": "{} clones, ten years, monthly",
    "curve": "The stochastic reset curve: {} patients of 13 depths, five years",
    "spread": "{} patients of the tolerance model, five years, over workers",
    "sizes": "Cost at a hundred to a hundred thousand patients",
    "weight": "Imports and first calls",
}


def goals() -> str:
    """Return the goals as an HTML table, each with what was measured and whether it was met."""
    rows = read() if RESULTS.is_file() else []
    table = []
    for goal in GOALS:
        value, word = goal.outcome(rows)
        wanted = f"{'at least' if goal.at_least else 'at most'} {show(goal.bound)} {goal.unit}".strip()
        table.append(
            [
                goal.text,
                wanted,
                _with_unit(value, goal.unit),
                word + (f": {goal.why}" if word == "missed" and goal.why else ""),
            ]
        )
    return html_table(["goal", "wanted", "measured", "outcome"], table, "The goals, and whether they were met")


def _with_unit(value, unit) -> str:
    return "–" if value is None else f"{show(value)} {unit}".strip()


def case(name: str) -> str:
    """Return one case as HTML tables, one for each error that had to be reached, the quickest tool first."""
    rows = [row for row in read() if row.case == name] if RESULTS.is_file() else []
    if not rows:
        return "<p>Not measured yet.</p>"
    targets = list(dict.fromkeys(row.target for row in rows if row.seconds is not None))
    missing = [row for row in rows if row.seconds is None and row.target is None]
    parts = []
    for target in targets:
        some = [row for row in rows if row.target == target]
        size = max((row.size for row in some if row.size), default=0)
        caption = NAMES[name].format(f"{size:,}".replace(",", "\u202f")) + (
            f", at error {show(target)}" if target else ""
        )
        parts.append(_table(some + missing, caption))
    return "".join(parts)


def _table(rows: list[Row], caption: str) -> str:
    rows = sorted(rows, key=lambda row: (row.seconds is None, row.seconds or 0.0))
    columns = {
        "tool": lambda r: f"{r.tool} {r.version}" if r.version and not r.tool.startswith("Immune") else r.tool,
        "seconds": lambda r: show(r.seconds),
        "ratio": lambda r: show(r.ratio),
        "spread": lambda r: "–" if r.spread is None else f"{100 * r.spread:.0f} %",
        "error": lambda r: show(r.error, 2),
        "peak MB": lambda r: "–" if r.peak_mb is None else f"{r.peak_mb:.0f}",
        "cores": lambda r: {None: "–", 0: "all"}.get(r.cores, str(r.cores)),
        "note": _note,
    }
    table = [[text(row) for text in columns.values()] for row in rows]
    used = [k for k, name in enumerate(columns) if k < 2 or any(line[k] not in ("–", "") for line in table)]
    return html_table([list(columns)[k] for k in used], [[line[k] for k in used] for line in table], caption)


def _note(row: Row) -> str:
    scaled = f"from {row.run} of {row.size}, scaled" if row.run and row.size and row.run < row.size else ""
    return "; ".join(part for part in (scaled, row.note) if part)


def against() -> str:
    """Return how long each case takes now and took at an earlier commit, measured in turns, as an HTML table."""
    rows = [row for row in read() if row.case.startswith("against ")] if RESULTS.is_file() else []
    if not rows:
        return "<p>Not measured yet.</p>"
    table = []
    for row in rows:
        ours = row.tool.split(", ", 1)[1]
        what = ours + (f", at error {show(row.target)}" if row.target else "")
        size = f"{row.size:,}".replace(",", "\u202f") if row.size else "–"
        spread = "–" if row.spread is None else f"{100 * row.spread:.0f} %"
        then, now, ratio = show(row.seconds / row.ratio), show(row.seconds), show(row.ratio)
        table.append([row.case.removeprefix("against "), what, size, row.version, then, now, ratio, spread])
    columns = ["case", "what", "size", "commit", "seconds then", "seconds now", "ratio", "spread"]
    return html_table(columns, table, "This package as it was, and now")


def machine() -> str:
    """Return when and on what each case was measured, as an HTML table."""
    if not MACHINE.is_file():
        return "<p>Not measured yet.</p>"
    known = json.loads(MACHINE.read_text(encoding="utf-8"))
    alike: dict[tuple, list[str]] = {}
    for name, facts in known.items():
        alike.setdefault(tuple(facts[k] for k in ("date", "processor", "cores", "system", "python")), []).append(name)
    rows = [[", ".join(names), *map(str, facts)] for facts, names in alike.items()]
    return html_table(["cases", "date", "processor", "cores", "system", "Python"], rows, "When and where")


def cost():
    """Return the figure of cost against size, or None before it was measured."""
    rows = [row for row in read() if row.case == "sizes" and row.seconds] if RESULTS.is_file() else []
    if not rows:
        return None
    import matplotlib.pyplot as plt

    series = {name: {row.size: row.seconds for row in rows if row.tool == name} for name in (NUMPY, COMPILED)}
    with style():
        fig, ax = plt.subplots()
        for (name, points), role, mark in zip(series.items(), ("regulatory", "effector"), "os"):
            look = line(name, role=role)
            ax.plot(list(points), list(points.values()), marker=mark, **look)
            x, y = list(points.items())[-1]
            ax.annotate(
                name.split(", ")[1], (x, y), (-8, 6), textcoords="offset points", ha="right", color=look["color"]
            )
        ax.set(xscale="log", yscale="log", xlabel="patients", ylabel="seconds")
        ax.margins(x=0.05)
    sizes = sorted({row.size for row in rows})
    seconds = [row.seconds for row in rows]
    last = sizes[-1]
    share = show(series[COMPILED].get(last, float("nan")) / series[NUMPY].get(last, float("nan")), 2)
    table = {"patients": sizes} | {f"{name}, s": [points.get(n) for n in sizes] for name, points in series.items()}
    return figure(
        fig,
        name="benchmarks-cost",
        caption="Seconds for a cohort of so many patients over ten years at error 1e-6, with either backend.",
        alt=(
            f"Line plot, both axes logarithmic: patients from {sizes[0]} to {sizes[-1]} against seconds from "
            f"{show(min(seconds), 2)} to {show(max(seconds), 2)}. Two rising lines, NumPy (dash-dotted, circles) and "
            f"compiled (solid, squares); for {last} patients compiled takes {share} of the time that NumPy takes."
        ),
        table=table,
    )
