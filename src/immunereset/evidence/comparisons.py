"""Cells against something else: the published results of comparisons, and the trials that have none yet, in one table."""

from __future__ import annotations

import re

import pandas as pd

from immunereset.evidence.caution import cautions
from immunereset.evidence.references import cite
from immunereset.evidence.store import load
from immunereset.evidence.tables import with_way
from immunereset.words import in_full

CELLS = ("AHSCT", "MSC", "CAR-T")
"""Kinds of cells that are compared, as the data call them."""

NOT_WITHOUT_CELLS = {
    "T016": "one conditioning against another",
    "T031": "one kind of patients against another",
    "T166": "harm, not benefit",
}
"""Effects in the data that do not compare the benefit of cells with that of something else."""

CONFERENCE = "conference version"
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_DAY = re.compile(rf"(\d{{1,2}} )?({_MONTHS}) 20\d\d")
_DATED = re.compile(r"\b20\d\d\b")


def comparisons() -> pd.DataFrame:
    """Return the results that compare cells with something else, then the randomised trials whose result is awaited.

    The columns are those of trial_outcomes, and of its study `study`, `year`, `n_exp`, `n_ctrl` and `n_total`; `status` is
    "result" or "waiting"; `label` names a row, `detail` says against what, how, in how many and where; `waiting` says, for a
    trial without a result, what its status was and when that was seen. Rows that nobody has checked, conference
    versions, and what `NOT_WITHOUT_CELLS` lists are left out.
    """
    outcomes, trials = load("trial_outcomes"), load("trials")
    conference = trials[trials["study"].str.contains(CONFERENCE)]["study_id"]
    rows = outcomes[
        outcomes["plot_use"].eq("effect") & outcomes["value"].notna() & outcomes["therapy_class"].isin(CELLS)
        & ~outcomes["row_id"].isin(NOT_WITHOUT_CELLS) & ~outcomes["study_id"].isin(conference)
    ]  # fmt: skip
    studies = trials.set_index("study_id")
    rows = rows.join(studies[["study", "year", "n_exp", "n_ctrl", "n_total"]], on="study_id").assign(status="result")
    awaited = trials[
        trials["main_result"].str.startswith("no result") & trials["comparison"].eq("randomised")
        & trials["therapy_class"].isin(CELLS)
    ]  # fmt: skip
    awaited = awaited.assign(row_id=awaited["study_id"], status="waiting", waiting=[*map(_awaited, awaited.iloc)])
    awaited = awaited.drop(columns=["n_exp", "n_ctrl"])  # planned, not compared
    both = pd.concat([rows, awaited], ignore_index=True)[[*rows.columns, "waiting"]]
    texts = both.select_dtypes(exclude="number").columns
    both[texts] = both[texts].fillna("")
    both["label"] = _labels(both)
    comparators = studies["comparator"].reindex(both["study_id"])
    both["detail"] = [_detail(*one) for one in zip(both.iloc, cautions(both), comparators, strict=True)]
    return both


def _labels(df: pd.DataFrame) -> list[str]:
    """Name each row by study and outcome, and by the month where that alone tells two rows from each other."""
    alike = df.duplicated(["study_id", "outcome", "comparator"], keep=False) & df["status"].eq("result")
    labels = []
    for row, several in zip(df.iloc, alike):
        outcome = row["outcome"].removesuffix(" (time-varying HR)")
        month = f" in month {in_full(row['timepoint_months'])}" if several or outcome != row["outcome"] else ""
        labels.append(": ".join(part for part in (row["study"], f"{outcome}{month}") if part))
    return labels


def _detail(row: pd.Series, caution: str, comparators: str) -> str:
    how = caution or ("randomised" if row["comparison"] == "randomised" else "")
    against = f"v {row['comparator']}" if row["comparator"] else ""
    source = with_way(row, cite(row["source_key"]))
    return "; ".join(part for part in (against, how, _sizes(row, comparators), source) if part)


def _sizes(row: pd.Series, comparators: str) -> str:
    """Both groups of this comparison; where a study has several, its words "drug n=204" give the other group."""
    named = re.search(rf"{re.escape(row['comparator'])} n=(\d+)", comparators)
    pairs = [(row["exp_n"], row["ctrl_n"]), (row["n_exp"], int(named[1]) if named else row["n_ctrl"])]
    for exp, ctrl in pairs:
        if not (pd.isna(exp) or pd.isna(ctrl)):
            return f"{in_full(exp)} v {in_full(ctrl)}"
    if pd.isna(row["n_total"]):
        return ""
    modified = row["population"] == "mITT"
    kept = "modified intention to treat, some left out of " if modified else ""
    return f"{kept}{in_full(row['n_total'])} patients"


def _awaited(row: pd.Series) -> str:
    clauses, seen = row["status_as_found"].split("; "), _DAY.search(row["where_seen"])
    status = "; ".join([clauses[0], *(clause for clause in clauses[1:] if clause.startswith("completion"))])
    if _DATED.search(status) is None:
        status += f" (page of {seen[0]})" if seen else " (no date noted)"
    expected = row["main_result"].partition("; ")[2]
    return "; ".join(part for part in (status, f"result {expected}" if expected else "") if part)
