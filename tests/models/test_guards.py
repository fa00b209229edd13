"""What every model, protocol and parameter of the package owes its readers. They are found, not listed."""

import inspect
import re
import sys

import numpy as np
import pytest

from immunereset.engine import Model, simulate_cohort
from immunereset.evidence import cite
from immunereset.evidence.references import entries
from immunereset.live.sliders import whole_steps
from immunereset.models import all_models, all_modules
from immunereset.pictures.style import ROLES
from tests.models.discovery import all_parameters, all_protocols, protocols_for

OURS = ("toy value", "our choice")
BLOOD = re.compile(r"Blood \d{4};\d+:\d+")
DIFFERENTIAL_EQUATION = re.compile(r"d\s*\[?\w+\]?\s*/\s*dt\s*=|\\frac\{d\S*\}\{dt\}\s*=")

models = pytest.mark.parametrize("model", all_models(), ids=lambda m: m.name)


def test_the_walk_finds_what_is_there():
    """Against the text of the files: whatever is built there is found."""
    text = "".join(inspect.getsource(module) for module in all_modules())
    assert len(all_models()) == len(re.findall(r"^\w+ = Model\(", text, re.M)) > 5
    assert len({model.name for model in all_models()}) == len(all_models())
    assert len(all_protocols()) >= len(re.findall(r"-> Protocol:", text)) > 10
    found = {q.symbol for q in all_parameters().values()}
    assert found >= set(re.findall(r'\bParameter\(\s*"(\w+)"', text))


def test_a_parameter_has_unit_meaning_and_source():
    known = [cite(key) for key in entries()]
    lacking = []
    for where, parameter in all_parameters().items():
        unnamed, cited = BLOOD.sub("", parameter.source), [words for words in known if words in parameter.source]
        for words in cited:
            unnamed = unnamed.replace(words, "")
        if not (parameter.unit.strip() and parameter.meaning.strip()):
            lacking.append(f"{where} has no unit or no meaning")
        if not cited and not any(words in parameter.source for words in OURS):
            known_ways = f"a paper as the book cites it, such as {known[0]!r}, or {OURS[1]!r}"
            lacking.append(f"{where} has no source: {parameter.source!r}; write {known_ways}")
        if re.search(r"\b(19|20)\d\d\b", unnamed):
            lacking.append(f"{where} cites what book/references.bib does not have: {parameter.source!r}")
    assert lacking == []


def test_a_slider_shows_the_value_and_stays_in_the_allowed_range():
    outside = [
        where
        for where, q in all_parameters().items()
        if q.slider
        and not (
            q.low <= q.slider.low <= q.value <= q.slider.high <= q.high and min(whole_steps(q.slider, q.value)) >= 0
        )
    ]
    assert outside == []


@models
def test_a_model_says_what_it_is_about(model):
    assert model.question.endswith("?")
    assert model.limits and all(limit.strip().endswith(".") for limit in model.limits)
    for symbol, thing in {**model.states, **model.inputs, **model.observables}.items():
        assert thing.unit.strip() and thing.meaning.strip(), f"{symbol} has no unit or no meaning"
        assert getattr(thing, "role", None) in (None, *ROLES), (
            f"{symbol} has an unknown role; known: {', '.join(ROLES)}"
        )
    text = inspect.getdoc(sys.modules[model.flows.__module__])
    for section in ("Question", "In words", "Sources", "Limits"):
        assert re.search(rf"^{section}\b.*\n    \S", text, re.M), f"the docstring has no section '{section}'"


@pytest.mark.parametrize("module", all_modules(), ids=lambda m: m.__name__.rpartition(".")[2])
def test_a_file_and_its_public_functions_say_what_they_do(module):
    assert module.__doc__ and module.__doc__.strip()
    own = [f for f in vars(module).values() if inspect.isfunction(f) and f.__module__ == module.__name__]
    assert [
        f.__name__ for f in own if not f.__name__.startswith("_") and f.__name__ != "<lambda>" and not f.__doc__
    ] == []


def test_no_differential_equation_is_typed_beside_the_function(root):
    """The page prints them from the trace; a second copy would drift."""
    typed = [
        f"{path.relative_to(root)}: {found.group()}"
        for folder in ("src", "notebooks", "book")
        for path in sorted((root / folder).rglob("*"))
        if path.suffix in (".py", ".ipynb", ".md")
        for found in DIFFERENTIAL_EQUATION.finditer(path.read_text(encoding="utf-8"))
    ]
    assert typed == []


@pytest.mark.parametrize("line", ["dN/dt = θ", "dD_r/dt = d_1 E", r"\frac{dN}{dt} = x", "d[N]/dt=1"])
def test_the_search_sees_a_differential_equation(line):
    assert DIFFERENTIAL_EQUATION.search(line)


class _Names:
    def __init__(self, values):
        self.__dict__.update(values)


def slider_ends(model: Model, protocol) -> tuple[int, dict]:
    """Return a cohort that holds the defaults and, one at a time, each end of each slider: its size and its values."""
    every = model.parameters | (protocol.parameters if protocol else {})
    ends = [(symbol, end) for symbol, q in every.items() if q.slider for end in (q.slider.low, q.slider.high)]
    values = {symbol: np.full(len(ends) + 1, every[symbol].value) for symbol, _ in ends}
    for patient, (symbol, end) in enumerate(ends, start=1):
        values[symbol][patient] = end
    return len(ends) + 1, values


@pytest.mark.parametrize(
    ("model", "protocol"),
    [
        pytest.param(model, protocol, id=f"{model.name}, {name}")
        for model in all_models()
        for name, protocol in {"untouched": None, **protocols_for(model)}.items()
    ],
)
def test_flows_are_finite_and_never_negative_along_a_run(model, protocol):
    patients, values = slider_ends(model, protocol)
    days = np.unique([*np.linspace(0.0, 60.0, 121), *np.linspace(60.0, 730.0, 68)])
    run = simulate_cohort(model, patients, days[-1], protocol, points=days, backend="numpy", **values)
    assert_flows_are_finite_and_never_negative(model, run, days[:, None])


def assert_flows_are_finite_and_never_negative(model, run, at):
    """`run` is one patient, or a cohort; `at` are its days, and have as many dimensions as its states."""
    known = dict.fromkeys(model.inputs, 0.0) | run.parameters | run.inputs
    flows = model.flows(at, _Names(run.states), _Names(known))
    assert {state for flow in flows.values() for state in flow.moves} == set(model.states)
    for name, flow in flows.items():
        rate = np.asarray(flow.rate)
        assert np.isfinite(rate).all() and (rate >= 0).all(), f"the flow '{name}' of '{model.name}' is {rate.min():g}"
