"""What the tests of live figures share: figures to test, the page's code in V8, and Python's answer to compare with."""

import itertools
import json

import numpy as np
import pytest
from py_mini_racer import MiniRacer

from immunereset.engine import (
    YEAR,
    Course,
    Event,
    Input,
    Model,
    Parameter,
    Protocol,
    Slider,
    State,
    gain,
    loss,
    move,
)  # fmt: skip
from immunereset.live import (
    Dots,
    Mark,
    Panel,
    Result,
    back_above,
    days_above,
    days_below,
    explore,
    final,
    first_above,
    first_below,
    lowest,
    lowest_day,
    peak,
    peak_day,
    since,
    value_on,
)  # fmt: skip
from immunereset.live.noise.noisy_patients import NoisyPatients
from immunereset.live.page import loaded
from tests.live.cohort.figures import COHORTS, cohort_lines
from tests.live.noise.figures import NOISY

REFERENCE = {"method": "DOP853", "rtol": 1e-11, "atol": 1e-18}


def clearance_flows(t, y, p):
    season = 1 + 0.3 * np.sin(2 * np.pi * t / 90)
    u = p.dose / (1 + p.dose)
    made = p.s * season
    held = np.where(y.P > p.cap, p.cap, y.P)
    return {
        "made": gain("P", made),
        "stored": move("P", "Q", p.a * held * (1 - u)),
        "cleared": loss("P", (p.c + p.drain) * y.P),
        "lost": loss("Q", p.c * y.Q**2 / (1 + np.exp(-y.Q))),
    }


def clearance(**constants):
    """Two pools, a season, a dose that decays and a drain that is held: whatever the tolerance model does not use."""
    values = {"s": 0.8, "a": 0.2, "c": 0.05, "cap": 6.0} | constants
    sliders = {"s": Slider(0.1, 8.0, 0.1)}
    return Model(
        "clearance",
        [State("P", 2.0, "mg", "first pool"), State("Q", 0.5, "mg", "second pool")],
        [Parameter(k, v, "1/d", f"rate {k}", slider=sliders.get(k)) for k, v in values.items()],
        clearance_flows,
        inputs=[Input("dose", "–", "dose"), Input("drain", "1/d", "drain", high=0.5)],
        observables={
            "P + Q": (lambda t, y, p: y.P + y.Q, "mg", "both"),
            "felt": (lambda t, y, p: p.dose * y.P, "–", "dose times the first pool"),
        },
    )


def doses():
    """Two decaying doses, a drain beyond its limit, and two events of which one has the day of the other."""
    when = Parameter("when", 60.0, "d", "day of the bleed", slider=Slider(0, 195, 5))
    half = Parameter("half", 10.0, "d", "half-life of the dose", low=0.1, slider=Slider(1, 100, 1))
    taken = Parameter("taken", 0.5, "–", "share taken", high=1.0, slider=Slider(0, 1, 0.1))
    return Protocol(
        Course("dose", 4.0, 10, 100, half, name="first dose"),
        Course("dose", 2.0, 45, 30, half, name="second dose"),
        Course("drain", 0.4, 30, 40, name="drain"),
        Course("drain", 0.3, when, 25, name="drain"),
        Event("bleed", when, lambda y, p: {"P": y.P * (1 - p.taken)}, (taken,)),
        Event("swap", 60, lambda y, p: {"P": y.Q, "Q": y.P + 1.0}),
        Event("flush", 200, lambda y, p: {"Q": 0.5 * y.Q}),
    )


def clearance_figure(**constants):
    asked = {
        "end": final("P + Q"), "top": peak("P"), "top_day": peak_day("P"), "low": lowest("Q"),
        "low_day": lowest_day("Q"), "over": first_above("P", 5, after="when"), "under": first_below("P", 1.9).years,
        "long": days_above("P", "a"),
        "then": value_on("P", "when"), "days": days_above("P", 4.0),
    }  # fmt: skip
    said = (
        "Ends at {end} mg; P is highest, {top}, on day {top_day:.0f}; Q lowest, {low}, on day {low_day:.0f}; "
        "over 5 on day {over:.1f}; under 1.9 after {under:.2f} years; {long} and {days:.0f} days above; "
        "{then} after the bleed."
    )
    return explore(
        clearance(**constants), protocol=doses(), until=200, sliders=["s", "half", "when", "taken"],
        panels=[
            Panel(["P", "Q"], "amount (mg)", range=(0, 30), marks=[Mark(5, "much")]),
            Panel({"felt": "dose felt", "P + Q": "both"}, "amount", "log"),
        ],
        result=Result(
            asked, [("end < 5 and not over < inf", "`Little` \\ $ left </script> & <b>: {end}."), ("otherwise", said)]
        ),
        name="clearance", caption="Two pools & a <dose>.", time="days",
        alt="Two panels over 200 days: two pools in milligrams, and what is felt of the dose.",
    )  # fmt: skip


def reset_figure(**changes):
    """The figure at the heart of the book: a transplant and a drug after five years of disease."""
    from immunereset.models.interventions import drug, transplant
    from immunereset.models.patients import reference_patient
    from immunereset.models.tolerance import tolerance

    return explore(
        tolerance, protocol=transplant(k=2.5, day=365) + drug(epsilon_0=0.7, start=400, duration=180), start=reference_patient(),
        until=10 * YEAR, time="years",
        sliders={
            "k": Slider(0, 5, 0.05), "transplant_day": Slider(0, 1825, 5), "Delta_R": Slider(-1, 1, 0.1),
            "drug_days": Slider(0, 1000, 10),
        },
        panels=[
            Panel({"E": "E, effectors", "M": "M, memory"}, "cells/µL", "log", (1e-3, 1e3), [Mark(2, "active disease")]),
            Panel(["CD4"], "cells/µL"),
            Panel(["D_i", "D_r"], "points"),
        ],
        result=Result(
            {"end": final("E"), "back": first_above("E", 2, after="transplant_day").years},
            [
                ("end < 2", "With {k} logs the disease is silent at the end: E is {end} cells/µL."),
                ("otherwise", "With {k} logs the disease is back after {back:.1f} years; E ends at {end} cells/µL."),
            ],
        ),
        name="reset", caption="Depth of conditioning decides.",
        alt="Three panels over ten years: effector and memory cells, CD4 cells, and damage.", **changes,
    )  # fmt: skip


def rescue_figure(**changes):
    """A transplant day by day: days told from the infusion, counts over six powers of ten, a start that moves."""
    from immunereset.models.engraftment import INFUSION, rescue
    from immunereset.models.myelosuppression import myelosuppression

    return explore(
        myelosuppression, protocol=rescue(), until=INFUSION + 30,
        sliders={"dose": Slider(0, 20, 0.5), "ell": Slider(0, 9, 0.5), "gcsf_day": Slider(INFUSION, INFUSION + 14, 1)},
        panels=[
            Panel(["C"], "neutrophils (10⁹/L)", "log", (1e-3, 30), [Mark(0.5, "0.5")]),
            Panel(["P"], "precursors (10⁹/L)", "log", (1e-9, 30)),
        ],
        result=Result(
            {
                "nadir": lowest("C"), "nadir_day": since(INFUSION, lowest_day("C")), "low": days_below("C", 0.5),
                "back_day": since(INFUSION, back_above("C", 0.5)),
            },
            [
                ("nadir > 0.5", "Lowest {nadir}: never below 0.5."),
                ("otherwise", "Lowest {nadir} on day {nadir_day:.1f}; {low:.1f} days below, back on {back_day:.1f}."),
            ],
        ),
        name="rescue", caption="Neutrophils through a transplant.",
        alt="Two panels from day 0 to day 36: neutrophils in the blood, precursors in the marrow.",
        **changes,
    )  # fmt: skip


MAKERS = {"clearance": clearance_figure, "reset": reset_figure, "rescue": rescue_figure} | NOISY


@pytest.fixture(scope="session", params=list(MAKERS))
def live(request, figures):
    """Each of the test's own figures in turn."""
    return figures[request.param]


@pytest.fixture(scope="session")
def figures():
    """The test's own figures, by name."""
    return {name: make() for name, make in MAKERS.items()}


@pytest.fixture(scope="session")
def cohorts():
    """The test's own figures of cohorts, by name."""
    return {name: make() for name, make in COHORTS.items()}


@pytest.fixture(scope="session")
def makers():
    """What makes each of them, for a test that wants a mutated one."""
    return MAKERS


class Page:
    """The runtime in V8, without a page around it."""

    def __init__(self):
        self.v8 = MiniRacer()
        self.v8.eval(loaded(NoisyPatients.runtimes, "solve noisyRuns over measures show fixed"))
        self.v8.eval("""const figures = {};
            const runs = (f, p, seed) => (
                f.noise ? noisyRuns(f, p, seed) : [solve(f.model, p, f.start, f.until, f.points)]);""")

    def load(self, live):
        self.v8.eval(f"figures[{json.dumps(live.name)}] = {live.source}")

    def call(self, code, *arguments):
        """The value of a JavaScript function of JSON arguments; infinities come back as such."""
        given = ", ".join(json.dumps(a) for a in arguments)
        plain = "(k, v) => v === Infinity ? 'inf' : Number.isNaN(v) ? 'nan' : v"
        back = json.loads(self.v8.eval(f"JSON.stringify(({code})({given}), {plain})"))
        return json.loads(json.dumps(back), parse_constant=float, object_hook=_infinite)

    def run(self, live, values, seed=None):
        """The page's run: days, and the values of every state and observable, one patient after the other."""
        return self.call(
            """(name, values, seed) => { const f = figures[name], all = runs(f, {...f.p, ...values}, seed);
                if (!all?.[0]) return null;
                const joined = (name) => all.flatMap((run) => run.values[name]);
                const values_ = Object.keys(all[0].values).map((name) => [name, joined(name)]);
                return { t: all.flatMap((run) => run.t), values: Object.fromEntries(values_) }; }""",
            live.name, values, getattr(live.kind, "seed", 0) if seed is None else seed,
        )  # fmt: skip

    def say(self, live, values, seed=None):
        """The page's measures and sentence."""
        return self.call(
            """(name, values, seed) => { const f = figures[name], p = {...f.p, ...values}, all = runs(f, p, seed);
                const m = f.ask(all[0], p, all); return [m, f.say({...p, seed, ...m})]; }""",
            live.name, values, getattr(live.kind, "seed", 0) if seed is None else seed,
        )  # fmt: skip


def _infinite(found):
    return {k: float(v) if v in ("inf", "nan") else v for k, v in found.items()}


@pytest.fixture(scope="session")
def v8(figures):
    """The page's code, with the test's own figures loaded."""
    page = Page()
    for one in figures.values():
        page.load(one)
    return page


def corners(live):
    """Every combination of the ends of the sliders."""
    ends = [[(k.symbol, k.values[0]), (k.symbol, k.values[-1])] for k in live.specification.grids]
    return [dict(pick) for pick in itertools.product(*ends)]


def random_positions(live, count, seed):
    """Random positions of all sliders, as indices: {symbol: index}."""
    rng = np.random.default_rng(seed)
    return [{k.symbol: int(rng.integers(len(k.values))) for k in live.specification.grids} for _ in range(count)]


def at_positions(live, positions):
    """The values at these positions."""
    return {k.symbol: k.values[positions[k.symbol]] for k in live.specification.grids}


def reference(live, values, days):
    """Python's answer on `days`, a day that occurs twice standing for just before and just after it.

    For a noisy figure, the patients of its seed one after the other, who must have been reported on the same days.
    """
    days = np.asarray(days)
    if isinstance(live.kind, NoisyPatients):
        patients = live.kind.patients(live.specification.values | values)
        assert days == pytest.approx(np.concatenate([one.t for one in patients]), rel=1e-12)
        return {name: np.concatenate([one.run[name] for one in patients]) for name in patients[0].run}
    return smooth_reference(live, values, days)


def smooth_reference(live, values, days):
    """Python's answer without noise."""
    twice = np.append(days[1:] == days[:-1], False)
    wanted = np.where(twice, days - 1e-8, days)
    asked = np.unique(wanted[wanted >= 0])
    told = live.specification
    run = told.simulate(told.values | values, points=asked, **REFERENCE)
    found = np.searchsorted(asked, np.maximum(wanted, 0))
    names = told.series
    answer = {name: np.broadcast_to(run[name], asked.shape)[found] for name in names}
    if twice[0]:  # An event on day 0: only a run without given days reports what was before it.
        whole = told.simulate(told.values | values)
        for name, series in answer.items():
            series[0] = np.ravel(whole[name])[0]
    return answer


@pytest.fixture(scope="session")
def compare():
    """`compare(v8, live, values)`: the largest difference between page and Python, relative to 1 + |y|."""

    def difference(v8, live, values):
        run = v8.run(live, values)
        if run is None:
            return np.inf
        expected = reference(live, values, run["t"])
        return max(
            np.max(np.abs(np.array(run["values"][name]) - series) / (1 + np.abs(series)))
            for name, series in expected.items()
        )

    return difference


@pytest.fixture(scope="session")
def places():
    """`corners`, `random_positions`, `at_positions` and `reference`, for test files."""
    return {f.__name__: f for f in (corners, random_positions, at_positions, reference)}


FRAME = """(root) => {
    const svg = root.querySelector("svg"), scale = svg.getScreenCTM().a;
    const path = (group) => group.querySelector("path").getAttribute("d").match(/-?[\\d.]+/g).map(Number);
    const frames = [...svg.querySelectorAll('g[id*="-axes_"]')].map((axes) => {
        const frame = axes.querySelector('g[id*="-patch_"]');
        if (!frame) return null; // of a crowd of dots
        const corner = path(frame), x = corner.filter((_, i) => i % 2 === 0);
        const y = corner.filter((_, i) => i % 2);
        return [Math.min(...x), Math.min(...y), Math.max(...x), Math.max(...y)];
    });
    const lines = [...svg.querySelectorAll('g[id*="-line-"]')].map(path);
    return { scale, frames, lines };
}"""


class Figure:
    """One live figure on an open page, next to the Python object that it should agree with."""

    def __init__(self, root, live):
        self.root, self.live, self.page = root, live, root.page

    def settle(self):
        """Wait until the last move has been drawn and told."""
        self.page.wait_for_function("(root) => root.irTold === root.irDraws.length", arg=self.root.element_handle())
        self.page.wait_for_timeout(60)
        self.page.wait_for_function("(root) => root.irTold === root.irDraws.length", arg=self.root.element_handle())

    @property
    def start(self):
        """The values at which it starts."""
        return {grid.symbol: grid.values[grid.position] for grid in self.live.specification.grids}

    def reset(self):
        """Take it back to where it started."""
        self.root.locator(".ir-reset").click()
        self.settle()
        assert self.shown() == self.start and self.sentence() == self.live.sentence

    def shown(self):
        """The values that a reader sees beside the sliders."""
        texts = self.root.locator(".ir-slider output").all_inner_texts()
        return {
            grid.symbol: grid.values[grid.words.index(text)] for grid, text in zip(self.live.specification.grids, texts)
        }

    def sentence(self):
        return self.root.locator(".ir-result").inner_text()

    def lines(self):
        """The paths of all lines and of the dots, as drawn."""
        paths = self.root.locator(':is(g[id*="-line-"], g[id$="-reached"], g[id$="-free"]) path')
        return paths.evaluate_all("paths => paths.map((path) => path.getAttribute('d'))")

    def dots(self):
        """How many dots of a crowd are full, and how many are rings."""
        return [
            self.root.locator(f'g[id$="-{kind}"] path').get_attribute("d").count("M") for kind in ("reached", "free")
        ]

    def seed(self):
        """The seed that a reader sees; None where there is none."""
        field = self.root.locator(".ir-seed")
        return int(field.input_value()) if field.count() else None

    def days(self, values):
        """The days that the lines of a run without noise are drawn on, from Python."""
        told = self.live.specification
        courses, events = told.schedule(told.values | values)
        until, happen = told.until, [day for _, day in events]
        cuts = {day for _, _, a, b, _ in courses for day in (a, b)} | set(happen)
        cuts = {day for day in cuts if 0 < day < until} | {day for day in happen if day in (0, until)}
        last = self.live.kind.points - 1
        return np.array(sorted([*({j * until / last for j in range(last + 1)} | cuts), *cuts]))

    def expected(self, values):
        """What each panel should show: for each of its lines its name, the days and the values."""
        kind, told = self.live.kind, self.live.specification
        if hasattr(kind, "simulated"):
            return cohort_lines(self.live, values, self.seed())
        days = self.days(values)
        smooth = smooth_reference(self.live, values, days) if self.compared else {}
        if not isinstance(kind, NoisyPatients):
            return [[(name, days, smooth[name]) for name in panel.lines] for panel in told.panels]
        panels = []
        for lines in kind.lines(told.values | values, self.seed()):
            joined = [[np.concatenate(parts) for parts in zip(*one.courses)] for one in lines]
            panels.append(
                [(s.name, days, smooth[s.name]) if s.average else (s.name, *j) for s, j in zip(lines, joined)]
            )
        return panels

    @property
    def compared(self):
        """Whether a run without noise is drawn."""
        noise = getattr(self.live.kind, "noise", None)
        return noise is None or bool(noise.average)

    def distance(self):
        """How far, in pixels of the screen, the drawn lines lie from Python's at the values that are shown."""
        seen, values = self.root.evaluate(FRAME), self.shown()
        told, worst, drawn = self.live.specification, 0.0, iter(seen["lines"])
        panels = zip(told.panels, self.expected(values), seen["frames"], self.live.kind.ranges)
        for panel, lines, frame, (low, high) in panels:
            if isinstance(panel, Dots):
                assert self.dots() == lines, "other patients are dots of each kind"
                continue
            left, top, right, bottom = frame
            scale = np.log if panel.log else np.asarray
            for name, days, expected in lines:
                x, y = np.reshape(next(drawn), (-1, 2)).T
                assert len(x) == len(days), f"{name} has {len(x)} points; {len(days)} were expected"
                series = np.maximum(expected, 1e-300) if panel.log else expected
                should = bottom - (scale(series) - scale(low)) / (scale(high) - scale(low)) * (bottom - top)
                off_y = np.clip(y, top - 1, bottom + 1) - np.clip(should, top - 1, bottom + 1)
                off_x = x - (left + (right - left) * days / told.until)
                worst = max(worst, np.abs(off_x).max() * seen["scale"], np.abs(off_y).max() * seen["scale"])
        return float(worst)


HTML = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Live figures</title>'
    '<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">'
    "<style>body{{font:17px/1.5 sans-serif;max-width:45rem;margin:1rem auto;padding:0 1rem}}"
    "@media not print{{html[data-theme=dark]{{background:#14181e;color:#ddd}}}}</style></head>"
    "<body><main><h1>Live figures</h1>{}</main></body></html>"
)


def write_page(folder, *lives):
    """Write a page with these figures, each as a notebook shows it; return the file."""
    file = folder / "page.html"
    file.write_text(HTML.format("".join(live._repr_mimebundle_()["text/html"] for live in lives)), encoding="utf-8")
    return file


@pytest.fixture(scope="session")
def own_page():
    """`write_page`, for test files."""
    return write_page


@pytest.fixture(scope="session")
def figure_on_page():
    """`Figure`, for test files."""
    return Figure
