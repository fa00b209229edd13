"""What `explore` returns and what it refuses."""

import base64
import gzip
import re
from html.parser import HTMLParser

import numpy as np
import pytest

from immunereset.engine import Event, Model, ModelError, Parameter, Protocol, Slider, State, move
from immunereset.live import (
    Axis,
    Endpoint,
    Free,
    Map,
    Noise,
    Panel,
    Patients,
    Result,
    Reworded,
    explore,
    final,
    first_above,
)  # fmt: skip
from immunereset.live.kind import SHELL
from immunereset.live.page import runtime_source, short
from immunereset.live.panels import plain
from immunereset.live.run.picture import apart, stack
from immunereset.models.interventions import transplant
from immunereset.models.tolerance import tolerance
from immunereset.words import show

NAMESPACES = {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
PLAIN = {
    "protocol": transplant(), "until": 100, "sliders": ["k"], "panels": [Panel(["E"], range=(0, 5))],
    "result": Result({}, [("otherwise", "Done.")]), "name": "trial", "caption": "A trial.",
    "alt": "One panel over a hundred days with the effector cells as a line.",
}  # fmt: skip


def make(**changes):
    return explore(tolerance, **(PLAIN | changes))


class Tags(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.tags = []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def all(self, name):
        return [attributes for tag, attributes in self.tags if tag == name]


def test_everything_a_reader_needs_is_there(live):
    tags = Tags(live.html)
    [figure], [picture] = tags.all("figure"), tags.all("img")
    assert figure == {"class": "ir-figure ir-live ir-drawn", "data-digest": live.digest, "data-name": live.name}
    assert picture["alt"] == f"{live.alt} {live.sentence}"
    assert picture["src"].startswith("data:image/svg+xml,")
    sliders = [tag for tag in tags.all("input") if tag["type"] == "range"]
    assert [s["data-symbol"] for s in sliders] == [k.symbol for k in live.specification.grids]
    assert all(s["aria-valuetext"] for s in sliders)
    assert len(tags.all("label")) == len(tags.all("input")) and len(tags.all("output")) == len(sliders)
    assert ("p", {"class": "ir-result", "role": "status", "aria-label": "Result"}) in tags.tags
    assert tags.all("table") and all("scope" in th for th in tags.all("th"))
    assert len(tags.all("script")) == 1 and live.html.count("</script") == 1


def test_the_bundle_has_html_a_picture_and_one_line(live):
    bundle = live._repr_mimebundle_()
    assert base64.b64decode(bundle["image/png"]).startswith(b"\x89PNG")
    assert bundle["text/plain"] == f"Live figure {live.name} [{live.digest}]: {live.sentence}" == str(live)
    assert "\n" not in bundle["text/plain"] and bundle["text/html"].endswith(live.html)


def test_nothing_is_loaded_and_nothing_is_compiled_from_text(live):
    html = live._repr_mimebundle_()["text/html"]
    assert set(re.findall(r"https?:[^\"'\s<>%)]+(?:%3A[^\"'\s<>)]+)?", html)) <= NAMESPACES
    forbidden = "eval( Function( import( fetch( XMLHttpRequest DOMContentLoaded @import url(http".split()
    assert [word for word in forbidden if word in html] == []


def test_the_same_figure_gives_the_same_output(makers, figures):
    again = makers["clearance"]()
    assert again._repr_mimebundle_() == figures["clearance"]._repr_mimebundle_()


def test_a_figure_is_small(live):
    own = re.sub(r'src="[^"]*"', "", live.html).replace(runtime_source(SHELL), "")
    assert len(gzip.compress(own.encode())) <= 9_000
    assert len(gzip.compress(runtime_source(SHELL).encode())) <= 9_000


def test_a_page_has_no_comments_and_whole_texts():
    code = "  // alone\n  let a = 1; // at the end\nconst there = 'x // y'; go(`z // ${a}`);"
    assert short(code) == "let a = 1;\nconst there = 'x // y'; go(`z // ${a}`);"


def test_the_digest_follows_model_protocol_and_settings():
    digests = [
        make().digest, make(K_R=11.0).digest, make(until=101).digest, make(start={"M": 1.0}).digest, make(k=2.0).digest,
        make(sliders={"k": Slider(2, 3, 0.1)}).digest, make(panels=[Panel(["E"], range=(0, 6))]).digest,
        make(result=Result({}, [("otherwise", "Ready.")])).digest, make(time="years").digest,
        make(protocol=None, sliders=["K_R"]).digest,
    ]  # fmt: skip
    assert len(set(digests)) == len(digests)
    assert make(caption="Another caption.").digest == digests[0]


def test_sliders_show_the_very_value_that_they_set(live):
    for grid in live.specification.grids:
        assert grid.values == sorted(grid.values)
        assert grid.values[grid.position] == live.specification.values[grid.symbol]
        for value, words in zip(grid.values, grid.words):
            assert float(words.removeprefix("day ").split()[0]) == value


def test_a_slider_may_speak_other_words():
    percent = Reworded(Slider(5, 20, 1), "strength of the brake", lambda K_R: f"{1000 / K_R:.0f} %")
    figure = make(sliders={"K_R": percent})
    [grid], [slider] = figure.specification.grids, figure.settings["sliders"]
    assert (grid.values[0], grid.words[0], grid.words[grid.position]) == (5, "200 %", "100 %")
    assert slider == {"symbol": "K_R", "values": grid.values, "words": grid.words}
    assert "<span>strength of the brake</span>" in figure.html
    assert figure.digest != make(sliders={"K_R": percent.slider}).digest


def test_the_page_and_python_agree_on_every_slider_value(v8, live):
    code = """(name) => figures[name].sliders.map((s) => s.values ?? Array.from({ length: 2000 },
        (_, i) => Number((s.from + (i - s.position) * s.step).toPrecision(12))))"""
    for grid, values in zip(live.specification.grids, v8.call(code, live.name)):
        assert values[: len(grid.values)] == grid.values


@pytest.mark.parametrize(
    "changes, sentence",
    [
        ({"sliders": ["kk"]}, "A slider moves 'kk'"),
        ({"sliders": ["g"]}, "g has no slider"),
        ({"sliders": {"k": Slider(0, 2, 0.1)}}, "outside its slider from 0 to 2"),
        ({"sliders": {"transplant_day": Slider(0, 200, 1)}}, "slider transplant_day at 200: .* outside the time span"),
        ({"panels": [Panel(["X"])]}, "A panel shows 'X'"),
        ({"panels": []}, "needs at least one panel"),
        ({"panels": [Panel(["D_i"], scale="log")], "start": {"E": 0.0}, "a_0": 0.0}, "Nothing in the panel D_i"),
        ({"time": "weeks"}, "'days' or 'years', not 'weeks'"),
        ({"result": Result({"k": final("E")}, [("otherwise", "")])}, "'k' has the name of a parameter"),
        ({"result": Result({"e": final("F")}, [("otherwise", "")])}, "'e' asks for 'F'"),
        ({"result": Result({}, [("x < 2", ""), ("otherwise", "")])}, "speaks of 'x'"),
        ({"result": Result({}, [("otherwise", "{y}")])}, "speaks of 'y'"),
        ({"result": Result({"e": first_above("E", 2, after="never")}, [("otherwise", "")])}, "uses 'never'"),
        ({"name": "a b"}, "name"),
        ({"K_S": 1.0}, "no parameter 'K_S'"),
        ({"until": (0, 30)}, r"number of days .*; \(0, 30\) was given"),
        ({"k": 2.443, "sliders": ["k"]}, "The slider of k does not fit: .* cannot show the value 2.443.* Give one: "),
    ],
)
def test_refusals_are_sentences(changes, sentence):
    with pytest.raises((ValueError, ModelError), match=sentence):
        make(**changes)


@pytest.mark.parametrize(
    "arguments, sentence",
    [
        (({}, []), "must have the condition 'otherwise'"),
        (({}, [("otherwise", ""), ("otherwise", "")]), "must have the condition 'otherwise'"),
        (({}, [("a <", ""), ("otherwise", "")]), "must compare names and numbers"),
        (({}, [("f(a) < 1", ""), ("otherwise", "")]), "must compare names and numbers"),
        (({}, [("a == 1", ""), ("otherwise", "")]), "must compare names and numbers"),
        (({}, [("otherwise", "{a:.3g}")]), "must look like"),
        (({"a b": final("E")}, [("otherwise", "")]), "maps names to measures"),
        (({"a": 3}, [("otherwise", "")]), "maps names to measures"),
        (({}, "Done."), r"Result\(\{…\}, \[\('otherwise', 'Done.'\)\]\)"),
        (([("otherwise", "")], {"a": final("E")}), "The arguments of a result are swapped"),
        (("Done.", {"a": final("E")}), "The arguments of a result are swapped"),
        (([final("E")], [("otherwise", "")]), "The measures of a result are a dict"),
    ],
)
def test_results_that_make_no_sense(arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        Result(*arguments)


@pytest.mark.parametrize(
    "arguments, sentence",
    [
        ({"lines": []}, "needs a list"),
        ({"lines": "E"}, "needs a list"),
        ({"lines": ["E"], "scale": "sqrt"}, "'linear' or 'log'"),
        ({"lines": ["E"], "range": (3, 3)}, "cannot reach from 3 to 3"),
        ({"lines": ["E"], "range": (0, 3), "scale": "log"}, "cannot reach from 0 to 3"),
    ],
)
def test_panels_that_make_no_sense(arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        Panel(**arguments)


def test_conditions():
    pairs = [("a < 1 and not (b > 2 or c >= -1)", "one"), ("1 < a <= 2 or b < inf", "two"), ("otherwise", "three")]
    result = Result({}, pairs)
    inf = float("inf")
    assert result.sentence({"a": 0, "b": 2, "c": -2}) == "one"
    assert result.sentence({"a": 2, "b": inf, "c": 0}) == "two"
    assert result.sentence({"a": 3, "b": inf, "c": 0}) == "three"


def test_words_at_the_right_never_overlap():
    assert apart([50, 50, 50], 0, 100) == pytest.approx([50, 62.5, 75])
    assert sorted(apart([0, 0], 0, 100)) == pytest.approx([0, 12.5])
    low = apart([99, 100], 0, 100)
    assert max(low) <= 100 and abs(low[0] - low[1]) >= 12.5


def test_words_along_the_top_share_rows_only_if_they_do_not_overlap():
    assert stack([(0, 50, True), (100, 50, True)]) == [0, 0]
    assert stack([(0, 50, True), (40, 50, True), (80, 50, True)]) == [0, 1, 0]
    assert stack([(0, 50, False), (40, 50, True)]) == [0, 0]


def test_symbols_in_plain_text():
    assert [plain(s) for s in ("delta_R", "K_R", "CD4")] == ["δR", "KR", "CD4"]


def decay():
    """A model as a newcomer writes one: one state, one parameter with a slider, one without."""
    return Model(
        "decay",
        [State("A", 1.0, "mg", "amount"), State("B", 0.0, "mg", "what it became")],
        [
            Parameter("k", 0.1, "1/d", "rate of decay", slider=Slider(0.05, 0.2, 0.05)),
            Parameter("beta", 1.0, "–", "part kept"),
            Parameter("v", 1.0, "–", "speed"),
        ],
        lambda t, y, p: {"decay": move("A", "B", p.v * p.beta * p.k * y.A)},
        observables={"A + B": (lambda t, y, p: y.A + y.B, "mg", "all")},
    )


def test_a_first_figure_takes_three_arguments():
    live = explore(decay(), ["A", "A + B"], "decay")
    assert live.specification.until == 100 and [grid.symbol for grid in live.specification.grids] == ["k"]
    assert [panel.label for panel in live.specification.panels] == ["A (mg)", "A + B (mg)"]
    assert live.sentence == f"At the end A is {show(np.exp(-10))}, A + B is 1."
    assert "<figcaption>" not in live.html and f'alt="{live.sentence}"' in live.html
    assert repr(live) == f"<Live figure decay [{live.digest}]>" and str(live) == f"{repr(live)[1:-1]}: {live.sentence}"


def test_without_an_end_a_figure_goes_on_100_days_after_the_protocol():
    longer = Protocol(Event("half", 30, lambda y, p: {"A": y.A / 2}))
    assert explore(decay(), ["A"], "decay", protocol=longer).specification.until == 130


def test_figures_of_other_kinds_have_a_sentence_of_their_own():
    noisy = explore(decay(), [Panel(["A"], range=(0, 2))], "noisy", noise=Noise(patients=3), until=1)
    assert noisy.sentence.startswith("Seed 1: At the end the mean of A is ")
    endpoint, given = Endpoint("B", 0.5), {"sliders": ["k"], "until": 10}
    who = Patients(lambda p, z: {"beta": z.uniform()}, endpoint, 20)
    cohort = explore(decay(), ["A"], "cohort", patients=who, **given)
    assert re.fullmatch(r"Seed 1: \d+ of 20 patients are free of the endpoint \(\d+ to \d+ %\)\.", cohort.sentence)
    pairs = explore(decay(), [Map(Axis("beta", 0, 1, 3), Axis("v", 1, 2, 2), endpoint)], "pairs", **given)
    assert re.fullmatch(r"\d of 6 pairs are free of the endpoint\.", pairs.sentence)


@pytest.mark.parametrize(
    "slip, sentence",
    [
        ({"sliders": {"beta": (0.5, 2)}}, r"The slider of beta is (0.5, 2); give Slider(0.5, 2, step)."),
        ({"sliders": ["beta"]}, "beta has no slider; give one: sliders={'beta': Slider(low, high, step)}."),
        ({"sliders": ["bta"]}, "A slider moves 'bta'; the parameters are beta, "),
        ({"sliders": "k"}, "sliders is a list of symbols, such as ['k']; the text 'k' was given."),
        ({"sliders": []}, "needs a slider, and none was given"),
        ({"panels": ["a"]}, "A panel shows 'a'; the model 'decay' has A, A + B, B."),
        ({"panels": [Panel(["B", "A+B"])]}, "A panel shows 'A+B'; the model 'decay' has A + B, A, B."),
        ({"panels": "A"}, "What to show is a list of names or panels, such as ['A']; 'A' was given."),
        ({"panels": Protocol()}, "A protocol goes by its name: protocol="),
        ({"panels": [Free("% free")]}, "This figure has panels of the kinds Panel, not Free("),
        ({"slider": ["k"]}, "explore has no argument 'slider'; did you mean 'sliders'?"),
        ({"untill": 20}, "explore has no argument 'untill'; did you mean 'until'?"),
        ({"K": 20}, "The model 'decay' has no parameter 'K'. Did you mean 'k'?"),
        ({"result": "All is lost."}, "result is a Result; 'All is lost.' was given."),
        ({"model": decay}, "A live figure begins with a Model; <function decay"),
    ],
)
def test_a_first_slip_gets_a_sentence(slip, sentence):
    given = {"model": decay(), "panels": ["A"], "name": "decay"} | slip
    with pytest.raises((ValueError, ModelError), match=re.escape(sentence)):
        explore(given.pop("model"), given.pop("panels"), given.pop("name"), **given)
