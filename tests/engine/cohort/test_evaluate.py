"""Derivatives of traced models against finite differences."""

import traceback

import numpy as np
import pytest

from immunereset.engine import trace
from immunereset.engine.cohort.evaluate import Vectorised, evaluate, jacobian
from immunereset.models import all_models
from tests.engine.small_models import decay, sir, switch, vocabulary


@pytest.mark.parametrize("model", [decay, sir, switch, vocabulary, *all_models()], ids=lambda m: m.name)
def test_the_jacobian_agrees_with_finite_differences(model):
    rng = np.random.default_rng(4)
    n, patients = len(model.states), 40
    y = np.array([max(s.start, 0.5) for s in model.states.values()])[:, None] * rng.uniform(0.5, 2.0, (n, patients))
    values = {**model.defaults, **dict.fromkeys(model.inputs, 0.2)}
    entries = jacobian(trace(model))
    exact = np.zeros((n, n, patients))
    known = values | dict(zip(model.states, y)) | {"t": 3.0}
    for (row, column), value in zip(entries, evaluate(entries.values(), known)):
        exact[row, column] = value
    for column in range(n):
        step = np.zeros_like(y)
        step[column] = 1e-6 * y[column]
        rise = model.derivative(3.0, y + step, values) - model.derivative(3.0, y - step, values)
        near = rise / (2 * step[column])
        scale = np.abs(near).max() + 1e-6
        assert exact[:, column] == pytest.approx(near, rel=1e-5, abs=1e-6 * scale)


def test_only_what_depends_on_a_state_has_an_entry():
    assert set(jacobian(trace(sir))) == {(0, 0), (0, 1), (1, 0), (1, 1), (2, 1)}


@pytest.mark.parametrize("model", [decay, sir, switch, vocabulary, *all_models()], ids=lambda m: m.name)
def test_vectorised_nodes_are_what_the_model_computes(model):
    rng = np.random.default_rng(5)
    patients, first = 30, next(iter(model.parameters))
    y = np.array([max(s.start, 0.5) for s in model.states.values()])[:, None] * rng.uniform(0.5, 2.0, patients)
    values = model.defaults | {first: model.parameters[first].value * rng.uniform(0.9, 1.1, patients)}
    t, inputs = rng.uniform(0.0, 90.0, patients), rng.uniform(0.0, 0.5, (len(model.inputs), patients))
    traced = trace(model)
    slope = Vectorised(traced, traced.derivatives.values())
    slope.fix(values)
    expected = model.derivative(t, y, values | dict(zip(model.inputs, inputs)))
    assert slope(t, y, inputs, np.empty_like(y)) == pytest.approx(expected, rel=1e-12, abs=1e-14)


def test_a_traceback_shows_the_line_that_was_written():
    traced = trace(decay)
    slope = Vectorised(traced, traced.derivatives.values())
    slope.fix({"lam": 0.1})
    with pytest.raises(IndexError) as fault:
        slope(0.0, np.empty((0, 1)), np.zeros((1, 1)), [None])
    assert "mul(fixed[0], y[0])" in "".join(traceback.format_tb(fault.tb))
