"""The crowd of dots: as many as patients, each in its place, filled or a ring as its patient's day says."""

import json
import re

import numpy as np
import pytest
from py_mini_racer import MiniRacer

from immunereset.live import Dots
from immunereset.live.cohort.dots import places
from immunereset.live.page import text_of
from tests.live.cohort.figures import reset_cohort


@pytest.fixture(scope="module")
def figure():
    return reset_cohort(panels=[Dots("came back", "stays away", height=1.5)], patients=90, name="crowd")


@pytest.fixture(scope="module")
def crowd():
    v8 = MiniRacer()
    v8.eval("const UNKNOWN = -1, VIEWS = {};\n" + text_of("cohort/dots.js"))

    def call(panel, ends, last, until):
        given = ", ".join([json.dumps(panel), "(x, y) => `${x} ${y}`", *map(json.dumps, (ends, last)), str(until)])
        return json.loads(v8.eval(f"JSON.stringify(dots({given}))"))

    return call


def path(svg, key):
    return re.search(rf'<g id="ir-crowd-{key}">\s*<path d="([^"]*)"', svg).group(1)


def test_there_is_a_dot_for_each_patient_and_the_words_count_them(figure):
    svg = figure.kind.draw().svg
    back = int(np.isfinite(figure.kind.look(figure.specification.values).ends).sum())
    assert 10 < back < 80
    assert [path(svg, key).count("M") for key in ("reached", "free", "hole")] == [back, 90 - back, 90 - back]
    assert f"● came back: {back}<" in svg and f"○ stays away: {90 - back}<" in svg


def test_the_page_puts_every_patient_where_python_does(figure, crowd):
    panel, until = figure.settings["views"][0][1], figure.specification.until
    columns, rows = panel["x"][1], panel["rows"]
    assert panel["y"] == [0, rows] and columns * rows >= 90 > columns * (rows - 1)
    ends = figure.kind.look(figure.specification.values).ends
    known = np.where(np.isinf(ends), 1e9, ends)
    found = crowd(panel, known.tolist(), [-1] * 90, until)
    where = places(90, columns, rows)
    for key, some in (("reached", known <= until), ("free", known > until)):
        seats = [[float(v) for v in seat.split()] for seat in re.findall(r"M([^h]*)h", found[key])]
        assert seats == where[some].tolist()
    assert found["counts"] == [(known <= until).sum(), (known > until).sum()]


def test_a_dot_stays_as_it_was_until_its_patient_is_known_again(crowd):
    panel, last = {"x": [0, 3], "rows": 1}, [10, 900, -1]
    assert crowd(panel, [-1, -1, -1], last, 500)["counts"] == [1, 1]
    assert crowd(panel, [-1, 20, 900], last, 500) == {
        "reached": "M0.5 0.5h.01M1.5 0.5h.01",
        "free": "M2.5 0.5h.01",
        "counts": [2, 1],
    }
