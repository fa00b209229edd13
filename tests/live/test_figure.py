"""A live figure of any kind in Python: the lines below it make the run that it shows."""

import re
from html import unescape

import numpy as np
import pytest

from immunereset.engine import ModelError
from immunereset.live import run_of
from tests.live.conftest import MAKERS
from tests.live.map.test_readers_map import empty_map
from tests.live.stage.stages import reset_stage


def lines_below(live):
    (lines,) = re.findall(r"<summary>Python</summary><p><code>(.*?)</code>", live.html)
    return unescape(re.sub("<(?!br).*?>", "", lines)).split("<br>")


def at_the_end(live, **values):
    told = live.specification
    return told.simulate(told.values | values).final


def test_the_lines_below_a_figure_name_all_they_need_and_make_its_run():
    for make in (*MAKERS.values(), reset_stage, empty_map):
        live, names = make(), {}
        told = live.specification
        imported, line = lines_below(live)
        exec(imported, names)
        run = eval(line, names)
        for state in told.model.states:
            if hasattr(live.kind, "noise"):
                shown = [patient.run[state][-1] for patient in live.kind.patients(told.values)]
                assert np.ravel(run[state][-1]).tolist() == shown, live.name
            else:
                assert run.final[state] == pytest.approx(at_the_end(live)[state], rel=1e-4, abs=1e-9), live.name


def test_other_values_make_another_run():
    live = reset_stage()
    assert run_of(live.name, k=4).final["E"] == pytest.approx(at_the_end(live, k=4)["E"])
    assert run_of(live.name, k=4).final["E"] < 0.1 < run_of(live.name, k=1).final["E"]


def test_what_cannot_be_repeated_is_refused_in_a_sentence(cohorts):
    live = reset_stage()
    with pytest.raises(ModelError, match=r"No live figure 'resett' was made here; made: .*"):
        run_of("resett")
    with pytest.raises(ModelError, match=f"'{next(iter(cohorts))}' shows no run of a model"):
        run_of(next(iter(cohorts)))
    with pytest.raises(ModelError, match="kk"):
        run_of(live.name, kk=1)
