"""The table of results: its columns, its file, and the machine it was measured on."""

from __future__ import annotations

import csv
import datetime
import json
import os
import platform
from dataclasses import asdict, dataclass, fields
from pathlib import Path

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results.csv"
MACHINE = HERE / "machine.json"


@dataclass
class Row:
    """One tool in one case. Numbers that there are not are None, and empty in the file.

    case        what was run; `size` says how much of it the seconds are for
    target      the error that had to be reached; None where there is none to choose
    tolerance   what the tool was given, its step in days for "tau"
    error       what it reached: see `measure.error`; for noise the distance of the distributions
    seconds     the median, scaled to `size` where fewer were `run`; `spread` is (largest - smallest) / median
    ratio       seconds divided by those of the row that the case is about, in the same run
    peak_mb     most memory of the whole process
    cores       processors used, 0 for all
    """

    case: str
    tool: str
    version: str = ""
    target: float | None = None
    tolerance: float | None = None
    error: float | None = None
    seconds: float | None = None
    ratio: float | None = None
    spread: float | None = None
    peak_mb: float | None = None
    run: int | None = None
    size: int | None = None
    cores: int | None = None
    note: str = ""


COLUMNS = [f.name for f in fields(Row)]
WHOLE = {"run", "size", "cores"}
WORDS = {"case", "tool", "version", "note"}


def write(rows: list[Row], path: Path = RESULTS) -> None:
    """Write the table, numbers with four digits."""
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for row in rows:
            values = asdict(row).items()
            writer.writerow([f"{v:.4g}" if isinstance(v, float) else "" if v is None else v for _, v in values])


def read(path: Path = RESULTS) -> list[Row]:
    """Read the table; raises `ValueError` for columns or numbers that do not fit it."""
    with open(path, newline="", encoding="utf-8") as file:
        table = list(csv.reader(file))
    if not table or table[0] != COLUMNS:
        raise ValueError(f"{path.name} has the columns {table[:1]}; they must be {COLUMNS}.")
    return [Row(**{c: _value(c, v) for c, v in zip(COLUMNS, line, strict=True)}) for line in table[1:]]


def _value(column: str, text: str):
    if column in WORDS:
        return text
    if not text:
        return None
    return int(text) if column in WHOLE else float(text)


def replace(old: list[Row], new: list[Row], cases: list[str]) -> list[Row]:
    """Return the rows with those of `cases` replaced, in the order of `cases` and then of the old ones."""
    return [row for row in old if row.case not in cases] + new


def machine() -> dict:
    """Return what the reader must know of this machine and this day; nothing that names it."""
    return {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "system": f"{platform.system()} {platform.release().split('-')[0]}",
        "python": platform.python_version(),
    }


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.is_file():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def note_machine(cases: list[str], path: Path = MACHINE) -> None:
    """Write down, for each case, the machine and the day."""
    known = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    known |= dict.fromkeys(cases, machine())
    path.write_text(json.dumps(known, indent=1, sort_keys=True) + "\n", encoding="utf-8")
