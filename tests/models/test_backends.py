"""Every model of the package in NumPy against a tight reference.

tests/fast/test_plain.py compares what the compiled backend computes of every model with NumPy.
"""

import numpy as np
import pytest

from immunereset.engine import simulate, simulate_cohort
from immunereset.models import all_models

DAYS = np.linspace(0.0, 60.0, 7)


@pytest.mark.parametrize("model", all_models(), ids=lambda m: m.name)
def test_agrees_with_a_tight_reference(model):
    first = next(iter(model.parameters))
    values = model.parameters[first].value * np.array([0.9, 1.0, 1.1])
    exact = {"rtol": 1e-9, "atol": 1e-11}
    run = simulate_cohort(model, 3, 60.0, points=DAYS, backend="numpy", **exact, **{first: values})
    for k in (0, 2):
        tight = {"rtol": 1e-12, "atol": 1e-14, "method": "DOP853"}
        single = simulate(model, 60.0, points=DAYS, **tight, **{first: values[k]})
        for state in model.states:
            assert run[state][:, k] == pytest.approx(single[state], rel=1e-6, abs=1e-7)
