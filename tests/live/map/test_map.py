"""Maps of two parameters: every field is its own patient, in Python as in the page, and the edge is where they turn."""

import math
import re

import numpy as np
import pytest

from immunereset.engine import simulate
from immunereset.live import Axis, Endpoint, Map
from tests.live.cohort.figures import COHORTS, dosing, pools


@pytest.fixture(scope="module")
def live(cohorts):
    return cohorts["pool-map"]


def test_every_field_is_the_patient_of_its_two_values(live):
    told, one, panel = live.specification, live.kind.simulated, live.kind.map
    cohort = one.variation.cohort(live.settings["p"], one.count, 1).values
    pairs = set(zip(np.round(cohort["c"], 9), np.round(cohort["s"], 9)))
    assert pairs == {(c, s) for c in panel.across.values for s in panel.up.values} and len(pairs) == one.count == 91
    fields = panel.fields(live.kind.look(told.values).ends)
    for row, column in [(0, 0), (0, 12), (3, 6), (6, 2), (6, 12)]:
        values = told.values | {"c": panel.across.values[column], "s": panel.up.values[row]}
        run = simulate(pools(), told.until, dosing(), start={"P": 1.0}, points=one.days, **values)
        assert fields[row, column] == pytest.approx(one.endpoint.days(run), abs=0.05)
    assert np.isfinite(fields).any() and np.isinf(fields).any()


def test_the_first_patients_are_spread_over_the_map():
    panel = Map(Axis("a", 0, 1, 40), Axis("b", 0, 1, 25), Endpoint("felt", 1))
    order = np.full(panel.size, np.inf)
    order[np.arange(50) * panel.stride % panel.size] = 1.0
    hit = np.isfinite(order.reshape(25, 40))
    assert hit.any(axis=1).all() and hit.reshape(5, 5, 5, 8).any(axis=(1, 3)).sum() >= 20
    assert (panel.fields(np.arange(1000.0)).ravel() * panel.stride % 1000 == np.arange(1000)).all()


def test_edges_and_corners_by_hand():
    panel = Map(Axis("a", 0.0, 3.0, 4), Axis("b", 0.0, 1.0, 2), Endpoint("felt", 1))
    rows = np.array([[5.0, np.inf, 7.0, np.inf], [np.inf] * 4])
    ends = rows.ravel()[np.arange(8) * panel.stride % 8]
    assert (panel.fields(ends) == rows).all()
    assert panel.edges(ends, 10.0) == [3.0, 0.0] and panel.edges(np.full(8, 9.0), 10.0) == [math.inf] * 2
    point, *boxes = panel.corners(ends, 10.0).reshape(-1, 4, 2).tolist()
    assert point == [[-0.5, -0.5]] * 4
    assert boxes == [
        [[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]],
        [[1.5, -0.5], [2.5, -0.5], [2.5, 0.5], [1.5, 0.5]],
    ]


def test_the_sentence_and_the_table_tell_the_edge(live):
    kind, values = live.kind, live.specification.values
    edges, free = kind.edges(values), int(np.isinf(kind.look(values).ends).sum())
    assert live.sentence.startswith(f"{free} of 91 stay under")
    cells = re.findall(r"<td>(.*?)</td>", live.html)
    assert len(cells) == 6 and cells[0] == (f"{edges[0]:g}" if edges[0] < math.inf else "∞")


def test_the_digest_follows_all_that_decides(live):
    changes = [
        {"across": Axis("c", 0.02, 0.26, 7)}, {"until": 150}, {"endpoint": Endpoint("felt", 17.5)}, {"a": 0.3},
        {"parts": ["above", "under"]}, {"start": {"P": 1.1}},
    ]  # fmt: skip
    digests = {live.digest, *(COHORTS["pool-map"](**change).digest for change in changes)}
    assert len(digests) == len(changes) + 1 and COHORTS["pool-map"]().digest == live.digest


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"sliders": ["s"]}, "s is an axis of the map; it cannot have a slider, too"),
        ({"up": Axis("x", 0, 1, 3)}, "drawn with 'x'"),
        ({"endpoint": Endpoint("X", 1)}, "The endpoint asks for 'X'"),
    ],
)
def test_refusals_are_sentences(changes, sentence):
    with pytest.raises(ValueError, match=sentence):
        COHORTS["pool-map"](**changes)


@pytest.mark.parametrize("given", [(1.0, 1.0, 5), (0.0, 1.0, 1), (0.0, 1.0, 2.5)])
def test_an_axis_needs_two_values(given):
    with pytest.raises(ValueError, match="An axis of a map needs low < high and at least 2 values"):
        Axis("s", *given)


def test_a_map_has_no_other_panels():
    assert Map(Axis("a", 0, 1, 2), Axis("b", 0, 1, 2), Endpoint("felt", 1)).lines == ()
