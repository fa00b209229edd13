"""The same seed gives the same patient: in `simulate_noisy`, in the notebook's live figure and on the page.

Figures that draw such patients in another way (families, brush, tissue) are held against Python in tests of their own.
"""

import numpy as np
import pytest

from immunereset.engine import simulate_noisy
from immunereset.live import Noise, Panel, Result, explore, final
from immunereset.models.few_clones import ablation, few_clones
from tests.live.noise.figures import NOISY

SEEDS = (1, 4294967295)


def assert_same(live, v8, seed, values):
    """Compare the three, at the figure's parameter values with these changes."""
    told, noise = live.specification, live.kind.noise
    everything, patients = told.values | values, noise.patients
    days = np.arange(noise.points) * told.until / (noise.points - 1)
    run = simulate_noisy(
        told.model, patients, told.until, told.protocol, volume=noise.volume, seed=seed, method=noise.method, step=noise.step,
        start=dict(zip(told.model.states, told.start_values)), points=days, **everything,
    )  # fmt: skip
    page = v8.run(live, values, seed)
    t = np.array(page["t"]).reshape(patients, -1)
    for i, own in enumerate(live.kind.patients(everything, seed)):
        assert own.t == pytest.approx(t[i], rel=1e-12)
        # Of a day that is held twice, simulate_noisy reports what is after its events.
        after = np.searchsorted(own.t, days, side="right") - 1
        for symbol, state in told.model.states.items():
            there = np.array(page["values"][symbol]).reshape(patients, -1)[i]
            here, engine = own.run[symbol], run[symbol][:, i]
            if state.counted:
                assert (there == here).all() and (here[after] == engine).all(), (symbol, i)
            assert there == pytest.approx(here, rel=1e-9) and here[after] == pytest.approx(engine, rel=1e-12)


@pytest.mark.parametrize("name", NOISY)
def test_the_figures_of_the_tests(v8, figures, name):
    """Courses, events, arrivals in groups, states without noise, a volume."""
    assert_same(figures[name], v8, SEEDS[0], {})
    assert_same(
        figures[name], v8, SEEDS[1], {grid.symbol: grid.values[0] for grid in figures[name].specification.grids}
    )


def test_seed_2_of_two_clones(v8):
    """Where engine and page once differed: 41 and 23 cells on day 10 there, 45 and 16 here."""
    live = explore(
        few_clones, [Panel(["c_1", "c_2"], range=(0, 100))], "two", protocol=ablation(), until=10, sliders=["k"],
        result=Result({"one": final("c_1"), "two": final("c_2")}, [("otherwise", "{one} and {two}")]),
        noise=Noise(step=0.5), seed=2,
    )  # fmt: skip
    v8.load(live)
    assert_same(live, v8, 2, {})
    assert live.sentence == v8.say(live, {})[1] == "Seed 2: 45 and 16"
    days = np.arange(201) * 10 / 200
    run = simulate_noisy(few_clones, 3, 10, ablation(), volume=1.0, seed=2, points=days)
    assert (run["c_1"][-1, 0], run["c_2"][-1, 0]) == (45, 16)
