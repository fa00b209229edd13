"""Noisy figures for the tests: grafts that die out or not, and one patient with attacks at random."""

from immunereset.engine import Course, Event, Input, Model, Parameter, Protocol, Slider, State, arrive, gain, loss, move
from immunereset.live import (
    Mark,
    Noise,
    Panel,
    Result,
    count,
    explore,
    final,
    first_above,
    mean,
    median,
    peak,
    peak_day,
    share,
    times_above,
    value_on,
)

BIRTH, DEATH, HOMING = 0.05, 0.03, 0.1


def graft_model():
    """Stem cells that divide and are lost one by one; a course adds to the losses, and nothing else changes them."""
    rates = [
        Parameter("b", BIRTH, "1/d", "divisions of a cell per day", slider=Slider(0.02, 0.08, 0.005)),
        Parameter("d", DEATH, "1/d", "losses of a cell per day", slider=Slider(0.02, 0.08, 0.005)),
    ]
    return Model(
        "graft",
        [State("n", 0.0, "cells", "stem cells"), State("old", 0.0, "cell days", "cells times days", counted=False)],
        rates,
        lambda t, y, p: {
            "division": gain("n", p.b * y.n),
            "loss": loss("n", (p.d + p.drug) * y.n),
            "age": gain("old", y.n),
        },
        inputs=[Input("drug", "1/d", "drug")],
        observables={"none at all": (lambda t, y, p: 100 * p.d / p.b, "%", "chance of one cell's line, in the end")},
    )


def homing():
    """A dose of which each cell finds its place with the same chance; later half of them are bled."""
    dose = Parameter("D", 25.0, "cells", "cells given", slider=Slider(5, 100, 5))
    return Protocol(
        Event("graft", 0, lambda y, p: {"n": y.n + HOMING * p.D}, (dose,)),
        Course("drug", 0.02, 20, 10),
        Event("bleed", 70, lambda y, p: {"n": 0.5 * y.n}),
    )


def grafts_figure(**changes):
    asked = {
        "failed": count(final("n"), below=0.5), "part": share(first_above("n", 9), below=80), "size": mean(final("n")),
        "middle": median(peak("n")), "chance": final("none at all"), "day": median(value_on("old", "D")),
    }  # fmt: skip
    said = "{failed} of 20 grafts are lost, {part:.2f} grow, the mean is {size}, {middle}, {chance:.0f} %, {day}."
    return explore(
        graft_model(), protocol=homing(), until=150, sliders=["D", "d"],
        panels=[
            Panel({"n": "cells"}, "cells", range=(0, 100), marks=[Mark(10, "ten")]), Panel(["old"], "", "log", (1, 1e4))
        ],
        result=Result(asked, [("failed < 1", "No graft is lost."), ("otherwise", said)]),
        noise=Noise(method="exact", step=2.0, patients=20, who=("graft", "grafts"), average="without chance", points=76), seed=3,
        name="grafts", caption="Twenty grafts of one dose.",
        alt="Two panels over 150 days: the cells of twenty grafts as thin lines, and their days of life.", **changes,
    )  # fmt: skip


def attacks_model(**constants):
    """Groups of cells that arrive at random and set off an attack."""
    values = {"rate": 0.02, "calm": 0.1, "grow": 0.4, "half": 60.0} | constants
    return Model(
        "attacks",
        [State("Q", 5.0, "cells", "quiet cells", counted=False), State("X", 20.0, "cells", "active cells")],
        [Parameter(s, v, "1/d", s, slider=Slider(0.005, 0.1, 0.005) if s == "rate" else None) for s, v in values.items()],
        lambda t, y, p: {
            "arrival": arrive("Q", p.rate, size=50.0),
            "fading": loss("Q", p.calm * y.Q),
            "activation": gain("X", p.grow * y.Q),
            "calming": loss("X", p.calm * y.X),
            "exchange": move("X", "Q", 0.01 * y.X),
        },
    )  # fmt: skip


def attacks_figure(method="tau", step=0.5, **changes):
    return explore(
        attacks_model(**changes), until=730, sliders=["rate"], time="years",
        panels=[Panel(["X", "Q"], "cells", range=(0, 1000), marks=[Mark(150, "attack")])],
        result=Result(
            {"n": times_above("X", 150), "top": peak("X"), "top_day": peak_day("X")},
            [("top < 500", "No great attack among {n}."), ("otherwise", "{n} attacks, the worst with {top} cells on day {top_day}.")],
        ),
        noise=Noise(volume=2.0, method=method, step=step, points=366), seed=4294967295,
        name="attacks", caption="One patient.", alt="One panel over two years: quiet and active cells of one patient.",
    )  # fmt: skip


NOISY = {"grafts": grafts_figure, "attacks": attacks_figure}
