"""What a reader must know of rows shown together: who compared without chance, and who counts the same patients."""

from __future__ import annotations

import pandas as pd

from immunereset.evidence.references import keys
from immunereset.evidence.store import MARKS, load

NOT_RANDOMISED = "not randomised"
_WORDS = {NOT_RANDOMISED: NOT_RANDOMISED, "not stated": "not said to be randomised"}


def uncompared(df: pd.DataFrame) -> list[str]:
    """Return for each row "" or, if groups are compared that chance did not make, the words that say so."""
    if "comparison" not in df:
        return [""] * len(df)
    return [_WORDS.get(comparison, "") for comparison in df["comparison"]]


def shared(df: pd.DataFrame) -> list[str]:
    """Return for each row "" or the names of the other rows' studies that have patients in common with it.

    `df` holds rows from `load`: of trials or safety, which name such rows, or of trial_outcomes, whose studies
    do. Rows of one study do not name each other.
    """
    if "study_id" in df:
        known = load("trials", unverified=tuple(MARKS)).set_index("study_id")
        ids, names = df["study_id"], known["study"]
    elif "shares_patients" in df:
        known = df.set_index("row_id")
        ids, names = df["row_id"], known["item"]
    else:
        return [""] * len(df)
    here = set(ids)
    common = [[other for other in keys(known["shares_patients"][one]) if other in here] for one in ids]
    return [", ".join(names[other] for other in others) for others in common]


def cautions(df: pd.DataFrame) -> list[str]:
    """Return for each row "" or both cautions in words: "not randomised; patients in common with MIST"."""
    pairs = zip(uncompared(df), shared(df), strict=True)
    return ["; ".join(part for part in (how, who and f"patients in common with {who}") if part) for how, who in pairs]
