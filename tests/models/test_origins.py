"""T cells told apart by their origin: their sum is the homeostasis model, and neither lot is favoured."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from immunereset.engine import YEAR, simulate
from immunereset.models.homeostasis import balance_point, depletion, homeostasis, thymic_output
from immunereset.models.origins import at_age, loss_of_cells, origins

FEW = settings(max_examples=15, deadline=None, derandomize=True, database=None)


@FEW
@given(st.floats(0, 4), st.floats(20, 80), st.floats(0, 0.4))
def test_the_sum_is_the_unsplit_model(k, age, theta_20):
    days = np.array([0.0, 50.0, 400.0, 1000.0])
    split = simulate(origins, 1000.0, loss_of_cells(k, age), points=days, theta_20=theta_20)
    whole = simulate(homeostasis, 1000.0, depletion(k, age), points=days, theta_20=theta_20)
    assert split["N_o"] + split["N_n"] == pytest.approx(whole["N"], rel=1e-5)
    for name in ("N", "from thymus", "by division", "lost", "fullness"):
        assert split[name] == pytest.approx(whole[name], rel=1e-5, abs=1e-9), name


def test_the_share_from_before_falls_by_what_the_thymus_brings():
    """d ln(N_o/N)/dt is −θ/N: division and loss treat both lots alike."""
    days = np.linspace(0, 60 * YEAR, 4001)
    run = simulate(origins, days[-1], start=at_age(20), points=days)
    brought = run["from thymus"] / run["N"]
    expected = 100 * np.exp(-np.concatenate([[0], np.cumsum((brought[1:] + brought[:-1]) / 2 * np.diff(days))]))
    assert run["from before"] == pytest.approx(expected, rel=1e-4)


def test_without_a_thymus_nobody_is_new():
    run = simulate(origins, 3 * YEAR, loss_of_cells(3.0), theta_20=0.0)
    assert run.final["N_n"] == 0 and run["from before"][-1] == pytest.approx(100)


def test_a_person_of_an_age_is_in_balance():
    start = at_age(40)
    assert start["N_o"] == balance_point(thymic_output(40)) and start["N_n"] == 0
    assert simulate(origins, 10.0, start=start)["N"] == pytest.approx(start["N_o"], rel=1e-4)
