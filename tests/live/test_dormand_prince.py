"""The page's method is Python's: one tableau, one step, for single runs and for cohorts."""

import json

import numpy as np
import pytest
from py_mini_racer import MiniRacer

from immunereset.engine.cohort import dormand_prince
from immunereset.live.page import text_of


@pytest.fixture(scope="module")
def v8():
    page = MiniRacer()
    page.eval("\n".join(text_of(name) for name in ("timetable.js", "dormand_prince.js")))
    return page


def test_the_tableau_is_python_s(v8):
    found = json.loads(v8.eval("JSON.stringify(tableau())"))
    assert found["nodes"] == dormand_prince.NODES.tolist()
    assert found["stages"] == [stage.tolist() for stage in dormand_prince.STAGES]
    assert found["error"] == dormand_prince.ERROR.tolist() and found["dense"] == dormand_prince.DENSE.tolist()


def test_one_step_is_the_tableau_s(v8):
    """The sums that are written out, against those of Python's tableau, for a rate that depends on day and state."""
    code = """(() => { const { carry, curve, interpolated } = stepper(2), c = new Float64Array(10), seen = [];
        const y = Float64Array.of(1, 2), flow = (t, y, d) => { d[0] = t * y[1] - y[0] ** 2; d[1] = Math.cos(t) * y[0]; };
        carry(flow, y, 0.5, 0.7, { relative: 1e9, absolute: 1e9, left: 9 }, (t, h) => {
            curve(y, h, c);
            const middle = new Float64Array(2);
            interpolated(c, 0.3, middle);
            seen.push(h, ...middle); });
        return JSON.stringify([...seen, ...y]); })()"""
    h, *found = json.loads(v8.eval(code))
    assert h == pytest.approx(0.2)
    slopes, y = [], np.array([1.0, 2.0])
    for node, stage in zip(dormand_prince.NODES, dormand_prince.STAGES):
        t, (a, b) = 0.5 + node * h, y + h * sum((x * k for x, k in zip(stage, slopes)), np.zeros(2))
        slopes.append(np.array([t * b - a**2, np.cos(t) * a]))
    end = np.array([a, b])
    rise, x = end - y, 0.3
    bend = h * slopes[0] - rise
    fold, twist = rise - h * slopes[6] - bend, h * (dormand_prince.DENSE @ np.array(slopes))
    middle = y + x * (rise + (1 - x) * (bend + x * (fold + (1 - x) * twist)))
    assert found == pytest.approx([*middle, *end], rel=1e-14)


def test_steps_are_refused_when_their_error_is_too_large(v8):
    """y' = -y to the given tolerance, and not with so few steps."""
    code = """((relative, left) => { const y = Float64Array.of(1), flow = (t, y, d) => { d[0] = -y[0]; };
        return [stepper(1).carry(flow, y, 0, 10, { relative, absolute: 1e-15, left }, () => false), y[0]]; })"""
    errors = [abs(v8.call(code, relative, 10000)[1] / np.exp(-10) - 1) for relative in (1e-4, 1e-9)]
    assert errors[0] < 1e-2 and errors[1] < 1e-7 < errors[0]
    assert v8.call(code, 1e-9, 10)[0] is False


def test_days_are_rounded_as_in_python(v8):
    found = v8.call("((start, days) => timetable([[0, 1, start, days, Infinity]], [], {}, 9).days)", 0.1 + 0.2, 3)
    assert found == [0, 0.3, 3.3, 9]
    ends_with_the_run = v8.call(
        "((until) => timetable([[0, 1, 1, 2.3, Infinity]], [], {}, until).days)", 1 + 2.3 + 1e-15
    )
    assert len(ends_with_the_run) == 3
