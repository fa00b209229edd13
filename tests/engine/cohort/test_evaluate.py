"""Traced models as functions of arrays."""

import traceback

import numpy as np
import pytest

from immunereset.engine import trace
from immunereset.engine.cohort.evaluate import Vectorised
from immunereset.models import all_models
from tests.engine.small_models import decay, sir, switch, vocabulary


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
